"""How a time is distributed, case by case: the median and the percentiles of one distribution on one
row, so that it shows how far the tail reaches. Any measure whose metrics are named `<name>_p50_ns`,
`<name>_p99_ns`, `<name>_max_ns` beside a histogram `<name>_ns` gets this plot.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D

from unitcost_scripts.palette import look_of
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import named
from unitcost_scripts.plots.marks import are_medians_of
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.records import Quantity
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

_NAMED = re.compile(r"(?P<of>.+)_(?P<rank>p\d+(?:_\d+)?|max)_(?P<unit>[a-z]+)")
_MAXIMUM = "max"
_GREY = "#777777"
# By rank: the rarer, the more of a pointer to the right. Any other rank is a bar.
_MARKS = {"p50": "o", "p90": "s", "p99": "D", "p99.9": "P", _MAXIMUM: ">"}
_ANY_OTHER = "d"


@dataclass(frozen=True)
class Distribution:
    """What the percentiles of one measure and workload are taken from."""

    measure: str
    workload: str
    name: str  # of the histogram
    label: str


@dataclass(frozen=True)
class Ranked:
    rank: str  # "p99.9", "max"
    summary: Summary


Found = dict[Distribution, list[Ranked]]


def _rank_of(name: str) -> tuple[str, str] | None:
    """ "wait_p99_9_ns" as histogram and rank: ("wait_ns", "p99.9")."""
    found = _NAMED.fullmatch(name)
    if found is None:
        return None
    return f"{found['of']}_{found['unit']}", found["rank"].replace("_", ".")


def _rank_order(rank: str) -> float:
    return 101.0 if rank == _MAXIMUM else float(rank.removeprefix("p"))


def distributions(run: Run, summaries: Sequence[Summary]) -> Found:
    """Those among `summaries` of which more than one percentile is told."""
    labels = {
        (record.measure, record.workload, name): histogram.label
        for record in run.counted
        for name, histogram in record.histograms.items()
    }
    found: Found = {}
    for each in summaries:
        ranked = _rank_of(each.quantity.name)
        if ranked is None:
            continue
        name, rank = ranked
        label = labels.get((each.measure, each.workload, name))
        if label is not None:
            of = Distribution(each.measure, each.workload, name, label)
            found.setdefault(of, []).append(Ranked(rank, each))
    return {of: each for of, each in found.items() if len({one.rank for one in each}) > 1}


def _draw_row(axes: Any, ranked: Sequence[Ranked], place: int) -> None:
    """A thin line through all; around each mark the interval of its median over repetitions."""
    colour = look_of(ranked[0].summary.model).colour
    middles = [one.summary.median for one in ranked]
    axes.plot([min(middles), max(middles)], [place, place], color=colour, linewidth=0.8)
    for one in ranked:
        interval = one.summary.interval
        if interval is not None:
            ends = [interval.low, interval.high]
            axes.plot(
                ends, [place] * 2, color=colour, linewidth=5, alpha=0.3, solid_capstyle="butt"
            )
        (mark,) = axes.plot(
            [one.summary.median],
            [place],
            marker=_MARKS.get(one.rank, _ANY_OTHER),
            markersize=4.5,
            color=colour,
            markerfacecolor="white" if interval is None else colour,
            linestyle="none",
            zorder=3,
        )
        are_medians_of(mark, [one.summary])


def _key(ranks: Sequence[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=_GREY, marker=_MARKS.get(rank, _ANY_OTHER), markersize=4.5, ls="none")
        for rank in ranks
    ]


def draw_distribution(run: Run, of: Distribution, found: Sequence[Ranked]) -> Drawing:
    """One row for each case, one mark for each percentile that it has."""
    by_row: dict[rows.Row, list[Ranked]] = {}
    for one in sorted(found, key=lambda one: _rank_order(one.rank)):
        by_row.setdefault(rows.row_of(one.summary), []).append(one)
    lines = sorted(by_row)
    ranks = sorted({one.rank for one in found}, key=_rank_order)
    quantity = found[0].summary.quantity
    about = Quantity(of.name, of.label, quantity.unit, quantity.direction)
    drawing = sheet(
        run,
        f"{of.measure}-{of.workload}-{of.name}",
        f"{named(of.measure, of.workload)}: {of.label}",
        f"percentiles, each the median over repetitions with its interval,"
        f" {better(quantity.direction)}{rows.in_common(lines)}",
        width_inches=rows.sheet_inches(lines, about, 6),
        plot_inches=rows.ROW_INCHES * len(lines) + rows.AXIS_INCHES,
        key=list(zip(_key(ranks), ranks, strict=True)),
    )
    axes = panels(drawing, 1, 1)[0][0]
    for place, line in enumerate(lines):
        _draw_row(axes, by_row[line], place)
    rows.finish_value_axis(axes, about, rows.drawn_values([one.summary for one in found]))
    rows.separate_models(axes, lines)
    rows.label_rows(axes, lines)
    return drawing
