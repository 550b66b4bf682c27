"""Bars that are stacked of parts, told apart by colour and hatch."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matplotlib.patches import Patch


@dataclass(frozen=True)
class Part:
    said: str
    colour: str
    hatch: str


def explain_parts(axes: Any, parts: Iterable[Part]) -> None:
    """A legend at the right of the axes, in the order of the parts."""
    axes.legend(
        handles=[
            Patch(facecolor=part.colour, edgecolor="#444444", hatch=part.hatch, label=part.said)
            for part in parts
        ],
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        fontsize=7.5,
    )
