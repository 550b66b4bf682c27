"""The memory of N idle units under each model, from the slope of footprint's records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import (
    EXTRAPOLATED,
    INTERPOLATED,
    MEASURED,
    Prediction,
    neighbours_interval,
)
from unitcost_scripts.runs.records import Point, Record, parameters_in
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import CONFIDENCE, Interval, median

TOTAL = "total_bytes_per_unit"
_WORKLOAD = "idle"

# The kernel counts small objects into a page for each CPU before it charges them to a group.
_PAGE_BYTES = 4096
_READINGS = 2  # that a difference is made of

Step = tuple[float, ...]  # bytes a unit between two neighbouring N, one for each repetition


@dataclass(frozen=True)
class UnitMemory:
    """Of one case; a model's first variant stands for it."""

    model: str
    case: str
    per_unit: Summary  # the slope over all N
    units: tuple[float, ...]  # the N that were measured, ascending
    steps: tuple[Step, ...]  # one fewer than N
    extra_bytes: tuple[Step, ...]  # what all units after the first N took: one for each later N
    resolution_bytes: float  # of a difference of two readings

    def is_of(self, case: str) -> bool:
        """Whether a case is of the same units, be it of more of them: a smaller stack is another unit."""
        return _kind(case) == _kind(self.case)

    def of(self, units: float) -> Prediction:
        """Of so many units. One more unit is what the slope says: it was measured."""
        if units == 1:
            interval = self.per_unit.interval
            return Prediction(self.per_unit.median, interval, MEASURED, (self.case,))
        is_beyond = units > max(self.units, default=1)
        return self.of_more(units, EXTRAPOLATED if is_beyond else INTERPOLATED)

    def of_more(self, units: float, kind: str = EXTRAPOLATED) -> Prediction:
        """The slope, as far as the steps that it is made of agree."""
        interval = self.per_unit.interval
        if self.steps:
            interval = _widest(interval, neighbours_interval(self.steps))
        slope = Prediction(self.per_unit.median, interval, kind, (self.case,))
        return slope.times(units).widened(self.resolution_bytes)

    def without_last_step(self) -> "UnitMemory | None":
        """As if the largest N had not been measured; None where too little is left."""
        if len(self.steps) < 3:
            return None
        kept = self.steps[:-1]
        slopes = tuple(median(values) for values in zip(*kept, strict=True))
        slope = replace(self.per_unit, values=slopes)
        return replace(
            self,
            per_unit=slope,
            units=self.units[:-1],
            steps=kept,
            extra_bytes=self.extra_bytes[:-1],
        )


def _kind(case: str) -> tuple[list[str], dict[str, str]]:
    parameters = parameters_in(case)
    parameters.pop("units", None)  # how many
    return case.split("/")[:3], parameters


def _widest(first: Interval | None, second: Interval | None) -> Interval | None:
    if first is None or second is None:
        return None
    low, high = min(first.low, second.low), max(first.high, second.high)
    return Interval(max(0.0, low), high, CONFIDENCE)


def memory_points(record: Record) -> tuple[Point, ...]:
    """(units alive, bytes), ascending; empty where it has no such curve."""
    for series in record.series.values():
        if series.x_name == "units" and series.y_unit == "bytes":
            return tuple(sorted(series.points))
    return ()


def _of_case(evidence: Evidence, case: str, per_unit: Summary) -> UnitMemory:
    records = evidence.records(case)
    readings = [points for points in map(memory_points, records) if points]
    counts = {tuple(x for x, _ in points) for points in readings}
    resolution = float(_READINGS * _PAGE_BYTES * evidence.workers)
    if len(counts) != 1:  # no series, or repetitions of different N: the slope alone is known
        return UnitMemory(records[0].model, case, per_unit, (), (), (), resolution)
    (units,) = counts
    slopes = [
        [(above[1] - below[1]) / (above[0] - below[0]) for below, above in zip(each, each[1:])]
        for each in readings
    ]
    extra = [[bytes_ - each[0][1] for _, bytes_ in each[1:]] for each in readings]
    steps, extra_bytes = _by_place(slopes), _by_place(extra)
    return UnitMemory(records[0].model, case, per_unit, units, steps, extra_bytes, resolution)


def _by_place(by_repetition: Sequence[Sequence[float]]) -> tuple[Step, ...]:
    return tuple(zip(*by_repetition, strict=True))


def all_memory(evidence: Evidence) -> list[UnitMemory]:
    """Of every case of idle units."""
    found = []
    for case in evidence.cases("footprint"):
        per_unit = evidence.summary(case, TOTAL)
        if per_unit is not None and per_unit.workload == _WORKLOAD:
            found.append(_of_case(evidence, case, per_unit))
    return found


def memory_by_model(evidence: Evidence) -> dict[str, UnitMemory]:
    """Of the case that stands for its model in the answer table."""
    return {
        each.model: each for each in all_memory(evidence) if evidence.records(each.case)[0].headline
    }
