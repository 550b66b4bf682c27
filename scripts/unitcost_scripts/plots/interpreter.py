"""What a global interpreter lock does to threads: a panel a job, a row a model."""

from collections.abc import Iterator, Sequence

from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

MEASURE = "interpreter_lock"
SPEED_UP, LATENESS = "speed_up", "lateness_p50_ns"
DRAWN = frozenset({SPEED_UP, LATENESS})
_JOBS = {
    "cpu_bound": "cpu_bound: two units compute",
    "io_bound": "io_bound: eight units wait",
    "mixed": "mixed: one waits, one computes",
}


def _draw_jobs(run: Run, name: str, title: str, found: Sequence[Summary]) -> Drawing:
    jobs = [job for job in _JOBS if any(each.workload == job for each in found)]
    lines = sorted({rows.row_of(each) for each in found})
    quantity, values = found[0].quantity, rows.drawn_values(found)
    drawing = sheet(
        run,
        f"{MEASURE}-{name}",
        f"{MEASURE}: {title}",
        f"median over repetitions{rows.in_common(lines)}",
        width_inches=rows.sheet_inches(lines, quantity, 3.2 if jobs[1:] else 5, len(jobs)),
        plot_inches=rows.ROW_INCHES * len(lines) + rows.AXIS_INCHES,
    )
    grid = panels(drawing, 1, len(jobs), sharey=True, sharex=True)[0]
    for axes, job in zip(grid, jobs, strict=True):
        for summary in found:
            if summary.workload == job:
                rows.draw_median(axes, summary, lines.index(rows.row_of(summary)))
        axes.set_title(_JOBS[job])
        rows.finish_value_axis(axes, quantity, values)
        rows.separate_models(axes, lines)
    rows.label_rows(grid[0], lines)
    return drawing


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """The speed of several units over one, and how late one is that has waited."""
    if found := select(summaries, MEASURE, SPEED_UP):
        yield _draw_jobs(run, "speed-up", "several units beside one, under a lock or none", found)
    if found := select(summaries, MEASURE, LATENESS):
        yield _draw_jobs(run, "lateness", "back from a wait beside a unit that computes", found)
