"""Which model takes least for a task, over its length and the share of it that it waits."""

from collections.abc import Iterator, Mapping, Sequence

from unitcost_scripts.advice.abilities import has_units
from unitcost_scripts.advice.cost_curve import CostCurve
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import Prediction
from unitcost_scripts.advice.time_curves import request_curves, task_curves
from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import known_models, look_of, reading_order
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


def _lengths_ns(curves: Mapping[str, CostCurve]) -> list[float]:
    """All that some model was measured at."""
    points = [(place.length_ns, 0.0) for curve in curves.values() for place in curve.places]
    lengths = [median([length for length, _ in found]) for found in same_places(points)]
    return [length for length in lengths if length > 0][::_STEP]


def _predictions(curves: Mapping[str, CostCurve], length_ns: float) -> dict[str, Prediction]:
    return {model: curve.at(length_ns) for model, curve in curves.items()}


def _share(share: float) -> str:
    return f"{100 * share:g} %"


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    evidence = Evidence(run)
    computing = task_curves(evidence)
    waiting = {
        model: curve
        for model, curve in request_curves(evidence, _UNITS).items()
        if has_units(evidence, model)
    }
    lengths = _lengths_ns(computing or waiting)
    if not lengths:
        return
    rows: list[tuple[float, Mapping[str, CostCurve]]] = [(0.0, computing)] if computing else []
    rows += [(share, waiting) for share in _WAITING_SHARES if waiting]
    choices: dict[tuple[int, int], Choice] = {}
    for y, (share, curves) in enumerate(rows):
        for x, length in enumerate(lengths):
            choices[x, y] = cheapest(_predictions(curves, (1 - share) * length))
    workers = max((round(1 / each.share) for each in computing.values()), default=0)
    drawing = sheet(
        run,
        "crossover-tasks",
        "crossover: which model takes least for a task, by its length and its waiting share",
        f"0 %: elapsed time of a task in waves of them, on {workers} CPUs (grain); else CPU time of one"
        " that waits once, for a message, on one CPU (latency of echo and mixed), over what it computes",
        width_inches=11,
        plot_inches=0.9 + 0.42 * len(rows),
        drawn=EXPLAINED,
    )
    axes = panels(drawing, 1, 1)[0][0]
    labels = [humanise(length, "ns") for length in lengths]
    draw_choices(axes, choices, labels, [_share(share) for share, _ in rows], look_of)
    axes.set_xlabel("length of a task, waiting included")
    axes.set_ylabel("share of waiting")
    models = {*computing, *waiting, *known_models()}
    explain_choices(axes, list(choices.values()), look_of, sorted(models, key=reading_order))
    yield drawing
