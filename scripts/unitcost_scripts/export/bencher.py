"""Bencher Metric Format: case -> metric -> value with its interval.

Bencher's reader of Google Benchmark's JSON keeps one time a case; here every metric is a measure of
its own. Which of its values are better, and its unit, Bencher keeps with the measure, not here.
"""

import json

from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise


def text(run: Run) -> str:
    benchmarks: dict[str, dict[str, dict[str, float]]] = {}
    for summary in summarise(run.counted):
        interval = summary.interval
        bounds = {"lower_value": interval.low, "upper_value": interval.high} if interval else {}
        metrics = benchmarks.setdefault(summary.case, {})
        metrics[summary.quantity.name] = {"value": summary.median, **bounds}
    return json.dumps(benchmarks, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
