"""A metric of a measure, case by case: dots with intervals. Every measure without a plot of its own
gets this one.
"""

from collections.abc import Iterator, Sequence

from unitcost_scripts.plots import burst, interpreter, ipc, percentiles, rows, states
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.facets import Facet, facet_name, facet_title, named
from unitcost_scripts.runs.describe import better
from unitcost_scripts.runs.records import natural_order
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

# Metrics that other files draw; None stands for all of a measure. A selftest is a table of known
# answers, not a picture.
DRAWN_ELSEWHERE: dict[str, frozenset[str] | None] = {
    "footprint": frozenset(
        f"{column}_bytes_per_unit"
        for column in ("reserved", "resident", "kernel", "socket", "total")
    ),
    "spawn": frozenset({"spawn_latency_ns", "spawn_join_ns"}),
    "switch": None,
    "throughput": frozenset({"speedup", "efficiency", "ns_per_unit", "units_per_second"}),
    "grain": frozenset({"minimum_effective_grain_ns"}),
    "server_patterns": None,
    "burst": burst.DRAWN,
    "states": states.DRAWN,
    "ipc": ipc.DRAWN,
    "interpreter_lock": interpreter.DRAWN,
    "latency": frozenset({f"latency_{part}_ns" for part in ("p50", "p90", "p99", "p99_9", "max")}),
    "selftest": None,
}


def _is_left(summary: Summary) -> bool:
    drawn = DRAWN_ELSEWHERE.get(summary.measure, frozenset())
    return drawn is not None and summary.quantity.name not in drawn


def _panel_order(texts: tuple[str, ...]) -> tuple[object, ...]:
    return (len(texts), [natural_order(text) for text in texts])


def draw_dots(
    run: Run,
    name: str,
    summaries: Sequence[Summary],
    panel_keys: Sequence[str] = (),
    facet: Facet = (),
) -> Drawing:
    """One metric; cases that differ in `panel_keys` lie in panels that share their rows.
    `facet` tells the plot from others of the metric.
    """
    quantity = summaries[0].quantity

    def panel_of(summary: Summary) -> tuple[str, ...]:
        return tuple(
            f"{key}:{summary.parameters[key]}" for key in panel_keys if key in summary.parameters
        )

    columns = sorted({panel_of(each) for each in summaries}, key=_panel_order)
    lines = sorted({rows.row_of(each, panel_keys) for each in summaries})
    values = rows.drawn_values(summaries)  # of all panels: they share their axis
    drawing = sheet(
        run,
        facet_name(name, facet),
        facet_title(about(summaries), facet),
        f"median over repetitions, "
        f"{better(quantity.direction)}{rows.in_common(lines)}{'' if any(values) else ' · all are 0'}",
        width_inches=rows.sheet_inches(lines, quantity, 3.2 if columns[1:] else 5, len(columns)),
        plot_inches=rows.ROW_INCHES * len(lines) + rows.AXIS_INCHES,
    )
    grid = panels(drawing, 1, len(columns), sharey=True, sharex=True)[0]
    for axes, column in zip(grid, columns, strict=True):
        for summary in summaries:
            if panel_of(summary) == column:
                rows.draw_median(axes, summary, lines.index(rows.row_of(summary, panel_keys)))
        axes.set_title("  ".join(column))
        rows.finish_value_axis(axes, quantity, values)
        rows.separate_models(axes, lines)
    rows.label_rows(grid[0], lines)
    return drawing


def draw_distributions(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """What several percentiles are told of, and no other file draws."""
    ranked = percentiles.distributions(run, [each for each in summaries if _is_left(each)])
    for of, found in sorted(ranked.items(), key=lambda item: (item[0].measure, item[0].name)):
        yield percentiles.draw_distribution(run, of, found)


def plain_metrics(run: Run, summaries: Sequence[Summary]) -> dict[str, list[Summary]]:
    """The cases of every metric that is left then, workload by workload, by the name of their plot."""
    left = [each for each in summaries if _is_left(each)]
    ranked = percentiles.distributions(run, left).values()
    told = {(one.summary.case, one.summary.quantity.name) for each in ranked for one in each}
    groups: dict[tuple[str, str, str], list[Summary]] = {}
    for each in left:
        if (each.case, each.quantity.name) not in told:
            of = (each.measure, each.workload, each.quantity.name)
            groups.setdefault(of, []).append(each)
    return {"-".join(of): groups[of] for of in sorted(groups)}


def draw_plain(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    for name, chosen in plain_metrics(run, summaries).items():
        yield draw_dots(run, name, chosen)


def about(summaries: Sequence[Summary]) -> str:
    """The title of a plot of these: "latency echo: requests per second"."""
    first = summaries[0]
    return f"{named(first.measure, first.workload)}: {first.quantity.label}"
