"""What became of all requests of a burst: a panel a limit, a bar a model, stacked by fate."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import reading_order
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import MEANS, Drawing, panels, sheet
from unitcost_scripts.plots.facets import Facet, facet_of, facet_order
from unitcost_scripts.plots.stacks import Part, explain_parts
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

MEASURE = "burst"
_DEATHS, _OUTAGE = "server_deaths", "outage_ns"


# From the left. The paler, the better for whoever sent the request.
_FATES = {
    "answered": Part("answered", "#DDDDDD", ""),
    "refused_by_tasks": Part("refused: no task more", "#F0C05A", "//"),
    "refused_otherwise": Part("refused otherwise", "#E69F00", "\\\\"),
    "lost_with_unit": Part("lost with its unit", "#C05A8A", ".."),
    "lost_with_server": Part("lost with the server", "#882255", ""),
}
DRAWN = frozenset(_FATES) | {_DEATHS}

Columns = dict[str, Summary]  # metric -> summary, of one case


def _outcome(columns: Columns) -> str:
    """ "3 deaths, out for 0.4 s"; nothing where the server lives."""
    deaths, outage = columns[_DEATHS].median, columns[_OUTAGE]
    if deaths == 0:
        return ""
    out = f"out for {humanise(outage.median, outage.quantity.unit)}"
    return f"{deaths:g} {'death' if deaths == 1 else 'deaths'}, {out}"


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


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    measured = select(summaries, MEASURE)
    if not measured:
        return
    found: dict[Facet, dict[str, Columns]] = {}
    for each in measured:
        facet = facet_of(each.case, {"limit", "at_most"})
        found.setdefault(facet, {}).setdefault(each.model, {})[each.quantity.name] = each
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
    yield drawing
