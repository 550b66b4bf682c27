"""How throughput grows with workers: speed-up over serial with the ideal line, and the efficiency
that is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.curves import LINE_STYLES
from unitcost_scripts.plots.facets import Facet, facet_of, facet_title, shared_keys
from unitcost_scripts.plots.marks import are_medians_of
from unitcost_scripts.plots.rows import drawn_values
from unitcost_scripts.plots.scales import axis_label, linear_limits, scale_axis
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_AXIS = "workers"
_METRICS = ("speedup", "efficiency")

LineKey = tuple[tuple[int, str], Facet]  # model, in reading order, and its own parameters


@dataclass(frozen=True)
class _Panel:
    axes: Any
    metric: str
    summaries: Sequence[Summary]
    keys: set[str]


def _lines(panel: _Panel) -> dict[LineKey, list[Summary]]:
    lines: dict[LineKey, list[Summary]] = {}
    for each in panel.summaries:
        own = tuple(item for item in each.parameters.items() if item[0] not in panel.keys)
        lines.setdefault((reading_order(each.model), own), []).append(each)
    return {key: sorted(lines[key], key=_workers) for key in sorted(lines)}


def _workers(summary: Summary) -> int:
    return int(summary.parameters[_AXIS])


def _draw_line(axes: Any, points: Sequence[Summary], shift: float, label: str, style: str) -> None:
    look = look_of(points[0].model)
    x = [_workers(each) + shift for each in points]
    axes.plot(x, [each.median for each in points], color=look.colour, linestyle=style, linewidth=1)
    for place, each in zip(x, points, strict=True):
        interval = each.interval
        if interval is not None:
            axes.plot([place, place], [interval.low, interval.high], color=look.colour, marker="_")
        face = "white" if interval is None else look.colour
        (mark,) = axes.plot(
            [place],
            [each.median],
            marker=look.marker,
            markersize=5,
            color=look.colour,
            markerfacecolor=face,
            linestyle=style,
            label=label,
        )
        are_medians_of(mark, [each])
        label = "_"  # one entry per line in the legend


def ideal_line(metric: str, counts: Sequence[int]) -> tuple[list[float], list[float]]:
    """As many times faster as there are workers, a little beyond both ends. Of many points, since
    what is straight on a linear axis is none on a logarithmic one."""
    x = np.linspace(counts[0] - 0.3, counts[-1] + 0.3, 200).tolist()
    return x, x if metric == "speedup" else [1.0] * len(x)


def _draw_panel(panel: _Panel) -> None:
    axes = panel.axes
    lines = _lines(panel)
    counts = sorted({_workers(each) for each in panel.summaries})
    spread = 0.3 / max(1, len(lines))  # side by side, so that equal values stay visible
    styles: dict[str, int] = {}
    for place, ((model, own), points) in enumerate(lines.items()):
        style = LINE_STYLES[styles.setdefault(model[1], 0) % len(LINE_STYLES)]
        styles[model[1]] += 1
        shift = spread * (place - (len(lines) - 1) / 2)
        _draw_line(axes, points, shift, facet_title(model[1], own), style)
    x, ideal = ideal_line(panel.metric, counts)
    axes.plot(x, ideal, color="#555555", linestyle=":", linewidth=1.4, label="ideal", zorder=1)
    quantity = panel.summaries[0].quantity
    values = [*drawn_values(panel.summaries), *ideal]
    logarithmic = scale_axis(axes.yaxis, quantity.unit, values)
    if not logarithmic:
        axes.set_ylim(linear_limits(values))
    axes.set_ylabel(axis_label(quantity.label, logarithmic))
    axes.set_xticks(counts)
    axes.set_xlim(counts[0] - 0.4, counts[-1] + 0.4)
    axes.set_xlabel(_AXIS)


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One pair of panels for each workload and its parameters."""
    measured = [
        each
        for each in select(summaries, "throughput")
        if each.quantity.name in _METRICS and _AXIS in each.parameters
    ]
    for workload in sorted({each.workload for each in measured}):
        yield _draw_workload(run, [each for each in measured if each.workload == workload])


def _draw_workload(run: Run, measured: Sequence[Summary]) -> Drawing:
    workload = measured[0].workload
    keys = shared_keys([each.case for each in measured])
    facets = sorted({facet_of(each.case, keys, _AXIS) for each in measured})
    metrics = [name for name in _METRICS if any(each.quantity.name == name for each in measured)]
    drawing = sheet(
        run,
        f"throughput-{workload}",
        f"throughput: {workload} over workers",
        f"{better(measured[0].quantity.direction)};"
        " points at one number of workers are spread sideways",
        width_inches=10,
        plot_inches=3.3 * len(facets),
    )
    grid = panels(drawing, len(facets), len(metrics))
    for facet, line in zip(facets, grid, strict=True):
        for metric, axes in zip(metrics, line, strict=True):
            chosen = [
                each
                for each in measured
                if each.quantity.name == metric and facet_of(each.case, keys, _AXIS) == facet
            ]
            if chosen:
                _draw_panel(_Panel(axes, metric, chosen, keys))
        line[0].set_title(facet_title(workload, facet))
    for axes in grid[:, -1]:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5)
    return drawing
