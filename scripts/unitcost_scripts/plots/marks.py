"""Names a plot's marks, so that the page can say of each what it stands for: an SVG file keeps the name as
the id of the group that the marks are in.
"""

from collections.abc import Iterable
from typing import Any

from unitcost_scripts.runs.summary import Summary

_BETWEEN = "||"


def name_of_median(case: str, metric: str) -> str:
    return f"median|{case}|{metric}"


def name_of_curve(case: str, series: str) -> str:
    return f"curve|{case}|{series}"


def names_in(group: str) -> list[str]:
    """The names in a group's id, one for each mark in their order; of a curve one for all."""
    return group.split(_BETWEEN)


def are_medians_of(artist: Any, summaries: Iterable[Summary]) -> None:
    """`artist` has a mark at the median of each, in this order."""
    names = (name_of_median(each.case, each.quantity.name) for each in summaries)
    artist.set_gid(_BETWEEN.join(names))


def is_curve_of(line: Any, case: str, series: str) -> None:
    """`line` has a mark for each point of `series`, the repetitions joined."""
    line.set_gid(name_of_curve(case, series))
