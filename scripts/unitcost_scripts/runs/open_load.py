"""Cases whose requests come at a rate (load:open), brought together as sweeps over the rate; and the
highest rate of each at which latencies keep within a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs.failures import MOST_WITHOUT_NUMBER
from unitcost_scripts.runs.log_linear import LogLinear, is_log_linear, merged
from unitcost_scripts.runs.records import WAYS, Histogram, Record, contestant_of, parameters_in
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

Setting = tuple[tuple[str, str], ...]  # parameters and their values

RATE = "per_second"  # the parameter that a sweep varies
LATENCY = "latency_ns"  # the histogram; metrics are latency_p99_ns and so on
_P99 = "latency_p99_ns"
DEFAULT_SLO_NS = 10e6


@dataclass(frozen=True)
class Sweep:
    """One model under one workload with fixed other parameters, at several rates."""

    workload: str
    setting: Setting
    model: str
    cases: dict[int, str]  # by rate, ascending


def sweeps_of(run: Run) -> list[Sweep]:
    """All that were tried, also those of which nothing counts; in reading order."""
    found: dict[tuple[str, Setting, str], dict[int, str]] = {}
    for record in run.records:
        parameters = parameters_in(record.case)
        if parameters.get("load") != "open" or RATE not in parameters or record.end == "skipped":
            continue
        rate = int(parameters.pop(RATE))
        contestant = contestant_of(record.model, parameters)
        setting = tuple(item for item in parameters.items() if item[0] not in WAYS)
        key = (record.workload, setting, contestant)
        found.setdefault(key, {})[rate] = record.case
    ordered = sorted(found, key=lambda key: (key[0], key[1], reading_order(key[2])))
    return [Sweep(*key, dict(sorted(found[key].items()))) for key in ordered]


def latencies_by_case(run: Run) -> dict[str, LogLinear]:
    """Of each case that has them, over all its repetitions that count."""
    found: dict[str, list[Histogram]] = {}
    for record in run.counted:
        histogram = record.histograms.get(LATENCY)
        if histogram is not None and is_log_linear(histogram):
            found.setdefault(record.case, []).append(histogram)
    return {case: merged(histograms) for case, histograms in sorted(found.items())}


HEADINGS = ("workload", "setting", "model", "highest rate", "p99 there", "next rate", "p99 there")


def _why_no_number(records: Sequence[Record], case: str) -> str | None:
    """None where enough of the repetitions that were not repeated have their p99."""
    tried = [record for record in records if record.case == case and not record.discarded]
    most = MOST_WITHOUT_NUMBER * len(tried)
    ended = [record.end for record in tried if record.end != "ok"]
    if len(ended) > most:
        return f"{len(ended)} of {len(tried)} {', '.join(sorted(set(ended)))}"
    found = [record for record in tried if record.end == "ok" and _P99 in record.metrics]
    if not found or len(tried) - len(found) > most:
        return "too few requests"
    return None


def highest_rates(run: Run, summaries: Sequence[Summary], slo_ns: float) -> list[list[str]]:
    """For each sweep the highest rate up to which every rate that was tried had its p99 (the median
    over repetitions) within `slo_ns`; and what was found at the next one. A rate of which many
    repetitions have no number does not hold: the worst of them would be those that are missing.
    """
    p99 = {each.case: each for each in summaries if each.quantity.name == _P99}
    rows = []
    for sweep in sweeps_of(run):
        best, after = ("–", "–"), ("none tried", "–")
        for rate, case in sweep.cases.items():
            missing = _why_no_number(run.records, case)
            here = (f"{rate} /s", missing or humanise(p99[case].median, "ns"))
            if missing or p99[case].median > slo_ns:
                after = here
                break
            best = here
        setting = "  ".join(f"{key}:{value}" for key, value in sweep.setting)
        rows.append([sweep.workload, setting, sweep.model, *best, *after])
    return rows
