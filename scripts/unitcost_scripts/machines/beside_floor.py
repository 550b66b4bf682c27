"""The ratio of a case beside that of the primitive that it leans on."""

from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.comparing.comparison import Comparison
from unitcost_scripts.comparing.run_shift import dimension_of
from unitcost_scripts.machines.floor import floor_of, leans_on
from unitcost_scripts.statistics import Interval

MORE, LESS, ALIKE = "more than its floor", "less than its floor", "as its floor"


@dataclass(frozen=True)
class BesideFloor:
    primitive: str
    ratio: float  # how many times as dear the primitive is
    interval: Interval
    said: str  # of the case's ratio


def _said(case: Interval, floor: Interval) -> str:
    """Only intervals that do not meet tell two ratios apart."""
    if case.low > floor.high:
        return MORE
    return LESS if case.high < floor.low else ALIKE


def beside_floor(comparisons: Sequence[Comparison]) -> dict[tuple[str, str], BesideFloor]:
    """By case and metric: of times and rates whose primitive both runs measured. In cost, whatever
    the directions.
    """
    floor = {name: each for name, each in floor_of(comparisons) if each.cost_interval}
    of_floor = {(each.case, each.quantity.name) for each in floor.values()}
    found: dict[tuple[str, str], BesideFloor] = {}
    for each in comparisons:
        own, key = each.cost_interval, (each.case, each.quantity.name)
        primitive = floor.get(leans_on(each.case) or "")
        if own is None or primitive is None or key in of_floor:
            continue
        ratio, interval = primitive.cost_ratio, primitive.cost_interval
        if dimension_of(each.quantity.unit) == "time" and ratio is not None and interval:
            name = leans_on(each.case) or ""
            found[key] = BesideFloor(name, ratio, interval, _said(own, interval))
    return found
