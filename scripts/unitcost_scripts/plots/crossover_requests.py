"""Which server's pattern wins, over the payload of a request and the computing of its handler."""

from collections.abc import Iterator, Sequence

from unitcost_scripts.numbers import humanise_tick
from unitcost_scripts.palette import Look
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.choice_map import EXPLAINED, Choice, draw_choices, explain_choices
from unitcost_scripts.plots.server_patterns import RATIOS, cells_of_settings
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

_LEADER, _HALF_SYNC = "leader/followers", "half-sync/half-async"
_LOOKS = {_LEADER: Look("#542788", "^", ""), _HALF_SYNC: Look("#b35806", "s", "")}


def _choice(ratio: Summary) -> Choice:
    """All ratios are above 1 where leader/followers is the better one."""
    interval = ratio.interval
    if interval is not None and interval.low <= 1 <= interval.high:
        return Choice((_LEADER, _HALF_SYNC), True, True)
    return Choice((_LEADER if ratio.median > 1 else _HALF_SYNC,), True, interval is not None)


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """One drawing for each model and number of workers, a panel for each ratio."""
    for (model, workers), by_ratio in cells_of_settings(summaries).items():
        places = [place for cells in by_ratio.values() for place in cells]
        sizes = sorted({size for size, _ in places})
        lengths = sorted({length for _, length in places})
        drawing = sheet(
            run,
            f"crossover-requests-{model}-workers-{workers}",
            f"crossover: which pattern of a server wins, by payload and handler, {model}",
            f"workers:{workers}; of the measured ratios, whose values are in the map of server_patterns",
            width_inches=max(8.5, 2.6 + 1.0 * len(sizes)),
            plot_inches=len(by_ratio) * (1.05 + 0.33 * len(lengths)),
            drawn=EXPLAINED,
        )
        every: list[Choice] = []
        grid = panels(drawing, len(by_ratio), 1)[:, 0]
        for axes, (name, cells) in zip(grid, by_ratio.items(), strict=True):
            choices = {
                (sizes.index(size), lengths.index(length)): _choice(ratio)
                for (size, length), ratio in cells.items()
            }
            labels = [humanise_tick(size, "bytes") for size in sizes]
            draw_choices(
                axes, choices, labels, [f"{each} µs" for each in lengths], _LOOKS.__getitem__
            )
            axes.set_title(RATIOS[name])
            axes.set_xlabel("payload of a request")
            axes.set_ylabel("handler")
            every += choices.values()
        explain_choices(grid[0], every, _LOOKS.__getitem__, list(_LOOKS))
        yield drawing
