"""Which model takes least for a task, over its length and the share of it that it waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.advice.abilities import has_units
from unitcost_scripts.advice.cost_curve import CostCurve
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.pool_ratios import ratios_beside
from unitcost_scripts.advice.time_curves import request_curves, task_curves
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
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.same_places import same_lengths
from unitcost_scripts.statistics import median

_WAITING_SHARES = (0.5, 0.9, 0.99, 0.999)
_WAITING_LENGTHS_NS = tuple(10.0**power for power in range(4, 10))  # 10 µs to 1 s
_UNITS = 64  # in flight; of connections the number nearest to it that was measured
_STEP = 2  # of the lengths of tasks that compute, which double, every other one is a column
_LINE_INCHES = 0.42
_AXIS_INCHES = 0.95

Choices = dict[tuple[int, int], Choice]


@dataclass(frozen=True)
class _Panel:
    """A map: its cells by column and line."""

    title: str
    across: str
    up: str
    columns: list[str]
    lines: list[str]
    choices: Choices

    @property
    def inches(self) -> float:
        return _AXIS_INCHES + _LINE_INCHES * len(self.lines)


def _label(length_ns: float) -> str:
    """Of a length that a calibration has made 0.01 % shorter than it was meant to be."""
    return humanise(float(f"{length_ns:.3g}"), "ns")


def _at(curves: Mapping[str, CostCurve], length_ns: float) -> Choice:
    return cheapest({model: curve.at(length_ns) for model, curve in curves.items()})


def _computing(evidence: Evidence) -> Iterator[_Panel]:
    """At lengths that some model was measured at."""
    curves = task_curves(evidence)
    every = same_lengths(place.length_ns for curve in curves.values() for place in curve.places)
    lengths = [median(found) for found in every][::_STEP]
    if lengths:
        yield _Panel(
            "tasks that only compute: elapsed time of one in waves of them (grain)",
            "length of a task",
            "",
            [_label(length) for length in lengths],
            ["each by itself"],
            {(x, 0): _at(curves, length) for x, length in enumerate(lengths)},
        )


def _beside(evidence: Evidence) -> Iterator[_Panel]:
    """A line for each pool; its own time is what the others' are told in."""
    beside = ratios_beside(evidence)
    places = same_lengths(length for ratios in beside.values() for length in ratios)
    column_of = {length: x for x, place in enumerate(places) for length in place}
    if places:
        yield _Panel(
            "the same, with a unit for each task beside a pool, by turns in one process (pool_worth)",
            "length of a task",
            "",
            [_label(place[0]) for place in places],
            [f"beside {pool}" for pool in beside],
            {
                (column_of[length], y): cheapest(ratios)
                for y, by_length in enumerate(beside.values())
                for length, ratios in by_length.items()
            },
        )


def _waiting(evidence: Evidence) -> Iterator[_Panel]:
    """What computes of a task is the length that was measured of requests."""
    curves = {
        model: curve
        for model, curve in request_curves(evidence, _UNITS).items()
        if has_units(evidence, model)
    }
    if curves:
        yield _Panel(
            "tasks that wait once, for a message: CPU time, on one CPU (latency of echo and mixed)",
            "length of a task, waiting included",
            "share of waiting",
            [_label(length) for length in _WAITING_LENGTHS_NS],
            [f"{100 * share:g} %" for share in _WAITING_SHARES],
            {
                (x, y): _at(curves, (1 - share) * length)
                for y, share in enumerate(_WAITING_SHARES)
                for x, length in enumerate(_WAITING_LENGTHS_NS)
            },
        )


def _draw_panel(axes: Any, panel: _Panel) -> None:
    draw_choices(axes, panel.choices, panel.columns, panel.lines, look_of)
    axes.set_title(panel.title)
    axes.set_xlabel(panel.across)
    axes.set_ylabel(panel.up)


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    """Each model by itself, each beside a pool, and each with tasks that wait."""
    evidence = Evidence(run)
    shown = [*_computing(evidence), *_beside(evidence), *_waiting(evidence)]
    if not shown:
        return
    heights = [panel.inches for panel in shown]
    drawing = sheet(
        run,
        "crossover-tasks",
        "crossover: which model takes least for a task, by its length and its waiting share",
        "tasks that compute use all CPUs of the run, those that wait are served by one",
        width_inches=11,
        plot_inches=sum(heights),
        drawn=EXPLAINED,
    )
    grid = panels(drawing, len(shown), 1, height_ratios=heights)[:, 0]
    for axes, panel in zip(grid, shown, strict=True):
        _draw_panel(axes, panel)
    every = [choice for panel in shown for choice in panel.choices.values()]
    models = {name for choice in every for name in choice.winners}
    tallest = max(range(len(shown)), key=lambda number: heights[number])
    explain_choices(grid[tallest], every, look_of, sorted(models, key=reading_order))
    yield drawing
