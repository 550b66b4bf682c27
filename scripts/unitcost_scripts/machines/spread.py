"""The ratios of a measure's cases together: never a middle without its spread."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from unitcost_scripts.comparing.comparison import Comparison
from unitcost_scripts.comparing.run_shift import dimension_of


@dataclass(frozen=True)
class Spread:
    measure: str
    dimension: str
    count: int
    low: float
    lower_quartile: float
    median: float
    upper_quartile: float
    high: float


def spreads(comparisons: Iterable[Comparison]) -> list[Spread]:
    """By measure and dimension, in cost: above 1 the other run is dearer. Facts, and what has no
    ratio, are left out.
    """
    ratios: dict[tuple[str, str], list[float]] = {}
    for each in comparisons:
        if each.cost_ratio is not None:
            key = (each.case.split("/")[0], dimension_of(each.quantity.unit))
            ratios.setdefault(key, []).append(each.cost_ratio)
    return [
        Spread(*key, len(found), *map(float, np.quantile(found, (0, 0.25, 0.5, 0.75, 1))))
        for key, found in sorted(ratios.items())
    ]
