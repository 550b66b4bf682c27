"""Requests that come at a rate: how long they take as the rate grows, and how their latencies are
distributed at each rate.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.ticker import FixedFormatter, FixedLocator, LogLocator, NullLocator

from unitcost_scripts.palette import look_of
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import facet_name, facet_title
from unitcost_scripts.plots.points import Point, draw_line, label_models
from unitcost_scripts.plots.rows import drawn_values
from unitcost_scripts.plots.scales import axis_label, scale_axis
from unitcost_scripts.runs.log_linear import LogLinear
from unitcost_scripts.runs.open_load import RATE, Setting, Sweep, latencies_by_case, sweeps_of
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

_SHOWN = {"latency_p50_ns": "p50", "latency_p99_ns": "p99", "latency_p99_9_ns": "p99.9"}
_MOST_COLUMNS = 3


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """Two plots for each workload and its parameters, with all models in each."""
    latencies = latencies_by_case(run)
    groups: dict[tuple[str, Setting], list[Sweep]] = {}
    for sweep in sweeps_of(run):
        if any(case in latencies for case in sweep.cases.values()):
            groups.setdefault((sweep.workload, sweep.setting), []).append(sweep)
    for sweeps in groups.values():
        yield _draw_rates(run, sweeps, summaries)
        yield _draw_percentiles(run, sweeps, latencies)


def _named(sweeps: Sequence[Sweep], kind: str, said: str) -> tuple[str, str]:
    """Name and title of a plot."""
    first = sweeps[0]
    setting = tuple(item for item in first.setting if item[0] != "load")
    title = f"latency: {first.workload}, {said}"
    return facet_name(f"latency-{first.workload}-{kind}", setting), facet_title(title, setting)


# Over the rate


def _draw_rates(run: Run, sweeps: Sequence[Sweep], summaries: Sequence[Summary]) -> Drawing:
    found = {(each.case, each.quantity.name): each for each in summaries}
    cases = {case for sweep in sweeps for case in sweep.cases.values()}
    metrics = [metric for metric in _SHOWN if any((case, metric) in found for case in cases)]
    shown = [found[case, metric] for case in cases for metric in metrics if (case, metric) in found]
    name, title = _named(sweeps, "rates", "requests at a rate")
    drawing = sheet(
        run,
        name,
        title,
        "from when a request was planned to its answer; median over repetitions, smaller is better;"
        " a rate without a dot has too few requests or ended otherwise",
        width_inches=11,
        plot_inches=4,
    )
    grid = panels(drawing, 1, len(metrics), sharey=True)[0]
    for axes, metric in zip(grid, metrics, strict=True):
        for sweep in sweeps:
            tried = {rate: found.get((case, metric)) for rate, case in sweep.cases.items()}
            points = [
                Point(rate, each.median, each.interval, each)
                for rate, each in tried.items()
                if each is not None
            ]
            if points:
                draw_line(axes, sweep.model, points)
        axes.set_title(_SHOWN[metric])
    rates = sorted({rate for sweep in sweeps for rate in sweep.cases})
    for axes in grid:  # after all is drawn: they share an axis
        scale_axis(axes.yaxis, "ns", drawn_values(shown), True)
        scale_axis(axes.xaxis, "1/s", rates, True)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))  # three panels: more would overlap
        axes.set_xlabel(axis_label("requests", True))
    grid[0].set_ylabel(axis_label("latency", True))
    label_models(grid[-1], grid)
    return drawing


# Over the percentile


def _draw_curve(axes: Any, model: str, latencies: LogLinear) -> list[float]:
    """Without the maximum, which has no place on this axis. Returns the values drawn."""
    steps = [step for step in latencies.steps() if step.share < 1]
    look = look_of(model)
    axes.plot(
        [1 / (1 - step.share) for step in steps],
        [step.value for step in steps],
        color=look.colour,
        marker=look.marker,
        markersize=3.5,
        markevery=5,
        linewidth=1.2,
        label=model,
    )
    return [step.value for step in steps]


def _finish_percentile_axis(axes: Any) -> None:
    places = [2, 10, 100, 1000, 10_000, 100_000]
    names = ["50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"]
    _, high = axes.get_xlim()
    axes.set_xscale("log")
    axes.set_xlim(1, max(1.3 * high, 12))
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(names))
    axes.xaxis.set_minor_locator(NullLocator())


def _draw_percentiles(
    run: Run, sweeps: Sequence[Sweep], latencies: dict[str, LogLinear]
) -> Drawing:
    rates = sorted(
        {rate for sweep in sweeps for rate, case in sweep.cases.items() if case in latencies}
    )
    lines = math.ceil(len(rates) / _MOST_COLUMNS)
    columns = math.ceil(len(rates) / lines)
    name, title = _named(sweeps, "percentiles", "requests at a rate by percentile")
    drawing = sheet(
        run,
        name,
        title,
        "which share of the requests takes no longer, over 1/(1 - share); all repetitions together;"
        " up to where ten requests lie beyond",
        width_inches=2.4 + 3.2 * columns,
        plot_inches=3 * lines,
    )
    grid = panels(drawing, lines, columns, sharey=True).flatten()
    values: list[float] = []
    for axes, rate in zip(grid, rates, strict=False):
        for sweep in sweeps:
            case = sweep.cases.get(rate, "")
            if case in latencies:
                values += _draw_curve(axes, sweep.model, latencies[case])
        _finish_percentile_axis(axes)
        axes.set_title(f"{RATE}:{rate}")
    for axes in grid[: len(rates)]:
        scale_axis(axes.yaxis, "ns", values, True)
    for axes in grid[len(rates) :]:
        axes.set_visible(False)
    for axes in grid[::columns]:
        axes.set_ylabel(axis_label("latency", True))
    label_models(grid[columns - 1], grid)
    return drawing
