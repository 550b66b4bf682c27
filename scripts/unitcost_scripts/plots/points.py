"""Lines of medians, one for each model, with the interval of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.marks import are_medians_of
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import Interval


@dataclass(frozen=True)
class Point:
    place: float
    median: float
    interval: Interval | None  # None: too few repetitions
    summary: Summary | None = None  # whose median it is, where it is one's


def draw_line(axes: Any, model: str, points: Sequence[Point]) -> None:
    """Hollow markers where a point has no interval."""
    look = look_of(model)
    for point in points:
        if point.interval is not None:
            ends = [point.interval.low, point.interval.high]
            axes.plot([point.place] * 2, ends, color=look.colour, linewidth=1.2, marker="_")
    hollow = any(point.interval is None for point in points)
    (line,) = axes.plot(
        [point.place for point in points],
        [point.median for point in points],
        color=look.colour,
        marker=look.marker,
        markersize=5,
        markerfacecolor="white" if hollow else look.colour,
        linewidth=1.2,
        label=model,
    )
    known = [point.summary for point in points if point.summary is not None]
    if len(known) == len(points):
        are_medians_of(line, known)


def label_models(rightmost: Any, every: Iterable[Any]) -> None:
    """All models of all panels, beside the rightmost one."""
    handles: dict[str, Any] = {}
    for axes in every:
        for handle, model in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(model, handle)
    models = sorted(handles, key=reading_order)
    rightmost.legend(
        [handles[model] for model in models],
        models,
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        fontsize=7.5,
    )
