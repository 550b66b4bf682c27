"""A server whose units compute for each message: from waiting to computing by one parameter. Where
the lines meet it no longer matters which model serves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.palette import reading_order
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import Facet, facet_name, facet_title
from unitcost_scripts.plots.points import Point, draw_line, label_models
from unitcost_scripts.plots.scales import axis_label, scale_axis
from unitcost_scripts.runs.records import WAYS, Quantity, Record, contestant_of, parameters_in
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import median, median_interval

_WORKLOAD = "mixed"
_AXIS = "computing"  # the parameter, in steps; drawn by how long they take
_COMPUTING, _RATE, _COST = "computing_ns", "requests_per_second", "cpu_ns_per_request"
_REFERENCE = "floor"

Values = dict[int, float]  # by repetition


@dataclass(frozen=True)
class _Measured:
    """What was measured of one metric: by contestant and by steps of computing."""

    quantity: Quantity
    values: dict[str, dict[int, Values]]

    def relative_to(self, reference: str) -> "_Measured":
        """Ratios within each repetition that both have."""
        theirs = self.values[reference]
        ratios = {
            contestant: {
                steps: {
                    repetition: value / theirs[steps][repetition]
                    for repetition, value in found.items()
                    if repetition in theirs.get(steps, {})
                }
                for steps, found in by_steps.items()
            }
            for contestant, by_steps in self.values.items()
            if contestant != reference
        }
        label = f"{self.quantity.label} / {reference}'s"
        quantity = Quantity(self.quantity.name, label, "1", self.quantity.direction)
        return _Measured(quantity, ratios)


def _measured(records: Sequence[Record], metric: str) -> _Measured:
    values: dict[str, dict[int, Values]] = {}
    for record in records:
        parameters = parameters_in(record.case)
        contestant = contestant_of(record.model, parameters)
        steps = values.setdefault(contestant, {}).setdefault(int(parameters[_AXIS]), {})
        steps[record.repetition] = record.metrics[metric].value
    return _Measured(records[0].metrics[metric].quantity, values)


def _places(records: Sequence[Record]) -> dict[int, float]:
    """How long so many steps take, whoever timed them."""
    found: dict[int, list[float]] = {}
    for record in records:
        steps = int(parameters_in(record.case)[_AXIS])
        found.setdefault(steps, []).append(record.metrics[_COMPUTING].value)
    return {steps: median(values) for steps, values in found.items()}


def _draw_panel(axes: Any, what: _Measured, places: dict[int, float], logarithmic: bool) -> None:
    drawn: list[float] = []
    for contestant in sorted(what.values, key=reading_order):
        points = [
            Point(places[steps], median(list(found.values())), median_interval([*found.values()]))
            for steps, found in sorted(what.values[contestant].items())
            if found
        ]
        if points:
            draw_line(axes, contestant, points)
            drawn += [point.median for point in points]
    quantity = what.quantity
    scale_axis(axes.xaxis, "ns", list(places.values()), True)
    scale_axis(axes.yaxis, quantity.unit, drawn, logarithmic)
    axes.set_xlabel(axis_label("computing for one message", True))
    axes.set_ylabel(axis_label(quantity.label, logarithmic))


def draw(run: Run, _: Sequence[Summary]) -> Iterator[Drawing]:
    """One plot for each number of connections and size of messages."""
    groups: dict[Facet, list[Record]] = {}
    for record in run.counted:
        if record.workload == _WORKLOAD and _COMPUTING in record.metrics:
            setting = tuple(
                item for item in parameters_in(record.case).items() if item[0] not in (_AXIS, *WAYS)
            )
            groups.setdefault(setting, []).append(record)
    for setting, records in groups.items():
        yield _draw_setting(run, setting, records)


def _draw_setting(run: Run, setting: Facet, records: Sequence[Record]) -> Drawing:
    cost = _measured(records, _COST)
    compares = _REFERENCE in cost.values and len(cost.values) > 1
    drawing = sheet(
        run,
        facet_name(f"latency-{_WORKLOAD}", setting),
        facet_title(f"latency: {_WORKLOAD}, from waiting to computing", setting),
        "median over repetitions; ratios within each repetition: near 1 the model no longer matters",
        width_inches=11 if compares else 7,
        plot_inches=4,
    )
    grid = panels(drawing, 1, 2 if compares else 1)[0]
    places = _places(records)
    _draw_panel(grid[0], _measured(records, _RATE), places, True)
    if compares:
        _draw_panel(grid[1], cost.relative_to(_REFERENCE), places, False)
        grid[1].axhline(1, color="#555555", linestyle=":", linewidth=1)
    label_models(grid[-1], grid[:1])
    return drawing
