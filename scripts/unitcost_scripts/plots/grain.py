"""METG(50 %): the shortest task for which a model still does useful work at half of its peak rate.

Slaughter et al., "Task Bench: A Parameterized Benchmark for Evaluating Parallel Runtime
Performance", SC20.
"""

from collections.abc import Iterator, Sequence

from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.curves import Curve, curves_of, draw_curves, finish_axes
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_METRIC = "minimum_effective_grain_ns"
_USEFUL = 0.5  # the share of the peak rate that METG(50 %) asks for
_PANEL_KEY = "workers"


def _worker_counts(measured: Sequence[Summary], curves: Sequence[Curve]) -> list[str | None]:
    counts = {each.parameters.get(_PANEL_KEY) for each in measured}
    counts |= {dict(curve.row.variant).get(_PANEL_KEY) for curve in curves}
    return sorted(counts, key=lambda count: int(count or 0))


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """For each number of workers: efficiency over task length, and the METG that follows."""
    measured = select(summaries, "grain", _METRIC)
    if not measured:
        return
    drawn = [record for record in run.counted if record.measure == "grain"]
    names = sorted({name for record in drawn for name in record.series})
    curves = [curve for name in names for curve in curves_of(run, "grain", name)]
    counts = _worker_counts(measured, curves)
    lines = sorted({rows.row_of(each, (_PANEL_KEY,)) for each in measured})
    quantity = measured[0].quantity
    drawing = sheet(
        run,
        "grain",
        f"grain: {quantity.label}",
        f"the shortest task that keeps half of the peak rate, {better(quantity.direction)}"
        + rows.in_common(lines),
        width_inches=11,
        plot_inches=len(counts) * max(3.2, rows.ROW_INCHES * len(lines) + rows.AXIS_INCHES),
    )
    grid = panels(drawing, len(counts), 2)
    for count, (left, right) in zip(counts, grid, strict=True):
        title = f"{_PANEL_KEY}:{count}" if count else ""
        for summary in measured:
            if summary.parameters.get(_PANEL_KEY) == count:
                rows.draw_median(right, summary, lines.index(rows.row_of(summary, (_PANEL_KEY,))))
        rows.finish_value_axis(right, quantity, rows.drawn_values(measured))
        rows.label_rows(right, lines)
        rows.separate_models(right, lines)
        right.set_title(title)
        shown = [curve for curve in curves if dict(curve.row.variant).get(_PANEL_KEY) == count]
        if shown:
            draw_curves(left, shown)
            finish_axes(left, shown, y_is_share=True)
            left.axhline(_USEFUL, color="#555555", linestyle=":", linewidth=1.2)
            left.set_title(title)
    yield drawing
