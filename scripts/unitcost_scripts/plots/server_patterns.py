"""Half-sync/half-async against leader/followers: a map over the size of requests and the length of
their handler, with the line on which both are equally good.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from unitcost_scripts.numbers import humanise_tick
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import facet_name, facet_title
from unitcost_scripts.runs.records import natural_order
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_MEASURE = "server_patterns"
# All are above 1 where leader/followers is the better one.
RATIOS = {
    "lf_over_hsha": "throughput, L/F ÷ HS/HA",
    "hsha_over_lf_p99": "p99 of latencies, HS/HA ÷ L/F",
    "hsha_over_lf_cpu": "server's CPU time a request, HS/HA ÷ L/F",
}
_ACROSS, _UP = "bytes", "handler_us"
# Distinct under the common forms of colour blindness, and white where there is no difference.
_COLOURS = "PuOr"
_SPANS = (1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000)  # what the colours end at, and their inverse

Place = tuple[int, int]  # bytes, microseconds
Cells = Mapping[Place, Summary]


def _place_of(summary: Summary) -> Place:
    return int(summary.parameters[_ACROSS]), int(summary.parameters[_UP])


def span_of(ratios: Sequence[float]) -> float:
    """The least of some round factors within which, and within whose inverses, all ratios lie."""
    furthest = max(max(ratio, 1 / ratio) for ratio in ratios)
    return next((span for span in _SPANS if span >= furthest), furthest)


@dataclass(frozen=True)
class Border:
    """Between two neighbouring cells, of which one is above 1 and the other is not."""

    across: tuple[float, float]  # of its ends
    up: tuple[float, float]
    is_sure: bool  # neither cell's interval holds 1


def crossover_of(grid: Any, sure: Any) -> list[Border]:
    """What lies between two sizes was not measured, so the line goes around cells. `sure` are those
    whose intervals do not hold 1.
    """
    above = grid > 1
    found = []
    for y, x in np.ndindex(*grid.shape):
        for y_beside, x_beside in ((y, x + 1), (y + 1, x)):
            if y_beside == grid.shape[0] or x_beside == grid.shape[1]:
                continue
            here, beside = (y, x), (y_beside, x_beside)
            if np.isnan(grid[here] + grid[beside]) or above[here] == above[beside]:
                continue
            is_sure = bool(sure[here] and sure[beside])
            if y == y_beside:
                found.append(Border((x + 0.5, x + 0.5), (y - 0.5, y + 0.5), is_sure))
            else:
                found.append(Border((x - 0.5, x + 0.5), (y + 0.5, y + 0.5), is_sure))
    return found


def is_sure(summary: Summary) -> bool:
    interval = summary.interval
    return interval is not None and not interval.low <= 1 <= interval.high


def crossover_said(ratios: Sequence[float]) -> str:
    """What the reader is told of the line, or instead of it."""
    above = {ratio > 1 for ratio in ratios}
    if len(above) == 2:
        return "black line: the crossover; dashed beside a cell whose interval holds 1"
    return f"no crossover: {'L/F' if above == {True} else 'HS/HA'} is nowhere worse"


def _is_dark(colour: Sequence[float]) -> bool:
    """Whether white is read better on it than black: by relative luminance, as in WCAG 2."""
    red, green, blue = (part**2.2 for part in colour[:3])
    luminance: float = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return luminance < 0.18


def _write_number(axes: Any, x: int, y: int, summary: Summary, colour: Sequence[float]) -> None:
    text = f"{summary.median:.2f}"
    if summary.interval is not None:
        text += f"\n{summary.interval.low:.2f} – {summary.interval.high:.2f}"
    ink = "white" if _is_dark(colour) else "black"
    axes.text(x, y, text, ha="center", va="center", fontsize=7.5, color=ink)


def _draw_panel(axes: Any, cells: Cells, places: Sequence[Place]) -> None:
    sizes = sorted({size for size, _ in places})
    lengths = sorted({length for _, length in places})
    span = span_of([each.median for each in cells.values()])
    norm, colours = LogNorm(1 / span, span), colormaps[_COLOURS]
    grid = np.full((len(lengths), len(sizes)), np.nan)
    sure = np.zeros(grid.shape, dtype=bool)
    for (size, length), summary in cells.items():
        x, y = sizes.index(size), lengths.index(length)
        grid[y, x], sure[y, x] = summary.median, is_sure(summary)
        _write_number(axes, x, y, summary, colours(norm(summary.median)))
    for size, length in set(places) - set(cells):
        here = (sizes.index(size), lengths.index(length))
        axes.text(*here, "too few\nrequests", ha="center", va="center", fontsize=7, color="#555555")
    image = axes.imshow(grid, origin="lower", aspect="auto", cmap=colours, norm=norm)
    for border in crossover_of(grid, sure):
        style = "-" if border.is_sure else (0, (2, 1.5))
        axes.plot(border.across, border.up, color="black", linewidth=2.5, linestyle=style, zorder=3)
    axes.set_xticks(range(len(sizes)), [humanise_tick(size, "bytes") for size in sizes])
    axes.set_yticks(range(len(lengths)), [f"{length} µs" for length in lengths])
    axes.set_xlabel("payload of a request")
    axes.set_ylabel("handler's computing")
    _separate_cells(axes, len(sizes), len(lengths))
    _draw_scale(axes, image, span)


def _separate_cells(axes: Any, columns: int, lines: int) -> None:
    axes.grid(visible=False)
    axes.set_xticks([place - 0.5 for place in range(1, columns)], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, lines)], minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="minor", length=0)


def _draw_scale(axes: Any, image: Any, span: float) -> None:
    bar = axes.figure.colorbar(image, ax=axes, aspect=12, pad=0.02)
    bar.ax.yaxis.set_major_locator(FixedLocator([1 / span, 1, span]))
    bar.ax.yaxis.set_major_formatter(FixedFormatter([f"1/{span:g}", "1", f"{span:g}"]))
    bar.ax.yaxis.set_minor_locator(NullLocator())


def cells_of_settings(summaries: Sequence[Summary]) -> dict[tuple[str, str], dict[str, Cells]]:
    """By model and number of workers, then by ratio; in reading order."""
    found: dict[tuple[str, str], dict[str, dict[Place, Summary]]] = {}
    for name in RATIOS:
        for each in select(summaries, _MEASURE, name):
            if {_ACROSS, _UP} <= set(each.parameters):
                setting = (each.model, each.parameters.get("workers", ""))
                found.setdefault(setting, {}).setdefault(name, {})[_place_of(each)] = each
    order = sorted(found, key=lambda one: (one[0], natural_order(one[1])))
    return {setting: dict(found[setting]) for setting in order}


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One drawing for each model and number of workers, a panel for each ratio."""
    for (model, workers), by_ratio in cells_of_settings(summaries).items():
        yield _draw_setting(run, model, workers, by_ratio)


def _draw_setting(run: Run, model: str, workers: str, by_ratio: Mapping[str, Cells]) -> Drawing:
    facet = (("workers", workers),)
    places = [place for cells in by_ratio.values() for place in cells]
    columns, lines = (len(set(axis)) for axis in zip(*places, strict=True))
    drawing = sheet(
        run,
        facet_name(f"server-patterns-{model}", facet),
        facet_title(f"{_MEASURE}: leader/followers against half-sync/half-async, {model}", facet),
        "above 1, purple: leader/followers (L/F) is better; below, orange: half-sync/half-async"
        " (HS/HA); medians with their intervals",
        width_inches=max(8.5, 2.2 + 1.1 * columns),
        plot_inches=len(by_ratio) * (1.15 + 0.42 * lines),
    )
    grid = panels(drawing, len(by_ratio), 1)[:, 0]
    for axes, (name, cells) in zip(grid, by_ratio.items(), strict=True):
        _draw_panel(axes, cells, places)
        said = crossover_said([each.median for each in cells.values()])
        axes.set_title(f"{RATIOS[name]}; {said}")
    return drawing
