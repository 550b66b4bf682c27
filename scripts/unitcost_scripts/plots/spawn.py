"""How long a unit takes to start: the median with its interval, and how single samples spread (p50,
p90, p99).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from unitcost_scripts.palette import look_of
from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select
from unitcost_scripts.statistics import median

Percentiles = dict[float, float]

_METRICS = ("spawn_latency_ns", "spawn_join_ns")


def _spread(run: Run, summary: Summary) -> Percentiles:
    """For each rank the median over repetitions; only ranks that every repetition could tell."""
    found = [
        record.histograms[summary.quantity.name].percentiles
        for record in run.counted
        if record.case == summary.case and summary.quantity.name in record.histograms
    ]
    if not found:
        return {}
    ranks = set.intersection(*(set(each) for each in found))
    return {rank: median([each[rank] for each in found]) for rank in sorted(ranks)}


def _draw_spread(axes: Any, spread: Percentiles, model: str, place: float) -> None:
    colour = look_of(model).colour
    ends = list(spread.values())
    axes.plot([ends[0], ends[-1]], [place, place], color=colour, linewidth=0.8, linestyle=":")
    for rank, value in spread.items():
        if rank > 50:
            axes.plot([value], [place], marker="|", markersize=6, color=colour, linestyle="none")
    axes.annotate(  # above: the median's interval may go beyond
        f"p{max(spread):g}",
        (ends[-1], place),
        xytext=(0, 6),
        textcoords="offset points",
        size=6,
        ha="center",
        color="#444444",
    )


def _draw_panel(axes: Any, run: Run, chosen: Sequence[Summary], lines: Sequence[rows.Row]) -> None:
    values = rows.drawn_values(chosen)
    for summary in chosen:
        place = lines.index(rows.row_of(summary))
        spread = _spread(run, summary)
        if len(spread) > 1:
            _draw_spread(axes, spread, summary.model, place)
            values += spread.values()
        rows.draw_median(axes, summary, place)
    quantity = chosen[0].quantity
    rows.finish_value_axis(axes, quantity, values)
    rows.separate_models(axes, lines)


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One panel for each metric; the rows are shared."""
    measured = [each for each in select(summaries, "spawn") if each.quantity.name in _METRICS]
    if not measured:
        return
    metrics = [name for name in _METRICS if select(measured, "spawn", name)]
    lines = sorted({rows.row_of(each) for each in measured})
    drawing = sheet(
        run,
        "spawn",
        "spawn: the time to start a unit",
        f"dot: median over repetitions; ticks: percentiles of single units (of batches where units are"
        f" too short), {better(measured[0].quantity.direction)}{rows.in_common(lines)}",
        width_inches=3.2 + 4.2 * len(metrics),
        plot_inches=1.2 * rows.ROW_INCHES * len(lines) + rows.AXIS_INCHES,
    )
    grid = panels(drawing, 1, len(metrics), sharey=True)[0]
    for axes, metric in zip(grid, metrics, strict=True):
        _draw_panel(axes, run, select(measured, "spawn", metric), lines)
    rows.label_rows(grid[0], lines)
    yield drawing
