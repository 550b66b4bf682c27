"""Google Benchmark's JSON: what results.json holds of every run, with medians and their intervals.

A case is a benchmark, a repetition an iteration of it, a metric a user counter. The one time that its
tools compare is the first metric that is a time and that all repetitions of the case have; without one
it is the repetition's wall time, and each entry says by its label which it is. Medians and the ends of
their intervals are aggregates, as Google Benchmark writes statistics of a user's own.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from unitcost_scripts.runs import describe
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import median, median_interval

Entry = dict[str, Any]


def _context(run: Run) -> Entry:
    measured = {record.case for record in run.counted}
    missing = {record.case for record in run.records} - measured
    return {
        "date": run.manifest["started_utc"],
        "host_name": run.manifest["machine"].get("host"),
        "executable": "unitcost",
        "num_cpus": run.manifest["machine"]["logical_cpus"],
        "mhz_per_cpu": 0,
        "cpu_scaling_enabled": False,
        "caches": [],
        "load_avg": [],
        "library_build_type": "release",
        "unitcost": describe.tool(run),
        "machine": describe.machine(run),
        "cases_without_a_number": str(len(missing)),
    }


def _time_of(records: Sequence[Record]) -> str | None:
    """Which metric is the case's one time: the same of every repetition, or they could not be compared."""
    for name, metric in records[0].metrics.items():
        if metric.quantity.unit == "ns" and all(name in record.metrics for record in records):
            return name
    return None


def _shared(case: str, family: int, repetitions: int, time: str | None) -> Entry:
    """What all entries of a case have."""
    return {
        "family_index": family,
        "per_family_instance_index": 0,
        "run_name": case,
        "repetitions": repetitions,
        "threads": 1,
        "time_unit": "ns",
        "label": time or "wall time of the repetition",
    }


def _numbers(record: Record, time: str | None) -> dict[str, float]:
    return {
        "real_time": record.metrics[time].value if time else record.conditions["wall_ns"],
        "cpu_time": record.conditions["cpu_ns"],
        **{name: metric.value for name, metric in record.metrics.items()},
    }


def _iteration(record: Record, shared: Entry, time: str | None) -> Entry:
    samples = record.metrics[time].samples if time else None
    return {
        "name": record.case,
        **shared,
        "run_type": "iteration",
        "repetition_index": record.repetition,
        "iterations": samples or 1,
        **_numbers(record, time),
    }


def _low(values: Sequence[float]) -> float | None:
    interval = median_interval(values)
    return interval.low if interval else None


def _high(values: Sequence[float]) -> float | None:
    interval = median_interval(values)
    return interval.high if interval else None


_STATISTICS: tuple[tuple[str, Callable[[Sequence[float]], float | None]], ...] = (
    ("median", median),
    ("interval_low", _low),
    ("interval_high", _high),
)


def _aggregates(records: Sequence[Record], shared: Entry, time: str | None) -> list[Entry]:
    """None of the interval's where no number of the case has one."""
    values: dict[str, list[float]] = {}
    for record in records:
        for name, value in _numbers(record, time).items():
            values.setdefault(name, []).append(value)
    entries = []
    for statistic, of in _STATISTICS:
        numbers = {name: of(each) for name, each in values.items()}
        if numbers["real_time"] is not None:
            entries.append(
                {
                    "name": f"{shared['run_name']}_{statistic}",
                    **shared,
                    "run_type": "aggregate",
                    "aggregate_name": statistic,
                    "aggregate_unit": "time",
                    "iterations": len(records),
                    **{name: each for name, each in numbers.items() if each is not None},
                }
            )
    return entries


def _of_case(records: Sequence[Record], family: int) -> list[Entry]:
    time = _time_of(records)
    shared = _shared(records[0].case, family, len(records), time)
    return [
        *(_iteration(record, shared, time) for record in records),
        *_aggregates(records, shared, time),
    ]


def text(run: Run) -> str:
    by_case: dict[str, list[Record]] = {}
    for record in run.counted:
        by_case.setdefault(record.case, []).append(record)
    benchmarks = [
        entry
        for family, records in enumerate(by_case.values())
        for entry in _of_case(records, family)
    ]
    document = {"context": _context(run), "benchmarks": benchmarks}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
