"""Bytes per unit: what is used by the unit itself and by the kernel for it, and what is only
reserved.

Stacked bars show how a total is made up, but only on a linear axis: on a logarithmic one the upper
part of a stack is drawn too short. Where totals differ more than 50-fold, the total is therefore a
dot on a logarithmic axis, and bars show each column's share of it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.patches import Patch

from unitcost_scripts.numbers import humanise, spans_decades
from unitcost_scripts.palette import look_of
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
from unitcost_scripts.plots.scales import axis_label
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_USER, _KERNEL, _SOCKET = (
    f"{column}_bytes_per_unit" for column in ("resident", "kernel", "socket")
)
_TOTAL, _RESERVED = "total_bytes_per_unit", "reserved_bytes_per_unit"
_KERNEL_HATCH, _SOCKET_HATCH = "////", "||||"
_PARTS = ((_USER, ""), (_KERNEL, _KERNEL_HATCH), (_SOCKET, _SOCKET_HATCH))

Columns = dict[str, Summary]  # metric -> summary, of one case


def _stack(axes: Any, place: int, columns: Columns, divisor: float) -> None:
    """The parts from the left; a slope below zero is noise and is drawn as nothing."""
    colour = look_of(columns[_TOTAL].model).colour
    left = 0.0
    for metric, hatch in _PARTS:
        if metric not in columns:
            continue
        width = max(0.0, columns[metric].median) / divisor
        face = "white" if hatch else colour
        axes.barh(
            place, width, 0.62, left, facecolor=face, edgecolor=colour, hatch=hatch, linewidth=0.8
        )
        left += width


def _parts_named(cases: Sequence[Columns]) -> str:
    sockets = any(_SOCKET in columns for columns in cases)
    return "user | kernel | sockets" if sockets else "user | kernel"


def _draw_totals(axes: Any, cases: Sequence[Columns], logarithmic: bool) -> None:
    totals = [columns[_TOTAL] for columns in cases]
    for place, columns in enumerate(cases):
        if not logarithmic:
            _stack(axes, place, columns, 1)
        rows.draw_median(axes, totals[place], place)
        axes.annotate(
            humanise(totals[place].median, totals[place].quantity.unit),
            (max(rows.drawn_values([totals[place]])), place),
            xytext=(6, 0),
            textcoords="offset points",
            size=7,
            va="center",
        )
    rows.finish_value_axis(axes, totals[0].quantity, rows.drawn_values(totals))
    low, high = axes.get_xlim()
    axes.set_xlim(low, high * (high / low) ** 0.15 if logarithmic else high * 1.15)
    axes.set_title("total" if logarithmic else _parts_named(cases))


def _draw_shares(axes: Any, cases: Sequence[Columns]) -> None:
    for place, columns in enumerate(cases):
        parts = [columns[metric].median for metric, _ in _PARTS if metric in columns]
        whole = sum(max(0.0, part) for part in parts)
        if whole > 0:
            _stack(axes, place, columns, whole / 100)
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the total [%]")
    axes.set_title(_parts_named(cases))


def _draw_reserved(axes: Any, cases: Sequence[Columns]) -> None:
    present = [
        (place, columns[_RESERVED]) for place, columns in enumerate(cases) if _RESERVED in columns
    ]
    for place, summary in present:
        rows.draw_median(axes, summary, place)
    chosen = [summary for _, summary in present]
    quantity = chosen[0].quantity
    logarithmic = rows.finish_value_axis(axes, quantity, rows.drawn_values(chosen), ticks=4)
    axes.set_title(quantity.label)
    axes.set_xlabel(axis_label("reserved", logarithmic))  # the label is too long


def _of_one_more(total: Summary) -> str:
    """ "idle unit", "connection", "connection of crawl": what the label says is counted."""
    counted = total.quantity.label.removeprefix("memory per ")
    if counted == "unit":
        return f"{total.workload} unit"
    return counted if counted == total.workload else f"{counted} of {total.workload}"


def _key(sockets: bool) -> list[tuple[Patch, str]]:
    parts = [
        Patch(facecolor="#777777", edgecolor="#777777", label="user: resident memory"),
        Patch(
            facecolor="white",
            edgecolor="#777777",
            hatch=_KERNEL_HATCH,
            label="kernel: stacks, page tables, slab",
        ),
    ]
    if sockets:
        parts.append(
            Patch(
                facecolor="white",
                edgecolor="#777777",
                hatch=_SOCKET_HATCH,
                label="socket buffers",
            )
        )
    return [(part, part.get_label()) for part in parts]


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One plot for each workload and each value of the parameters that all its cases have."""
    totals = select(summaries, "footprint", _TOTAL)
    columns: dict[str, Columns] = {}
    for each in select(summaries, "footprint"):
        columns.setdefault(each.case, {})[each.quantity.name] = each
    for workload in sorted({each.workload for each in totals}):
        chosen = sorted((each for each in totals if each.workload == workload), key=rows.row_of)
        keys = shared_keys([each.case for each in chosen])
        for facet in sorted({facet_of(each.case, keys) for each in chosen}, key=facet_order):
            cases = [columns[each.case] for each in chosen if facet_of(each.case, keys) == facet]
            yield _draw_facet(run, workload, facet, cases)


def _draw_facet(run: Run, workload: str, facet: Facet, cases: Sequence[Columns]) -> Drawing:
    totals = [columns[_TOTAL] for columns in cases]
    lines = [rows.row_of(total) for total in totals]
    logarithmic = spans_decades(rows.drawn_values(totals))
    reserved = any(_RESERVED in columns for columns in cases)
    drawing = sheet(
        run,
        facet_name(f"footprint-{workload}", facet),
        facet_title(f"footprint: memory that one more {_of_one_more(totals[0])} takes", facet),
        f"slope over the number of units, median over repetitions,"
        f" {better(totals[0].quantity.direction)}",
        width_inches=11,
        plot_inches=rows.ROW_INCHES * len(cases) + rows.AXIS_INCHES,
        key=_key(sockets=any(_SOCKET in columns for columns in cases)),
    )
    widths = [4, *([1.5] if logarithmic else []), *([2.5] if reserved else [])]
    grid = panels(drawing, 1, len(widths), sharey=True, width_ratios=widths)[0]
    _draw_totals(grid[0], cases, logarithmic)
    if logarithmic:
        _draw_shares(grid[1], cases)
    if reserved:
        _draw_reserved(grid[-1], cases)
    for axes in grid:
        rows.separate_models(axes, lines)
    rows.label_rows(grid[0], lines)
    return drawing
