"""One job, divided among few and many processes or threads: a column of panels for each kernel, a line
for each model.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.curves import Curve, curves_of, draw_curves
from unitcost_scripts.plots.points import label_models
from unitcost_scripts.plots.scales import axis_label, linear_limits, scale_axis
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

MEASURE = "oversubscription"
_SERIES = ("efficiency", "steps_per_second", "switches", "queued")  # from above
_ROOM = 1.4  # beyond the outermost units, as a factor
_KERNELS = {
    "resident": "resident: what a unit reads stays in the cache",
    "hungry": "hungry: units on one CPU drive each other out of it",
}


def _kernel_of(curve: Curve) -> str:
    return curve.case.split("/")[2]


def _draw_panel(axes: Any, name: str, shown: Sequence[Curve], every: Sequence[Curve]) -> None:
    """`every`: of all panels of the row, which share their scale."""
    draw_curves(axes, shown, said=["units_per_cpu"])
    about = every[0].about
    drawn = [y for curve in every for ys in (curve.low, curve.high) for y in ys]
    units = [x for curve in every for x in curve.x]
    scale_axis(axes.xaxis, about.x_unit, units, logarithmic=True)
    axes.set_xlim(min(units) / _ROOM, max(units) * _ROOM)  # the same in all panels, which share it
    scale_axis(axes.yaxis, about.y_unit, drawn, logarithmic=False)
    axes.set_ylim(linear_limits(drawn))
    if name == "efficiency":
        axes.axhline(1, color="#555555", linestyle=":", linewidth=1)
    axes.set_ylabel(about.y_name)


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    found = {name: curves_of(run, MEASURE, name) for name in _SERIES}
    found = {name: curves for name, curves in found.items() if curves}
    if not found:
        return
    present = {_kernel_of(curve) for curves in found.values() for curve in curves}
    kernels = [kernel for kernel in _KERNELS if kernel in present]
    drawing = sheet(
        run,
        f"{MEASURE}-units",
        f"{MEASURE}: one job, divided among more and more units",
        "line: median over repetitions; band: their range; efficiency: over that of as many units"
        " as CPUs",
        width_inches=2 + 4.5 * len(kernels),
        plot_inches=2.1 * len(found) + 0.5,
    )
    grid = panels(drawing, len(found), len(kernels), sharex=True, sharey="row")
    for line, (name, curves) in zip(grid, found.items(), strict=True):
        for axes, kernel in zip(line, kernels, strict=True):
            shown = [curve for curve in curves if _kernel_of(curve) == kernel]
            if shown:
                _draw_panel(axes, name, shown, curves)
    for axes, kernel in zip(grid[0], kernels, strict=True):
        axes.set_title(_KERNELS[kernel])
    for axes in grid[-1]:
        axes.set_xlabel(axis_label("units", True))
    for axes in grid[:, 1:].flat:
        axes.set_ylabel("")
    label_models(grid[0, -1], grid.flat)
    yield drawing
