"""What units do with their lives: a panel a workload, a bar a model, stacked by state."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unitcost_scripts.palette import reading_order
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import MEANS, Drawing, panels, sheet
from unitcost_scripts.plots.stacks import Part, explain_parts
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

MEASURE = "states"


# From the left, in the order of a life.
_STATES = {
    "running_share": Part("running", "#0072B2", ""),
    "runnable_share": Part("runnable: ready, waits for a CPU or worker", "#E69F00", "//"),
    "blocked_share": Part("blocked: waits for what it asked for", "#DDDDDD", ".."),
    "zombie_share": Part("zombie: ended, not yet reaped", "#FFFFFF", "xx"),
}
DRAWN = frozenset(_STATES)
_WORKLOADS = {
    "cpu": "cpu: computes",
    "mixed": "mixed: computes and sleeps",
    "io": "io: sleeps",
}

Shares = dict[str, float]  # by metric, of one case


def _draw_panel(axes: Any, models: Sequence[str], cases: dict[str, Shares]) -> None:
    for place, model in enumerate(models):
        left = 0.0
        for name, state in _STATES.items():
            width = 100 * cases.get(model, {}).get(name, 0.0)
            axes.barh(
                place,
                width,
                0.62,
                left,
                facecolor=state.colour,
                edgecolor="#444444",
                hatch=state.hatch,
                linewidth=0.5,
            )
            left += width
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """Means, since they add up to a whole life, which medians need not."""
    found: dict[str, dict[str, Shares]] = {}
    for each in select(summaries, MEASURE):
        if each.quantity.name in DRAWN:
            shares = found.setdefault(each.workload, {}).setdefault(each.model, {})
            shares[each.quantity.name] = float(np.mean(each.values))
    if not found:
        return
    models = sorted({model for cases in found.values() for model in cases}, key=reading_order)
    workloads = [workload for workload in _WORKLOADS if workload in found]
    drawing = sheet(
        run,
        f"{MEASURE}-shares",
        f"{MEASURE}: what a unit's life is made of",
        "eight units on one CPU; means over repetitions",
        width_inches=10,
        plot_inches=0.5 + len(workloads) * (rows.ROW_INCHES * len(models) + rows.AXIS_INCHES),
        drawn=MEANS,
    )
    grid = panels(drawing, len(workloads), 1, sharex=True)
    for axes, workload in zip(grid[:, 0], workloads, strict=True):
        _draw_panel(axes, models, found[workload])
        axes.set_title(_WORKLOADS[workload])
    grid[-1, 0].set_xlim(0, 100)
    grid[-1, 0].set_xlabel("share of the units' lives [%]")
    explain_parts(grid[0, 0], _STATES.values())
    yield drawing
