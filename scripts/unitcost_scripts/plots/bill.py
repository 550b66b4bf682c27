"""What so many units cost: measured marks are filled, what follows from the slope is dashed and hollow,
and a cross is where a known limit ends it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D

from unitcost_scripts.advice.bill import UNITS, ends_at, headline_of, spawn_column
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.many_units import taken_by
from unitcost_scripts.advice.prediction import Prediction
from unitcost_scripts.advice.unit_memory import TOTAL, UnitMemory, memory_by_model
from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.points import label_models
from unitcost_scripts.plots.scales import axis_label, scale_axis
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import Interval, median, median_interval

_DRAWN = (
    "Filled, solid: measured, or between two readings; medians with their 95 % interval. Hollow, dashed: predicted from one"
    " unit's cost times so many, its band that one's interval. Cross: no more, by a limit that is known."
)


@dataclass(frozen=True)
class _Measured:
    units: float
    value: float
    interval: Interval | None


def _measured(units: float, values: Sequence[float]) -> _Measured:
    return _Measured(units, median(values), median_interval(values))


def _draw_measured(axes: Any, model: str, points: Sequence[_Measured]) -> list[float]:
    look = look_of(model)
    middles = [each.value for each in points]
    for each in points:
        if each.interval is not None:
            ends = [each.interval.low, each.interval.high]
            axes.plot([each.units] * 2, ends, color=look.colour, linewidth=1.2, marker="_")
    axes.plot(
        [each.units for each in points],
        middles,
        color=look.colour,
        marker=look.marker,
        markersize=4.5,
        linewidth=1.2,
        label=model,
    )
    return middles


def _draw_predicted(
    axes: Any, model: str, one: Prediction, most: float, known: Collection[float] = ()
) -> list[float]:
    """From one unit to the last of the bill, or to where it ends; no mark where it is `known`."""
    look = look_of(model)
    places = [units for units in UNITS if units <= most]
    last = min(most, UNITS[-1])
    line = [*places, *([last] if last > places[-1] else [])]
    values = [one.times(units).value for units in line]
    axes.plot(line, values, color=look.colour, linestyle=(0, (3, 2)), linewidth=0.8)
    marked = [units for units in places[1:] if units not in known]
    axes.plot(
        marked,
        [one.times(units).value for units in marked],
        color=look.colour,
        marker=look.marker,
        markersize=5,
        markerfacecolor="white",
        linestyle="none",
    )
    if one.interval is not None:
        low, high = (
            [end * units for units in line] for end in (one.interval.low, one.interval.high)
        )
        axes.fill_between(line, low, high, color=look.colour, alpha=0.15, linewidth=0)
    if most < UNITS[-1]:
        axes.plot(
            [last], [values[-1]], color=look.colour, marker="x", markersize=7, linestyle="none"
        )
    return values


def _memory_points(evidence: Evidence, memory: UnitMemory) -> list[_Measured]:
    """One unit by the slope; what all units after the first fifth took together; those of the bill that were
    alive in another case."""
    more = [units - memory.units[0] for units in memory.units[1:]]
    taken = [_measured(*pair) for pair in zip(more, memory.extra_bytes, strict=True)]
    alive = [
        _Measured(units, found.value, found.interval)
        for units in UNITS[1:]
        if (found := taken_by(evidence, memory, TOTAL, units)) is not None
    ]
    points = [_measured(1, memory.per_unit.values), *taken, *alive]
    return sorted(points, key=lambda each: each.units)


def _finish(axes: Any, values: Sequence[float], unit: str, label: str) -> None:
    scale_axis(axes.xaxis, "1", [1, UNITS[-1]], True)
    scale_axis(axes.yaxis, unit, values, True)
    axes.set_xlabel("units")
    axes.set_ylabel(axis_label(label, True))


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    """Memory beside the time to make them."""
    evidence = Evidence(run)
    memory = memory_by_model(evidence)
    models = sorted(memory, key=reading_order)
    if not models:
        return
    started = {model: headline_of(evidence, model, spawn_column()) for model in models}
    timed = any(started.values())
    drawing = sheet(
        run,
        "bill",
        "bill: what so many units cost here",
        "memory, user and kernel, of idle units that are alive at once; creation, one after the other,"
        " each ended before the next",
        width_inches=11 if timed else 7,
        plot_inches=4.4,
        key=_key(),
        drawn=_DRAWN,
    )
    grid = panels(drawing, 1, 2 if timed else 1)[0]
    taken: list[float] = []
    spent: list[float] = []
    for model in models:
        unit = memory[model]
        most = ends_at(evidence, model, unit)[0]
        points = _memory_points(evidence, unit)
        known = {each.units for each in points}
        taken += _draw_predicted(grid[0], model, unit.of(1), most, known)
        taken += _draw_measured(grid[0], model, points)
        one = started[model]
        if one is not None:
            spent += _draw_predicted(grid[1], model, one, most)
            spawned = evidence.summary(one.cases[0], spawn_column().metric)
            assert spawned is not None, "that is where it is from"
            spent += _draw_measured(grid[1], model, [_measured(1, spawned.values)])
    _finish(grid[0], taken, "bytes", "memory of all units")
    if timed:
        _finish(grid[1], spent, "ns", "time to create them")
    label_models(grid[-1], grid)
    yield drawing


def _key() -> list[tuple[Any, str]]:
    grey = "#555555"
    return [
        (Line2D([], [], color=grey, marker="o", markersize=4.5), "measured"),
        (
            Line2D(
                [],
                [],
                color=grey,
                marker="o",
                markersize=5,
                markerfacecolor="white",
                linestyle="--",
            ),
            "predicted",
        ),
        (Line2D([], [], color=grey, marker="x", markersize=7, linestyle="none"), "a known limit"),
    ]
