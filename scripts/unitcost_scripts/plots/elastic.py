"""How many threads an elastic pool had over time: a panel a setting, a line a repetition."""

from collections.abc import Iterator, Sequence

from unitcost_scripts.palette import look_of
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.scales import linear_limits, scale_axis
from unitcost_scripts.runs.records import Record, parameters_in
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

MEASURE, SERIES = "elastic", "threads"
_PANEL_INCHES = 1.3


def _drawn(run: Run) -> dict[tuple[str, str], dict[str, list[Record]]]:
    """By model and workload, then by case."""
    found: dict[tuple[str, str], dict[str, list[Record]]] = {}
    for record in run.counted:
        if record.measure == MEASURE and SERIES in record.series:
            cases = found.setdefault((record.model, record.workload), {})
            cases.setdefault(record.case, []).append(record)
    return found


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """Steps as they were: repetitions differ in when a thread came, which a median would hide."""
    for (model, workload), cases in sorted(_drawn(run).items()):
        drawing = sheet(
            run,
            f"elastic-threads-{model}-{workload}",
            f"elastic: threads of {model}'s pool, {workload}",
            "each line one repetition",
            width_inches=9,
            plot_inches=_PANEL_INCHES * len(cases) + 0.4,
        )
        grid = panels(drawing, len(cases), 1, sharex=True, sharey=True)
        drawn: list[float] = []
        for axes, (case, records) in zip(grid[:, 0], sorted(cases.items()), strict=True):
            for record in records:
                x, y = zip(*record.series[SERIES].points, strict=True)
                axes.plot(x, y, color=look_of(model).colour, linewidth=0.8, alpha=0.7)
                drawn += y
            axes.set_title(
                "  ".join(f"{key}:{value}" for key, value in parameters_in(case).items())
            )
            axes.set_ylabel("threads")
        scale_axis(grid[-1, 0].yaxis, "1", drawn, logarithmic=False)  # of all panels: they share it
        grid[-1, 0].set_ylim(linear_limits(drawn))
        grid[-1, 0].set_xlabel("time from the first planned task [ms]")
        yield drawing
