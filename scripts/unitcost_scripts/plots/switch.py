"""What one hand-over between two units costs, by how it is done; same core and two cores, pairs and
rings.
"""

from collections.abc import Iterator, Sequence

from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.plots.dots import draw_dots
from unitcost_scripts.runs.records import natural_order
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_RING = "units"  # in the ring


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One plot for each metric and each number of units in the ring; panels by cores."""
    measured = select(summaries, "switch")
    groups = {(each.quantity.name, each.parameters.get(_RING, "")) for each in measured}
    for metric, units in sorted(groups, key=lambda group: (group[0], natural_order(group[1]))):
        chosen = [
            each
            for each in select(measured, "switch", metric)
            if each.parameters.get(_RING, "") == units
        ]
        facet = ((_RING, units),) if units else ()
        yield draw_dots(run, f"switch-{metric}", chosen, panel_keys=("cores",), facet=facet)
