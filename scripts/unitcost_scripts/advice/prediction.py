"""A number that was not measured itself, where it comes from, and how far to believe it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unitcost_scripts.statistics import CONFIDENCE, Interval, median, median_interval

MEASURED = "measured"  # a case has this very number
INTERPOLATED = "interpolated"  # between two that were measured
EXTRAPOLATED = "extrapolated"  # beyond all that were


@dataclass(frozen=True)
class Prediction:
    value: float
    interval: Interval | None  # None: somewhere there are fewer than six repetitions
    kind: str
    cases: tuple[str, ...]

    @property
    def is_measured(self) -> bool:
        return self.kind == MEASURED

    def times(self, factor: float) -> "Prediction":
        """`factor` is positive and known exactly."""
        return replace(self, value=factor * self.value, interval=_times(self.interval, factor))

    def inverse(self, numerator: float) -> "Prediction":
        """`numerator` over it: a rate of a time. An interval that reaches zero bounds no rate."""
        interval = None
        if self.interval is not None and self.interval.low > 0:
            low, high = numerator / self.interval.high, numerator / self.interval.low
            interval = Interval(low, high, self.interval.confidence)
        return replace(self, value=numerator / self.value, interval=interval)

    def widened(self, margin: float) -> "Prediction":
        """By so much at either end, but not below zero."""
        interval = self.interval
        if interval is not None:
            low, high = max(0.0, interval.low - margin), interval.high + margin
            interval = Interval(low, high, interval.confidence)
        return replace(self, interval=interval)

    def negative(self) -> "Prediction":
        """For what is better the more there is of it."""
        interval = self.interval
        if interval is not None:
            interval = Interval(-interval.high, -interval.low, interval.confidence)
        return replace(self, value=-self.value, interval=interval)

    def at_least(self, least: float) -> "Prediction":
        """Where something else takes so long anyway."""
        interval = self.interval
        if interval is not None:
            low, high = max(least, interval.low), max(least, interval.high)
            interval = Interval(low, high, interval.confidence)
        return replace(self, value=max(least, self.value), interval=interval)

    def overlaps(self, other: "Prediction") -> bool:
        """Whether no difference between the two is seen. Without intervals nothing hides one."""
        if self.interval is None or other.interval is None:
            return self.value == other.value
        first, second = self.interval, other.interval
        return first.low <= second.high and second.low <= first.high

    def ratio_to(self, other: "Prediction") -> tuple[float, Interval | None]:
        """How many times it is of the other, with the widest interval that both leave; an interval of the
        other that reaches zero bounds no ratio.
        """
        ratio = self.value / other.value
        if self.interval is None or other.interval is None or other.interval.low <= 0:
            return ratio, None
        low = self.interval.low / other.interval.high
        high = self.interval.high / other.interval.low
        return ratio, Interval(low, high, CONFIDENCE)


def _times(interval: Interval | None, factor: float) -> Interval | None:
    if interval is None:
        return None
    return Interval(factor * interval.low, factor * interval.high, interval.confidence)


def _intervals(neighbours: Sequence[Sequence[float]]) -> list[Interval]:
    """Of each; nothing where one of them has too few repetitions."""
    intervals = [median_interval(values) for values in neighbours]
    known = [each for each in intervals if each is not None]
    return known if len(known) == len(intervals) else []


def neighbours_interval(neighbours: Sequence[Sequence[float]]) -> Interval | None:
    """What the neighbours' repetitions leave open for one that lies beside them all: from the lowest
    end of their intervals to the highest, widened at either end by what their medians differ by.
    """
    known = _intervals(neighbours)
    if not known:
        return None
    medians = [median(values) for values in neighbours]
    margin = max(medians) - min(medians)
    low, high = min(each.low for each in known), max(each.high for each in known)
    return Interval(low - margin, high + margin, CONFIDENCE)


def interval_between(below: Sequence[float], above: Sequence[float], way: float) -> Interval | None:
    """For one that lies between two, `way` (0 to 1) from the one below. Both ends go straight from one to
    the other; halfway they are widened by what the medians differ by, and less towards either
    side, since there is less room for a bend.
    """
    known = _intervals([below, above])
    if not known:
        return None
    first, second = known
    margin = 4 * way * (1 - way) * abs(median(above) - median(below))
    low, high = (
        start + way * (end - start)
        for start, end in ((first.low, second.low), (first.high, second.high))
    )
    return Interval(low - margin, high + margin, CONFIDENCE)
