"""Speed of units that share a lock over the share of their work under it, beside Amdahl's law."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from unitcost_scripts.plots import rows
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.curves import Curve, curves_of, draw_curves, finish_axes
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

MEASURE = "lock"
_SERIES = {
    "speed_up_one_round": "each unit's work in one round",
    "speed_up_many_rounds": "in rounds of 10 µs",
}
_PANEL_KEYS = ("workers", "units")
_PANEL_INCHES, _LEGEND_LINE_INCHES = 2.6, 0.2

Panel = tuple[int, ...]  # workers, units


def _panel_of(curve: Curve) -> Panel:
    variant = dict(curve.row.variant)
    return tuple(int(variant[key]) for key in _PANEL_KEYS)


def speed_by_amdahl(percent: float, runners: int) -> float:
    """Where nobody does anything else while one is under the lock."""
    serial = percent / 100
    return 1 / (serial + (1 - serial) / runners)


def greatest_speed(percent: float, runners: int) -> float:
    """Where there is always one under the lock, or no unit ever waits."""
    return min(runners, 100 / percent) if percent > 0 else runners


def _draw_law(axes: Any, law: Callable[[float, int], float], runners: int, style: str) -> None:
    percents = range(101)
    axes.plot(
        percents,
        [law(percent, runners) for percent in percents],
        color="#555555",
        linestyle=style,
        linewidth=1.2,
        label="Amdahl's law" if law is speed_by_amdahl else "a lock that is never idle",
        zorder=1,
    )


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """A row of panels for each number of workers and units, a column for each way to divide the work."""
    found = {name: curves_of(run, MEASURE, name) for name in _SERIES}
    of_panels: dict[Panel, int] = {}  # lines
    for curves in found.values():
        for panel in {_panel_of(curve) for curve in curves}:
            of_panels[panel] = sum(_panel_of(curve) == panel for curve in curves)
    if not of_panels:
        return
    drawing = sheet(
        run,
        "lock-speed",
        "lock: speed of all units over that of one, by the share of their work under a lock",
        "line: median over repetitions; band: their range",
        width_inches=11,
        plot_inches=sum(
            max(_PANEL_INCHES, 0.7 + _LEGEND_LINE_INCHES * (lines + 2))
            for lines in of_panels.values()
        ),
    )
    grid = panels(drawing, len(of_panels), len(_SERIES))
    for panel, row in zip(sorted(of_panels), grid, strict=True):
        runners = min(panel)
        said = dict(zip(_PANEL_KEYS, map(str, panel), strict=True))
        of_all = [
            curve.row for name in _SERIES for curve in found[name] if _panel_of(curve) == panel
        ]
        said |= rows.common_parameters(of_all)
        title = "  ".join(f"{key}:{value}" for key, value in said.items())
        for axes, (name, how) in zip(row, _SERIES.items(), strict=True):
            _draw_law(axes, speed_by_amdahl, runners, "--")
            _draw_law(axes, greatest_speed, runners, ":")
            shown = [curve for curve in found[name] if _panel_of(curve) == panel]
            if shown:
                draw_curves(axes, shown, said=said)
                finish_axes(axes, shown, y_is_share=True)  # never logarithmic
            axes.set_ylim(0, max(axes.get_ylim()[1], 1.08 * runners))
            axes.set_title(f"{title}  {how}")
        row[-1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5, handlelength=3)
    yield drawing
