"""Maps of who wins where: a cell has the colour and the mark of its winner, is grey with the marks of
all between whom no difference is seen, and is hatched where it was predicted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from unitcost_scripts.advice.prediction import Prediction
from unitcost_scripts.palette import Look, reading_order

_GREY = "#d9d9d9"
_PREDICTED_HATCH = "////"
_HATCH_COLOUR = "#9a9a9a"
_TINT = 0.45  # of a winner's colour, so that marks and hatches are seen on it
_MARKS_IN_A_LINE = 5
_ACROSS, _DOWN = 0.18, 0.3  # from mark to mark, of a cell
_MARK_SIZE, _SMALL_MARK_SIZE = 5.5, 4

EXPLAINED = (
    "A mark alone: that model wins, its interval is clear of all others'. Grey, several marks: no"
    " difference seen. Hatched: predicted. White: not measured, or nobody fits. Hollow: fewer than six"
    " repetitions, medians alone decide."
)


@dataclass(frozen=True)
class Choice:
    """One cell."""

    winners: tuple[str, ...]  # several: no difference seen; none: nobody fits
    is_measured: bool
    has_interval: bool


def cheapest(predictions: Mapping[str, Prediction]) -> Choice:
    """Whoever costs least, and all whose interval overlaps with that one's. Without an interval, be it of
    one who costs more, medians decide.
    """
    best = min(predictions.values(), key=lambda each: each.value)
    alike = {name: each for name, each in predictions.items() if each.overlaps(best)}
    return Choice(
        tuple(sorted(alike, key=reading_order)),
        all(each.is_measured for each in alike.values()),
        all(each.interval is not None for each in predictions.values()),
    )


def draw_choices(
    axes: Any,
    choices: Mapping[tuple[int, int], Choice],  # by column and line
    columns: Sequence[str],
    lines: Sequence[str],
    look_of: Callable[[str], Look],
) -> None:
    for (x, y), choice in choices.items():
        _draw_cell(axes, x, y, choice, look_of)
    axes.grid(visible=False)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(lines)), lines)
    axes.tick_params(length=0)


def _draw_cell(axes: Any, x: int, y: int, choice: Choice, look_of: Callable[[str], Look]) -> None:
    winners = choice.winners
    if not winners:
        axes.text(x, y, "none", ha="center", va="center", fontsize=7, color="#555555")
        return
    alone = len(winners) == 1
    axes.add_patch(
        Rectangle(
            (x - 0.5, y - 0.5),
            1,
            1,
            facecolor=(*_rgb(look_of(winners[0]).colour), _TINT) if alone else _GREY,
            edgecolor=_HATCH_COLOUR,
            hatch="" if choice.is_measured else _PREDICTED_HATCH,
            linewidth=0.6,
            zorder=1,
        )
    )
    _draw_marks(axes, x, y, choice, look_of)


def _draw_marks(axes: Any, x: int, y: int, choice: Choice, look_of: Callable[[str], Look]) -> None:
    """In lines, from above, each centred in the cell."""
    winners = choice.winners
    lines = [winners[at : at + _MARKS_IN_A_LINE] for at in range(0, len(winners), _MARKS_IN_A_LINE)]
    for row, line in enumerate(lines):
        for place, name in enumerate(line):
            look = look_of(name)
            axes.plot(
                [x + (place - (len(line) - 1) / 2) * _ACROSS],
                [y - (row - (len(lines) - 1) / 2) * _DOWN],
                marker=look.marker,
                markersize=_SMALL_MARK_SIZE if lines[1:] else _MARK_SIZE,
                color=look.colour,
                markerfacecolor=look.colour if choice.has_interval else "white",
                linestyle="none",
                zorder=4,
            )


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def explain_choices(
    rightmost: Any, every: Sequence[Choice], look_of: Callable[[str], Look], order: Sequence[str]
) -> None:
    """Beside the panel: all who win somewhere, and what grey and hatches mean."""
    shown = {name for choice in every for name in choice.winners}
    handles: list[Any] = []
    for name in order:
        if name in shown:
            look = look_of(name)
            handles.append(
                Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", label=name)
            )
    handles.append(Patch(facecolor=_GREY, edgecolor=_HATCH_COLOUR, label="no difference seen"))
    handles.append(
        Patch(facecolor="white", edgecolor=_HATCH_COLOUR, hatch=_PREDICTED_HATCH, label="predicted")
    )
    rightmost.legend(handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5)
