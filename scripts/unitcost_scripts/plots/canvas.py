"""The sheet that every plot is drawn on: heading above, caption below, nothing else."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from unitcost_scripts.plots.text_width import wrapped
from unitcost_scripts.runs import describe
from unitcost_scripts.runs.run_directory import Run

_MARGIN_INCHES = 0.1
_TITLE_SIZE, _SUBTITLE_SIZE, _CAPTION_SIZE = 12, 9, 7
_TITLE_INCHES, _SUBTITLE_INCHES, _CAPTION_INCHES = 0.26, 0.18, 0.16  # a line of each
_KEY_INCHES = 0.2
_DECIMALS = 6  # of a place on the sheet, as a share of it
_GAP_INCHES = 0.08  # between heading, plot and caption
_DOTS_PER_INCH = 150
_COLOURS = 256  # as many as a byte of a PNG tells apart
_NEAREST: Final = 1  # PIL.Image.Quantize.MAXCOVERAGE, whose colours are the nearest to all
_FONT = "DejaVu Sans"
# Where it is not installed, one as wide as it, so that no text lies on other text.
_FONTS = f"'{_FONT}', Verdana, sans-serif"
_STYLE = {
    "font.family": _FONT,
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
    "svg.fonttype": "none",  # text that can be searched and read aloud, and a tenth of the bytes
}


@dataclass(frozen=True)
class Drawing:
    name: str  # of its files
    title: str
    subtitle: str
    figure: Figure

    @property
    def measure(self) -> str:
        """With which each title begins."""
        return self.title.replace(":", " ").split(" ", 1)[0]


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Our look, for the figures that are made and saved inside."""
    with matplotlib.rc_context(_STYLE):
        yield


MEDIANS = (
    "Filled: median with its 95 % order-statistic interval;"
    " hollow: fewer than six repetitions, no interval."
)
MEANS = "Bars: means, which add up to a whole, without intervals."


def caption(run: Run, drawn: str) -> str:
    return (
        f"{describe.machine(run)} · {describe.date(run)} · {describe.tool(run)}"
        f" · {describe.repetitions(run)}. {drawn}"
    )


@dataclass(frozen=True)
class _Written:
    """Lines of text, one below the other."""

    lines: list[str]
    size: float
    line_inches: float
    weight: str
    colour: str

    @property
    def inches(self) -> float:
        return len(self.lines) * self.line_inches

    def write(self, figure: Figure, top_inches: float) -> None:
        """From `top_inches` below the upper edge of the sheet."""
        width, height = figure.get_size_inches()
        for number, line in enumerate(self.lines):
            figure.text(
                _MARGIN_INCHES / width,
                1 - (top_inches + number * self.line_inches) / height,
                line,
                size=self.size,
                weight=self.weight,
                color=self.colour,
                va="top",
            )


def _lines(
    text: str,
    width_inches: float,
    size: float,
    line_inches: float,
    colour: str,
    weight: str = "normal",
) -> _Written:
    lines = wrapped(text, width_inches - 2 * _MARGIN_INCHES, size, weight)
    return _Written(lines, size, line_inches, weight, colour)


def sheet(
    run: Run,
    name: str,
    title: str,
    subtitle: str,
    width_inches: float,
    plot_inches: float,
    key: Sequence[tuple[Any, str]] = (),
    drawn: str = MEDIANS,
) -> Drawing:
    """An empty figure with `plot_inches` of height for the axes. Lines that are too long are broken;
    `key` explains in a line of its own what is drawn, `drawn` below it what its values are.
    """
    titles = _lines(title, width_inches, _TITLE_SIZE, _TITLE_INCHES, "black", "bold")
    subtitles = _lines(subtitle, width_inches, _SUBTITLE_SIZE, _SUBTITLE_INCHES, "#444444")
    captions = _lines(caption(run, drawn), width_inches, _CAPTION_SIZE, _CAPTION_INCHES, "#555555")
    below_titles = _MARGIN_INCHES + titles.inches + subtitles.inches
    above = below_titles + _GAP_INCHES + (_KEY_INCHES if key else 0)
    below = _GAP_INCHES + captions.inches + _MARGIN_INCHES
    height = above + plot_inches + below
    figure = Figure(figsize=(width_inches, height))
    side = _MARGIN_INCHES / width_inches
    rectangle = (side, below / height, 1 - 2 * side, plot_inches / height)
    figure.set_layout_engine("constrained", rect=rectangle)
    titles.write(figure, _MARGIN_INCHES)
    subtitles.write(figure, _MARGIN_INCHES + titles.inches)
    captions.write(figure, above + plot_inches + _GAP_INCHES)
    if key:
        _write_key(figure, key, below_titles)
    return Drawing(name, title, subtitle, figure)


def _write_key(figure: Figure, key: Sequence[tuple[Any, str]], top_inches: float) -> None:
    handles, names = zip(*key, strict=True)
    width, height = figure.get_size_inches()
    figure.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(_MARGIN_INCHES / width, 1 - (top_inches + _GAP_INCHES / 2) / height),
        ncol=len(key),
        fontsize=7.5,
        borderaxespad=0,
        borderpad=0.2,
        handletextpad=0.4,
        columnspacing=1.4,
    ).set_in_layout(False)


def panels(drawing: Drawing, rows: int, columns: int, **options: Any) -> Any:
    """The figure's axes as a two-dimensional array."""
    return drawing.figure.subplots(rows, columns, squeeze=False, **options)


def settle(figure: Figure) -> None:
    """Lays it out once and for all. The solver's last digits differ from time to time, and files of the
    same records would with them.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position(original=True).bounds
        axes.set_position([round(each, _DECIMALS) for each in (left, bottom, width, height)])


def _few_coloured(figure: Figure) -> Image.Image:
    """Two fifths of the bytes that all colours take, and none is seen to be missing."""
    painted = io.BytesIO()
    figure.savefig(painted, format="png", dpi=_DOTS_PER_INCH, pil_kwargs={"compress_level": 0})
    with Image.open(painted) as picture:
        plain = picture.convert("RGB")
    return plain.quantize(_COLOURS, _NEAREST, dither=Image.Dither.NONE)


def save(drawing: Drawing, directory: Path) -> None:
    """Writes <name>.svg and <name>.png; the same records give the same bytes."""
    path = directory / drawing.name
    settle(drawing.figure)
    written = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": drawing.name}):
        drawing.figure.savefig(written, format="svg", metadata={"Date": None})
    text = written.getvalue().replace(f"'{_FONT}'", _FONTS)
    path.with_suffix(".svg").write_text(text, encoding="utf-8")
    dots = (_DOTS_PER_INCH, _DOTS_PER_INCH)
    _few_coloured(drawing.figure).save(path.with_suffix(".png"), dpi=dots)
