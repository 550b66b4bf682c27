"""The sheet that every plot is drawn on: heading above, caption below, nothing else."""

import contextlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from unitcost_scripts import describe
from unitcost_scripts.run_directory import Run

_HEADING_INCHES = 0.62
_LINE_INCHES = 0.16
_CHARACTERS_PER_INCH = 18  # of the caption's font
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "svg.fonttype": "path",  # looks alike without our fonts
}


@dataclass(frozen=True)
class Drawing:
    name: str  # of its files
    title: str
    subtitle: str
    figure: Figure


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Our look, for the figures that are made and saved inside."""
    with matplotlib.rc_context(_STYLE):
        yield


def caption(run: Run) -> str:
    return (
        f"{describe.machine(run)} · {describe.date(run)} · {describe.tool(run)}"
        f" · {describe.repetitions(run)}. Filled: median with its 95 % order-statistic interval;"
        " hollow: fewer than six repetitions, no interval."
    )


def sheet(
    run: Run, name: str, title: str, subtitle: str, width_inches: float, plot_inches: float
) -> Drawing:
    """An empty figure with `plot_inches` of height for the axes."""
    lines = textwrap.wrap(caption(run), int(width_inches * _CHARACTERS_PER_INCH))
    below = _LINE_INCHES * (len(lines) + 0.7)
    height = _HEADING_INCHES + plot_inches + below
    figure = Figure(figsize=(width_inches, height))
    rectangle = (0.0, below / height, 1.0, plot_inches / height)
    figure.set_layout_engine("constrained", rect=rectangle)
    left = 0.1 / width_inches
    figure.text(left, 1 - 0.1 / height, title, size=12, weight="bold", va="top")
    figure.text(left, 1 - 0.37 / height, subtitle, size=9, color="#444444", va="top")
    figure.text(left, 0.06 / height, "\n".join(lines), size=7, color="#555555", va="bottom")
    return Drawing(name, title, subtitle, figure)


def panels(drawing: Drawing, rows: int, columns: int, **options: Any) -> Any:
    """The figure's axes as a two-dimensional array."""
    return drawing.figure.subplots(rows, columns, squeeze=False, **options)


def save(drawing: Drawing, directory: Path) -> None:
    """Writes <name>.svg and <name>.png; the same records give the same bytes."""
    path = directory / drawing.name
    with matplotlib.rc_context({"svg.hashsalt": drawing.name}):
        drawing.figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    drawing.figure.savefig(path.with_suffix(".png"), dpi=150, metadata={"Software": None})
