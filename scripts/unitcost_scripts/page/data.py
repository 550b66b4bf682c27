"""What the report's script knows of a run: every metric with its interval, the values of all its
repetitions and where in the journal they stand, and the curves. Written small, since it is most of
the page: what many rows share stands once, and rows refer to it by number.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from unitcost_scripts.numbers import SCALES
from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.curves import Curve, curves_of
from unitcost_scripts.plots.marks import name_of_curve, name_of_median
from unitcost_scripts.runs.citations import lines_by_number, lines_by_series
from unitcost_scripts.runs.records import Quantity
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

_SUMMARY_DIGITS = 9  # rounding again to three digits never shows another number
_VALUE_DIGITS = 6  # of a repetition; the journal has all


def _number(value: float, digits: int) -> float | int:
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _numbers(values: Iterable[float], digits: int = _VALUE_DIGITS) -> list[float | int]:
    return [_number(value, digits) for value in values]


class _Shared:
    """Values in the order in which they were first met."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, value: Any) -> int:
        return self._places.setdefault(value, len(self._places))

    def values(self) -> list[Any]:
        return list(self._places)


def _described(quantity: Quantity) -> list[str]:
    return [quantity.name, quantity.label, quantity.unit, quantity.direction]


def _row(summary: Summary, shared: dict[str, _Shared], lines: Sequence[int]) -> list[Any]:
    """[case, quantity, source, lines, median, low, high, values]; low and high null where there is
    no interval."""
    interval = summary.interval
    ends = (interval.low, interval.high) if interval else ()
    return [
        shared["cases"].place(summary.case),
        shared["quantities"].place(summary.quantity),
        shared["sources"].place(summary.source),
        shared["lines"].place(tuple(lines)),
        _number(summary.median, _SUMMARY_DIGITS),
        *(_numbers(ends, _SUMMARY_DIGITS) if ends else (None, None)),
        _numbers(summary.values),
    ]


def all_curves(run: Run) -> list[Curve]:
    """Every series of every measure, its repetitions joined."""
    names = {(record.measure, name) for record in run.counted for name in record.series}
    return [curve for measure, name in sorted(names) for curve in curves_of(run, measure, name)]


def _curve(curve: Curve, shared_lines: _Shared, lines: Sequence[int]) -> list[Any]:
    """[case, label, x name, x unit, y name, y unit, lines, x, y, low, high]"""
    about = curve.about
    told = [about.label, about.x_name, about.x_unit, about.y_name, about.y_unit]
    places = map(_numbers, (curve.x, curve.y, curve.low, curve.high))
    return [curve.case, *told, shared_lines.place(tuple(lines)), *places]


def mark_numbers(summaries: Sequence[Summary], curves: Sequence[Curve]) -> dict[str, str]:
    """A mark's name -> the row of `document` that tells about it; "c3" is the curve 3."""
    medians = {
        name_of_median(each.case, each.quantity.name): str(row)
        for row, each in enumerate(summaries)
    }
    return medians | {
        name_of_curve(curve.case, curve.about.name): f"c{row}" for row, curve in enumerate(curves)
    }


def document(run: Run, summaries: Sequence[Summary], curves: Sequence[Curve]) -> str:
    """As JSON that may stand in a <script> element of an HTML page."""
    shared = {name: _Shared() for name in ("cases", "quantities", "sources", "lines")}
    lines = lines_by_number(run.counted)
    rows = [_row(each, shared, lines[each.case, each.quantity.name]) for each in summaries]
    of_series = lines_by_series(run.counted)
    drawn = [
        _curve(each, shared["lines"], of_series[each.case, each.about.name]) for each in curves
    ]
    models = sorted({each.model for each in summaries}, key=reading_order)
    whole = {
        "scales": SCALES,
        "models": {model: look_of(model).colour for model in models},
        "cases": shared["cases"].values(),
        "quantities": [_described(each) for each in shared["quantities"].values()],
        "sources": shared["sources"].values(),
        "lines": shared["lines"].values(),
        "rows": rows,
        "curves": drawn,
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
