"""Google Benchmark's JSON: what results.json holds of every run, with medians and their intervals.

A case is a benchmark, a repetition an iteration of it, a metric a user counter. The one time that its
tools compare is the case's first metric that is a time; a case without one has the repetition's wall
time there, and each entry says by its label which of the two it is. Medians and the ends of their
intervals are aggregates, as Google Benchmark writes statistics of a user's own.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from unitcost_scripts.runs import describe
from unitcost_scripts.runs.records import Metric, Record
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


def _time(record: Record) -> Metric | None:
    times = (metric for metric in record.metrics.values() if metric.quantity.unit == "ns")
    return next(times, None)


def _shared(record: Record, family: int, repetitions: int) -> Entry:
    """What all entries of a case have."""
    time = _time(record)
    return {
        "family_index": family,
        "per_family_instance_index": 0,
        "run_name": record.case,
        "repetitions": repetitions,
        "threads": 1,
        "time_unit": "ns",
        "label": time.quantity.name if time else "wall time of the repetition",
    }


def _numbers(record: Record) -> dict[str, float]:
    time = _time(record)
    return {
        "real_time": time.value if time else record.conditions["wall_ns"],
        "cpu_time": record.conditions["cpu_ns"],
        **{name: metric.value for name, metric in record.metrics.items()},
    }


def _iteration(record: Record, shared: Entry) -> Entry:
    time = _time(record)
    return {
        "name": record.case,
        **shared,
        "run_type": "iteration",
        "repetition_index": record.repetition,
        "iterations": time.samples or 1 if time else 1,
        **_numbers(record),
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


def _aggregates(records: Sequence[Record], shared: Entry) -> list[Entry]:
    """None of the interval's where no number of the case has one."""
    values: dict[str, list[float]] = {}
    for record in records:
        for name, value in _numbers(record).items():
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
    shared = _shared(records[0], family, len(records))
    return [
        *(_iteration(record, shared) for record in records),
        *_aggregates(records, shared),
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
