"""Series that records carry, such as memory over the number of units: one line per case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.numbers import spans_decades
from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import (
    Facet,
    facet_name,
    facet_of,
    facet_order,
    facet_title,
    shared_keys,
)
from unitcost_scripts.plots.marks import is_curve_of
from unitcost_scripts.plots.scales import axis_label, linear_limits, scale_axis
from unitcost_scripts.runs.records import Record, Series, parameters_in
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.same_places import same_places
from unitcost_scripts.statistics import median

LINE_STYLES = ("-", "--", "-.", ":")
# All but the last by plots of their own.
_DRAWN_ELSEWHERE = ("grain", "elastic", "lock", "oversubscription", "selftest")
_PROPORTIONAL_RATIO = 4.0  # of an axis that turns logarithmic because the other one is


@dataclass(frozen=True)
class Curve:
    """One case's series, the repetitions joined point by point."""

    case: str
    row: rows.Row
    about: Series
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]  # least and greatest y over the repetitions
    high: tuple[float, ...]


def join_repetitions(found: Sequence[Record], name: str) -> Curve:
    """The median place by place, where at least half of the repetitions have been."""
    each = [record.series[name] for record in found]
    pooled = [point for series in each for point in series.points]
    columns = [column for column in same_places(pooled) if 2 * len(column) >= len(each)]
    parameters = tuple(parameters_in(found[0].case).items())
    return Curve(
        case=found[0].case,
        row=rows.Row(reading_order(found[0].model), parameters),
        about=each[0],
        x=tuple(median([x for x, _ in column]) for column in columns),
        y=tuple(median([y for _, y in column]) for column in columns),
        low=tuple(min(y for _, y in column) for column in columns),
        high=tuple(max(y for _, y in column) for column in columns),
    )


def curves_of(run: Run, measure: str, name: str) -> list[Curve]:
    """The series `name` of every case of the measure, in reading order."""
    by_case: dict[str, list[Record]] = {}
    for record in run.counted:
        if record.measure == measure and name in record.series:
            by_case.setdefault(record.case, []).append(record)
    joined = [join_repetitions(found, name) for found in by_case.values()]
    return sorted((curve for curve in joined if curve.x), key=lambda curve: curve.row)


def draw_curves(axes: Any, curves: Sequence[Curve], said: Iterable[str] = ()) -> None:
    """Lines before their range over repetitions; variants of a model differ in line style, and
    when these are used up in that their marks are hollow. Parameters
    that are `said` elsewhere are not repeated.
    """
    common = {*said, *rows.common_parameters([curve.row for curve in curves])}
    drawn_of_model: dict[str, int] = {}
    for curve in curves:
        model = curve.row.model
        round_of_styles, style = divmod(drawn_of_model.get(model, 0), len(LINE_STYLES))
        drawn_of_model[model] = drawn_of_model.get(model, 0) + 1
        look = look_of(model)
        axes.fill_between(
            curve.x, curve.low, curve.high, color=look.colour, alpha=0.15, linewidth=0
        )
        (line,) = axes.plot(
            curve.x,
            curve.y,
            color=look.colour,
            marker=look.marker,
            markersize=4,
            markerfacecolor="white" if round_of_styles % 2 else look.colour,
            linestyle=LINE_STYLES[style],
            linewidth=1.2,
            label=curve.row.label(common),
        )
        is_curve_of(line, curve.case, curve.about.name)


def finish_axes(axes: Any, curves: Sequence[Curve], y_is_share: bool = False) -> None:
    """Scales, ticks and labels from what the series say of themselves.

    Where one axis is logarithmic, the other turns so too if it can: what grows in proportion is
    then a straight line. A share is never logarithmic. What is not begins at zero.
    """
    about = curves[0].about
    x_values = [x for curve in curves for x in curve.x]
    y_values = [y for curve in curves for ys in (curve.low, curve.high) for y in ys]
    ratio = 50.0 if y_is_share else _PROPORTIONAL_RATIO
    either = spans_decades(x_values) or spans_decades(y_values)
    x_logarithmic = either and min(x_values) > 0 and spans_decades(x_values, ratio)
    y_logarithmic = either and not y_is_share and spans_decades(y_values, ratio)
    scale_axis(axes.xaxis, about.x_unit, x_values, x_logarithmic)
    scale_axis(axes.yaxis, about.y_unit, y_values, y_logarithmic)
    if not y_logarithmic:
        axes.set_ylim(linear_limits(y_values))
    axes.set_xlabel(axis_label(about.x_name.replace("_", " "), x_logarithmic))
    axes.set_ylabel(axis_label(about.y_name.replace("_", " "), y_logarithmic))


def draw_others(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """Every series that no plot of its measure draws."""
    named = {
        (record.measure, name)
        for record in run.counted
        if record.measure not in _DRAWN_ELSEWHERE
        for name in record.series
    }
    for measure, name in sorted(named):
        curves = curves_of(run, measure, name)
        keys = shared_keys([curve.case for curve in curves])
        for facet in sorted({facet_of(curve.case, keys) for curve in curves}, key=facet_order):
            shown = [curve for curve in curves if facet_of(curve.case, keys) == facet]
            yield _draw_facet(run, f"{measure}-{name}", facet, shown)


def _draw_facet(run: Run, name: str, facet: Facet, curves: Sequence[Curve]) -> Drawing:
    measure = curves[0].case.split("/")[0]
    drawing = sheet(
        run,
        facet_name(name, facet),
        facet_title(f"{measure}: {curves[0].about.label}", facet),
        "line: median over repetitions; band: their range",
        width_inches=9,
        plot_inches=max(4.2, 0.19 * len(curves) + 0.6),
    )
    axes = panels(drawing, 1, 1)[0][0]
    draw_curves(axes, curves, said=dict(facet))
    finish_axes(axes, curves)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5, handlelength=3)
    return drawing
