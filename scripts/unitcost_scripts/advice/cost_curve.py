"""What a task costs over its length: between lengths that were measured, and beyond them.

A task takes at least its own length, shared by the workers. What it takes beyond that is the
model's overhead, which changes slowly with the length: so it is the overhead that is carried from
the lengths on either side to the one between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unitcost_scripts.advice.prediction import (
    EXTRAPOLATED,
    INTERPOLATED,
    MEASURED,
    Prediction,
    interval_between,
    neighbours_interval,
)
from unitcost_scripts.numbers import humanise
from unitcost_scripts.statistics import Interval, median

_SAME_LENGTH_RATIO = 1.05  # two calibrations of one length differ by less


@dataclass(frozen=True)
class Place:
    """One length that was measured."""

    length_ns: float
    overheads_ns: tuple[float, ...]  # of a task, one for each repetition
    case: str

    @property
    def overhead_ns(self) -> float:
        return median(self.overheads_ns)


@dataclass(frozen=True)
class CostCurve:
    model: str
    share: float  # of its length that a task takes at the least: 1 / workers
    places: tuple[Place, ...]  # ascending; at least two

    def without(self, place: Place) -> "CostCurve":
        return replace(self, places=tuple(each for each in self.places if each != place))

    def cost_ns(self, place: Place) -> float:
        """What was measured there."""
        return self.share * place.length_ns + place.overhead_ns

    def at(self, length_ns: float) -> Prediction:
        """Elapsed or CPU time, whichever the overheads are of, for a task of that length."""
        same = [each for each in self.places if _is_same(each.length_ns, length_ns)]
        if same:
            return self._from(same[:1], same[0].overhead_ns, length_ns, MEASURED)
        shorter = [each for each in self.places if each.length_ns < length_ns]
        longer = [each for each in self.places if each.length_ns > length_ns]
        if not shorter:
            return self._from(longer[:2], longer[0].overhead_ns, length_ns, EXTRAPOLATED)
        if not longer:
            return self._beyond(shorter[-1], length_ns)
        below, above = shorter[-1], longer[0]
        way = (length_ns - below.length_ns) / (above.length_ns - below.length_ns)
        overhead_ns = below.overhead_ns + way * (above.overhead_ns - below.overhead_ns)
        interval = interval_between(below.overheads_ns, above.overheads_ns, way)
        places = [below, above]
        return self._prediction(overhead_ns, interval, length_ns, INTERPOLATED, places)

    def beyond(self, length_ns: float) -> str:
        """How it lies beyond all lengths that were measured, empty where it does not."""
        first, last = self.places[0].length_ns, self.places[-1].length_ns
        if self.at(length_ns).kind != EXTRAPOLATED:
            return ""
        if length_ns < first:
            return f"shorter than the shortest that was measured ({humanise(first, 'ns')})"
        return f"longer than the longest that was measured ({humanise(last, 'ns')})"

    def _from(
        self, places: Sequence[Place], overhead_ns: float, length_ns: float, kind: str
    ) -> Prediction:
        interval = neighbours_interval([each.overheads_ns for each in places])
        return self._prediction(overhead_ns, interval, length_ns, kind, places)

    def _beyond(self, last: Place, length_ns: float) -> Prediction:
        """The overhead may stay what it was at the longest, or grow as the length does."""
        growth = length_ns / last.length_ns if last.length_ns > 0 else 1.0
        here = neighbours_interval([last.overheads_ns])
        grown = neighbours_interval([[growth * each for each in last.overheads_ns]])
        interval = None
        if here is not None and grown is not None:
            low, high = min(here.low, grown.low), max(here.high, grown.high)
            interval = Interval(low, high, here.confidence)
        overhead_ns = last.overhead_ns * growth**0.5
        return self._prediction(overhead_ns, interval, length_ns, EXTRAPOLATED, [last])

    def _prediction(
        self,
        overhead_ns: float,
        interval: Interval | None,
        length_ns: float,
        kind: str,
        places: Sequence[Place],
    ) -> Prediction:
        """Never below the task's own share, which no model can undercut."""
        least_ns = self.share * length_ns
        if interval is not None:
            low, high = max(0.0, interval.low), max(0.0, interval.high)
            interval = Interval(least_ns + low, least_ns + high, interval.confidence)
        cases = tuple(dict.fromkeys(each.case for each in places))
        return Prediction(least_ns + max(0.0, overhead_ns), interval, kind, cases)


def _is_same(first_ns: float, second_ns: float) -> bool:
    low, high = sorted((first_ns, second_ns))
    return low == high or high <= _SAME_LENGTH_RATIO * low
