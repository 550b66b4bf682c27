"""What became of all requests of a burst: a panel a limit, a bar a model, stacked by fate. And how
many may come at once until one fails: a panel a limit, a dot a model.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import reading_order
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import MEANS, Drawing, panels, sheet
from unitcost_scripts.plots.facets import Facet, facet_of, facet_order
from unitcost_scripts.plots.stacks import Part, explain_parts
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

MEASURE = "burst"
_DEATHS, _OUTAGE = "server_deaths", "outage_ns"
_SURVIVED, _BROKE_AT, _SERVES_AGAIN = "survived", "broke_at", "serves_again_ns"

# From the left. The paler, the better for whoever sent the request.
_FATES = {
    "answered": Part("answered", "#DDDDDD", ""),
    "refused_by_tasks": Part("refused: no task more", "#F0C05A", "//"),
    "refused_otherwise": Part("refused otherwise", "#E69F00", "\\\\"),
    "lost_with_unit": Part("lost with its unit", "#C05A8A", ".."),
    "lost_with_server": Part("lost with the server", "#882255", ""),
}
# The errnos are those of what was refused, see there.
DRAWN = frozenset(_FATES) | {
    _DEATHS,
    _SURVIVED,
    _BROKE_AT,
    "refused_by_eagain",
    "refused_by_enomem",
}

Columns = dict[str, Summary]  # metric -> summary, of one case


def _outcome(columns: Columns) -> str:
    """ "3 deaths, out for 0.4 s"; nothing where the server lives."""
    deaths, outage = columns[_DEATHS].median, columns[_OUTAGE]
    if deaths == 0:
        return ""
    out = f"out for {humanise(outage.median, outage.quantity.unit)}"
    return f"{deaths:g} {'death' if deaths == 1 else 'deaths'}, {out}"


def _by_facet(measured: Sequence[Summary], keys: set[str]) -> dict[Facet, dict[str, Columns]]:
    found: dict[Facet, dict[str, Columns]] = {}
    for each in measured:
        facet = facet_of(each.case, keys)
        found.setdefault(facet, {}).setdefault(each.model, {})[each.quantity.name] = each
    return found


def _draw_panel(axes: Any, models: Sequence[str], cases: dict[str, Columns]) -> None:
    """Means, unlike elsewhere: they add up to all requests, which medians need not."""
    for place, model in enumerate(models):
        columns = cases.get(model)
        if columns is None:
            continue
        left = 0.0
        for name, fate in _FATES.items():
            width = float(np.mean(columns[name].values))
            axes.barh(
                place,
                width,
                0.62,
                left,
                facecolor=fate.colour,
                edgecolor="#444444",
                hatch=fate.hatch,
                linewidth=0.5,
            )
            left += width
        axes.annotate(
            _outcome(columns),
            (left, place),
            xytext=(4, 0),
            textcoords="offset points",
            size=7,
            va="center",
        )
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.5, -0.5)


def _draw_fates(run: Run, measured: Sequence[Summary]) -> Drawing:
    found = _by_facet(measured, {"limit", "at_most"})
    models = sorted({each.model for each in measured}, key=reading_order)
    drawing = sheet(
        run,
        "burst-requests",
        "burst: what became of all requests",
        "means over repetitions; deaths of the server and how long it was out: medians",
        width_inches=10,
        plot_inches=0.5 + len(found) * (rows.ROW_INCHES * len(models) + rows.AXIS_INCHES),
        drawn=MEANS,
    )
    grid = panels(drawing, len(found), 1, sharex=True)
    for axes, facet in zip(grid[:, 0], sorted(found, key=facet_order), strict=True):
        _draw_panel(axes, models, found[facet])
        axes.set_title("  ".join(f"{key}:{value}" for key, value in facet))
    grid[-1, 0].set_xlim(0, grid[-1, 0].get_xlim()[1] * 1.3)  # once: they share it
    grid[-1, 0].set_xlabel("requests")
    explain_parts(grid[0, 0], _FATES.values())
    return drawing


def _how_it_broke(columns: Columns) -> str:
    """ "64: 41 refused: no task more, serves again after 95 ms"; means of what failed then."""
    survived = columns[_SURVIVED]
    broke = columns.get(_BROKE_AT)
    if broke is None:
        return f"no failure of {survived.median:,g}"
    means = {name: float(np.mean(columns[name].values)) for name in _FATES if name != "answered"}
    failed = [
        f"{mean:,.1f}".removesuffix(".0") + " " + _FATES[name].said
        for name, mean in means.items()
        if mean > 0
    ]
    again = columns[_SERVES_AGAIN]
    failed.append(f"serves again after {humanise(again.median, again.quantity.unit)}")
    always = len(broke.values) == len(survived.values)
    seen = "" if always else f" (in {len(broke.values)} of {len(survived.values)})"
    return f"{broke.median:,g}{seen}: " + ", ".join(failed)


def _draw_reach(axes: Any, models: Sequence[str], cases: dict[str, Columns]) -> None:
    for place, model in enumerate(models):
        columns = cases.get(model)
        if columns is None:
            continue
        rows.draw_median(axes, columns[_SURVIVED], place)
        axes.text(
            1.01,
            place,
            _how_it_broke(columns),
            transform=axes.get_yaxis_transform(),
            size=7,
            va="center",
        )
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.5, -0.5)


def _draw_breaking(run: Run, measured: Sequence[Summary]) -> Drawing:
    found = _by_facet(measured, {"limit"})
    models = sorted({each.model for each in measured}, key=reading_order)
    reach = select(measured, MEASURE, _SURVIVED)
    quantity = reach[0].quantity
    drawing = sheet(
        run,
        "burst-pile_up",
        "burst: how many requests may come at once until one fails",
        f"median over repetitions, {better(quantity.direction)} · at the right the burst that broke:"
        " means over repetitions; how long until one is served again: median",
        width_inches=10,
        plot_inches=len(found) * (rows.ROW_INCHES * len(models) + rows.AXIS_INCHES),
    )
    grid = panels(drawing, len(found), 1, sharex=True)
    for axes, facet in zip(grid[:, 0], sorted(found, key=facet_order), strict=True):
        _draw_reach(axes, models, found[facet])
        axes.set_title("  ".join(f"{key}:{value}" for key, value in facet))
    for axes in grid[:, 0]:  # what is drawn later on an axis that they share would scale it anew
        rows.finish_value_axis(axes, quantity, rows.drawn_values(reach))
    for axes in grid[:-1, 0]:
        axes.set_xlabel("")
    return drawing


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    measured = select(summaries, MEASURE)
    of_one = [each for each in measured if each.workload == "requests"]
    growing = [each for each in measured if each.workload == "pile_up"]
    if of_one:
        yield _draw_fates(run, of_one)
    if growing:
        yield _draw_breaking(run, growing)
