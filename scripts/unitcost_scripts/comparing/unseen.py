"""How small a difference could have been seen where none was.

"No difference seen" is worth as much as what would have been seen. Were the other run's values
the same but for a common factor, the ratio and both ends of its interval would be others by that
factor; from which ratio on both conditions of "different" hold follows from the interval's width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.statistics import Interval, median, ratio_interval


@dataclass(frozen=True)
class Unseen:
    """Ratios between these would have been called no difference as well."""

    low: float
    high: float

    @property
    def everything(self) -> bool:
        """Whether no ratio could have been told from 1: too few repetitions for so many tests."""
        return math.isinf(self.high)


EVERYTHING = Unseen(0.0, math.inf)


def unseen_between(
    base: Sequence[float],
    other: Sequence[float],
    widened: Interval,
    margin: float,
    enough_p: float,
) -> Unseen:
    """`widened` is the interval of the ratio that has to lie outside of 1 ± `margin`; `enough_p`
    the p-value with which it would have passed Benjamini-Hochberg beside the others of its family.

    The interval at confidence 1 - p excludes 1 exactly where the Mann-Whitney test has at most that
    p (Moses' interval is its counterpart); ties make that an approximation.
    """
    tested = ratio_interval(base, other, 1 - enough_p)
    if tested is None:
        return EVERYTHING
    ratio = median(other) / median(base)
    return Unseen(
        min((1 - margin) * ratio / widened.high, ratio / tested.high),
        max((1 + margin) * ratio / widened.low, ratio / tested.low),
    )
