"""Plots whose rows are cases: labels at the left, values to the right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.marks import are_medians_of
from unitcost_scripts.plots.scales import axis_label, linear_limits, scale_axis
from unitcost_scripts.plots.text_width import inches
from unitcost_scripts.runs.records import Quantity, natural_order
from unitcost_scripts.runs.summary import Summary

ROW_INCHES = 0.27
AXIS_INCHES = 0.75  # tick labels, axis label and panel title
_LABEL_SIZE = 9  # of rows and axes
_SIDE_INCHES = 0.6  # what lies beside row labels and panels


@dataclass(frozen=True)
class Row:
    """One line of the plot: a model and what tells its variants apart."""

    order: tuple[int, str]
    variant: tuple[tuple[str, str], ...]

    def __lt__(self, other: "Row") -> bool:
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> tuple[object, ...]:
        return (self.order, [(key, natural_order(value)) for key, value in self.variant])

    @property
    def model(self) -> str:
        return self.order[1]

    def label(self, common: Iterable[str]) -> str:
        parts = [f"{key}:{value}" for key, value in self.variant if key not in common]
        return "  ".join([self.model, *parts])


def row_of(summary: Summary, without: Iterable[str] = ()) -> Row:
    """The row that a summary belongs to when `without` tells panels apart, not rows."""
    variant = tuple(item for item in summary.parameters.items() if item[0] not in without)
    return Row(reading_order(summary.model), variant)


def common_parameters(rows: Sequence[Row]) -> dict[str, str]:
    """What all rows share, so that it can be said once above them."""
    variants = [dict(row.variant) for row in rows]
    if len(variants) < 2:
        return {}
    first = variants[0]
    return {
        key: value
        for key, value in first.items()
        if all(variant.get(key) == value for variant in variants)
    }


def sheet_inches(
    rows: Sequence[Row], quantity: Quantity, panel_inches: float, panels: int = 1
) -> float:
    """How wide a sheet is that has room for the rows' labels, for panels of at least `panel_inches`,
    and in each for the axis' label.
    """
    common = common_parameters(rows)
    left = max(inches(row.label(common), _LABEL_SIZE) for row in rows)
    below = inches(axis_label(quantity.label, True), _LABEL_SIZE)
    return _SIDE_INCHES + left + panels * max(panel_inches, below)


def label_rows(axes: Any, rows: Sequence[Row]) -> None:
    """Names the rows at the left, first row on top."""
    common = common_parameters(rows)
    axes.set_yticks(range(len(rows)), [row.label(common) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)


def separate_models(axes: Any, rows: Sequence[Row]) -> None:
    """Thin lines between models instead of one through each row."""
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0, pad=7)  # half a mark at zero lies there
    for place in range(1, len(rows)):
        if rows[place].model != rows[place - 1].model:
            axes.axhline(place - 0.5, color="#dddddd", linewidth=0.6, zorder=0)


def in_common(rows: Sequence[Row]) -> str:
    """ " · touch:0 in all"; empty where the rows share nothing."""
    shared = "  ".join(f"{key}:{value}" for key, value in common_parameters(rows).items())
    return f" · {shared} in all" if shared else ""


def draw_median(axes: Any, summary: Summary, place: float) -> None:
    """A dot with its interval on the row at `place`; hollow where there is no interval."""
    look = look_of(summary.model)
    interval = summary.interval
    if interval is not None:
        axes.plot(
            [interval.low, interval.high],
            [place, place],
            color=look.colour,
            linewidth=1.6,
            solid_capstyle="butt",
            marker="|",
            markersize=10,
        )
    (mark,) = axes.plot(
        [summary.median],
        [place],
        marker=look.marker,
        markersize=5.5,
        color=look.colour,
        markerfacecolor="white" if interval is None else look.colour,
        linestyle="none",
        zorder=3,
    )
    are_medians_of(mark, [summary])


def drawn_values(summaries: Iterable[Summary]) -> list[float]:
    """All that must fit on the axis."""
    values = []
    for summary in summaries:
        interval = summary.interval
        values.append(summary.median)
        if interval is not None:
            values += [interval.low, interval.high]
    return values


def finish_value_axis(
    axes: Any, quantity: Quantity, values: Sequence[float], ticks: int = 8
) -> bool:
    """Scale, ticks and label of the value axis; True when it became logarithmic, which it never
    does where it would have no place for a share of zero.
    """
    needs_zero = quantity.unit == "1" and 0 in values
    chosen = False if needs_zero else None
    logarithmic = scale_axis(axes.xaxis, quantity.unit, values, chosen, ticks)
    axes.set_xlabel(axis_label(quantity.label, logarithmic))
    if not logarithmic:
        axes.set_xlim(linear_limits(values))
        for line in axes.lines:
            line.set_clip_on(False)  # a mark at zero is half beyond it
    return logarithmic
