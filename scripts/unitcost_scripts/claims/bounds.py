"""Where a number must lie for a claim to hold."""

import math
from dataclasses import dataclass

from unitcost_scripts.numbers import humanise, humanise_tick
from unitcost_scripts.statistics import Interval


@dataclass(frozen=True)
class Bound:
    """The range from `low` to `high`, ends included unless it is `open`."""

    low: float = -math.inf
    high: float = math.inf
    open: bool = False
    unit: str = "1"

    def contains(self, value: float) -> bool:
        if self.open:
            return self.low < value < self.high
        return self.low <= value <= self.high

    def holds(self, interval: Interval) -> bool:
        """Whether all of the interval is inside."""
        return self.contains(interval.low) and self.contains(interval.high)

    def fails(self, interval: Interval) -> bool:
        """Whether all of the interval is outside, on one side."""
        if self.open:
            return interval.high <= self.low or interval.low >= self.high
        return interval.high < self.low or interval.low > self.high


ANY = Bound()  # what it comes to does not matter: that it was measured says enough


def at_least(low: float, unit: str = "1") -> Bound:
    return Bound(low=low, unit=unit)


def at_most(high: float, unit: str = "1") -> Bound:
    return Bound(high=high, unit=unit)


def more_than(low: float, unit: str = "1") -> Bound:
    return Bound(low=low, open=True, unit=unit)


def less_than(high: float, unit: str = "1") -> Bound:
    return Bound(high=high, open=True, unit=unit)


def exactly(value: float, unit: str = "1") -> Bound:
    return Bound(value, value, unit=unit)


def about(value: float, factor: float, unit: str = "1") -> Bound:
    """Within a factor of `value`, either way."""
    return Bound(value / factor, value * factor, unit=unit)


def shortest(value: float, unit: str) -> str:
    """ "10" and "0.9", which nobody measured to three digits."""
    return min(humanise_tick(value, unit), humanise(value, unit), key=len)


def bound_text(bound: Bound) -> str:
    """ "≥ 10", "< 1.05", "= 0", "from 3.33 KiB to 7.5 KiB"."""
    low, high, unit = bound.low, bound.high, bound.unit
    if bound == ANY:
        return "is measured, each result checked"
    if low == high:
        return f"= {shortest(low, unit)}"
    if math.isinf(high):
        return f"{'>' if bound.open else '≥'} {shortest(low, unit)}"
    if math.isinf(low):
        return f"{'<' if bound.open else '≤'} {shortest(high, unit)}"
    return f"from {shortest(low, unit)} to {shortest(high, unit)}"
