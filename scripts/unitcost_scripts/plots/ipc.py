"""What it costs to hand a message to another process: latency and bandwidth over the size of a
message, a line a way, on one core and on two.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D

from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.marks import are_medians_of
from unitcost_scripts.plots.scales import axis_label, scale_axis
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

MEASURE = "ipc"
_LATENCY, _TAIL, _BANDWIDTH = "latency_p50_ns", "latency_p99_ns", "bytes_per_second"
DRAWN = frozenset({_LATENCY, _TAIL, _BANDWIDTH})
_POWERS = {"B": 1, "KiB": 2**10, "MiB": 2**20}
_LIMIT = "cache_line"


@dataclass(frozen=True)
class _Look:
    colour: str
    marker: str


_WAYS = {
    "queue": _Look("#0072B2", "o"),
    "shared_memory": _Look("#56B4E9", "p"),
    "pipe": _Look("#D55E00", "s"),
    "socket_pair": _Look("#E69F00", "D"),
    "message_queue": _Look("#CC79A7", "^"),
    "manager": _Look("#882255", ">"),
    "semaphore": _Look("#009E73", "v"),
    "signal": _Look("#999933", "<"),
    _LIMIT: _Look("#000000", "+"),
}
_LINE_STYLES = {"process": "-", "std_thread": ":", "floor": "--"}

Line = tuple[str, str]  # workload, which is the way, and model


def bytes_of(size: str) -> int:
    """ "64KiB" as 65536."""
    found = re.fullmatch(r"(\d+)([A-Za-z]+)", size)
    if found is None:
        raise ValueError(f"{size!r} is no size")
    return int(found[1]) * _POWERS[found[2]]


def _name(line: Line) -> str:
    way, model = line
    if way == _LIMIT:
        return "cache line, spinning"
    return way.replace("_", " ") + (", threads" if model == "std_thread" else "")


def _lines(summaries: Sequence[Summary]) -> dict[Line, dict[int, Summary]]:
    found: dict[Line, dict[int, Summary]] = {}
    for each in summaries:
        line = (each.workload, each.model)
        found.setdefault(line, {})[bytes_of(each.parameters["size"])] = each
    order = list(_WAYS)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def _draw_line(axes: Any, line: Line, points: dict[int, Summary], sizes: Sequence[int]) -> None:
    """From edge to edge goes what no message takes less than, and what carries no data."""
    way, model = line
    look = _WAYS[way]
    first = next(iter(points.values()))
    if 0 in points or (way == _LIMIT and first.quantity.name != _BANDWIDTH):
        height = first.median
        ends = [min(sizes), max(sizes)]
        axes.plot(ends, [height] * 2, color=look.colour, linestyle=_LINE_STYLES[model], linewidth=1)
        (mark,) = axes.plot(ends[:1], [height], color=look.colour, marker=look.marker, markersize=5)
        are_medians_of(mark, [first])
        return
    places = sorted(points)
    for place in places:
        interval = points[place].interval
        if interval is not None:
            axes.plot(
                [place] * 2,
                [interval.low, interval.high],
                color=look.colour,
                linewidth=1.2,
                marker="_",
            )
    hollow = any(each.interval is None for each in points.values())
    (drawn,) = axes.plot(
        places,
        [points[place].median for place in places],
        color=look.colour,
        linestyle=_LINE_STYLES[model],
        marker=look.marker,
        markersize=5,
        markerfacecolor="white" if hollow else look.colour,
        linewidth=1.2,
    )
    are_medians_of(drawn, [points[place] for place in places])


def _draw_sheet(run: Run, kind: str, title: str, told: str, found: Sequence[Summary]) -> Drawing:
    """One quantity: a panel for each number of cores."""
    sizes = sorted({bytes_of(each.parameters["size"]) for each in found} - {0}) or [8]
    every_core = sorted({each.parameters["cores"] for each in found})
    drawing = sheet(run, f"ipc-{kind}", f"ipc: {title}", told, width_inches=11, plot_inches=4.2)
    grid = panels(drawing, 1, len(every_core), sharey=True, sharex=True)[0]
    for axes, cores in zip(grid, every_core, strict=True):
        shown = [each for each in found if each.parameters["cores"] == cores]
        for line, points in _lines(shown).items():
            _draw_line(axes, line, points, sizes)
        axes.set_title("both on one core" if cores == "1" else "each on a core of its own")
    values = [each.median for each in found]
    for axes in grid:  # after all is drawn: they share them
        scale_axis(axes.xaxis, "bytes", sizes, True)
        scale_axis(axes.yaxis, found[0].quantity.unit, values, True)
        axes.set_xlabel(axis_label("message", True))
    grid[0].set_ylabel(axis_label(found[0].quantity.label, True))
    handles = [
        Line2D(
            [],
            [],
            color=_WAYS[way].colour,
            marker=_WAYS[way].marker,
            markersize=5,
            linestyle=_LINE_STYLES[model],
            label=_name((way, model)),
        )
        for way, model in _lines(found)
    ]
    grid[-1].legend(
        handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5, handlelength=3
    )
    return drawing


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    told = {
        _LATENCY: (
            "latency",
            "half of a message's round trip",
            "p50, median over repetitions, smaller is better; from edge to edge: a way without data,"
            " and dashed the limit, a word",
        ),
        _TAIL: (
            "tail",
            "half of a message's round trip, p99",
            "p99, median over repetitions, smaller is better; where there were a thousand round"
            " trips",
        ),
        _BANDWIDTH: (
            "bandwidth",
            "bytes that go one way",
            "median over repetitions, greater is better; a cache line takes a word at a time",
        ),
    }
    for metric, (kind, title, subtitle) in told.items():
        found = select(summaries, MEASURE, metric)
        if found:
            yield _draw_sheet(run, kind, title, subtitle, found)
