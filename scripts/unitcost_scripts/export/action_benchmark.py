"""What github-action-benchmark reads by its tools customSmallerIsBetter and customBiggerIsBetter.

Its reader of Google Benchmark's JSON keeps one time a case; here every metric is an entry. Numbers
are in plain units, so that a name has the same unit in every run: the action follows it by these. A
fact, of which neither more nor less is better, has no place in either.
"""

import json
from typing import Any

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.runs import describe
from unitcost_scripts.runs.citations import summaries_with_sources
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary


def _extra(run: Run, summary: Summary, source: str) -> str:
    """The lines of a point's tooltip."""
    interval, unit = summary.interval, summary.quantity.unit
    spread = (
        f"{interval.confidence:.1%} interval {humanise_interval(interval, unit)}"
        if interval
        else "fewer than six repetitions: no interval"
    )
    return "\n".join(
        (
            f"{summary.quantity.label}: {humanise(summary.median, unit)}",
            f"median of {len(summary.values)} repetitions, {spread}",
            f"{describe.machine(run)}, {describe.tool(run)}",
            source,
        )
    )


def _entry(run: Run, summary: Summary, source: str) -> dict[str, Any]:
    interval = summary.interval
    return {
        "name": f"{summary.case} {summary.quantity.name}",
        "value": summary.median,
        "unit": summary.quantity.unit,
        **({"range": f"{interval.low:g} – {interval.high:g}"} if interval else {}),
        "extra": _extra(run, summary, source),
    }


def _text(run: Run, direction: str) -> str:
    entries = [
        _entry(run, summary, source)
        for summary, source in summaries_with_sources(run)
        if summary.quantity.direction == direction
    ]
    return json.dumps(entries, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def smaller(run: Run) -> str:
    return _text(run, "smaller")


def bigger(run: Run) -> str:
    return _text(run, "greater")
