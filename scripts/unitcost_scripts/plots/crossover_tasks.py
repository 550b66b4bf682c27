"""Which model takes least for a task, over its length and the share of it that it waits."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from unitcost_scripts.advice.abilities import has_units
from unitcost_scripts.advice.cost_curve import CostCurve
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.pool_ratios import RatiosByLength, ratios_beside
from unitcost_scripts.advice.time_curves import Curves, request_curves, task_curves
from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.choice_map import (
    EXPLAINED,
    Choice,
    cheapest,
    draw_choices,
    explain_choices,
)
from unitcost_scripts.run_directory import Run
from unitcost_scripts.same_places import same_places
from unitcost_scripts.statistics import median
from unitcost_scripts.summary import Summary

_WAITING_SHARES = (0.5, 0.9, 0.99, 0.999)
_UNITS = 64  # in flight; of connections the number nearest to it that was measured
_STEP = 2  # of the lengths, which double, every other one is a column
_LINE_INCHES = 0.4
_AXIS_INCHES = 0.95

Row = tuple[str, Curves, float]  # label, whose, share of computing
Choices = dict[tuple[int, int], Choice]


def _lengths_ns(curves: Mapping[str, CostCurve]) -> list[float]:
    """All that some model was measured at."""
    points = [(place.length_ns, 0.0) for curve in curves.values() for place in curve.places]
    lengths = [median([length for length, _ in found]) for found in same_places(points)]
    return [length for length in lengths if length > 0][::_STEP]


def _rows(evidence: Evidence) -> list[Row]:
    computing = task_curves(evidence)
    waiting = {
        model: curve
        for model, curve in request_curves(evidence, _UNITS).items()
        if has_units(evidence, model)
    }
    rows: list[Row] = [("0 %", computing, 1.0)] if computing else []
    return rows + [
        (f"{100 * share:g} %", waiting, 1 - share) for share in _WAITING_SHARES if waiting
    ]


def _draw_rows(axes: Any, rows: Sequence[Row]) -> Choices:
    lengths = _lengths_ns(rows[0][1])
    choices = {
        (x, y): cheapest({model: curve.at(share * length) for model, curve in curves.items()})
        for y, (_, curves, share) in enumerate(rows)
        for x, length in enumerate(lengths)
    }
    labels = [humanise(length, "ns") for length in lengths]
    draw_choices(axes, choices, labels, [label for label, *_ in rows], look_of)
    axes.set_title(
        "0 %: elapsed time in waves of tasks (grain); else CPU time of a request (latency)"
    )
    axes.set_xlabel("length of a task, waiting included")
    axes.set_ylabel("share of waiting")
    return choices


def _draw_beside(axes: Any, beside: Mapping[str, RatiosByLength]) -> Choices:
    """A line for each pool; its own time is what the others' are told in."""
    places = same_places((length, 0.0) for ratios in beside.values() for length in ratios)
    column_of = {length: x for x, place in enumerate(places) for length, _ in place}
    choices = {
        (column_of[length], y): cheapest(ratios)
        for y, by_length in enumerate(beside.values())
        for length, ratios in by_length.items()
    }
    labels = [humanise(place[0][0], "ns") for place in places]
    draw_choices(axes, choices, labels, list(beside), look_of)
    axes.set_title(
        "0 %: one pair after the other in one process (pool_worth), as long as they differed"
    )
    axes.set_xlabel("length of a task")
    axes.set_ylabel("beside")
    return choices


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    """Two panels: each model by itself, and each beside a pool."""
    evidence = Evidence(run)
    rows, beside = _rows(evidence), ratios_beside(evidence)
    heights = [_AXIS_INCHES + _LINE_INCHES * len(each) for each in (rows, beside) if each]
    if not heights:
        return
    drawing = sheet(
        run,
        "crossover-tasks",
        "crossover: which model takes least for a task, by its length and its waiting share",
        "a task that waits does so once, for a message, on one CPU; the others use all CPUs of the run",
        width_inches=11,
        plot_inches=sum(heights),
        drawn=EXPLAINED,
    )
    grid = list(panels(drawing, len(heights), 1, height_ratios=heights)[:, 0])
    every: list[Choice] = []
    for axes, part in zip(grid, [each for each in (rows, beside) if each], strict=True):
        choices = _draw_rows(axes, rows) if part is rows else _draw_beside(axes, beside)
        every += choices.values()
    models = {name for choice in every for name in choice.winners}
    explain_choices(grid[0], every, look_of, sorted(models, key=reading_order))
    yield drawing
