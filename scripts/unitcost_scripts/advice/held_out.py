"""Are the predictions honest? Each number that can be left out is, and predicted from what is left.

What was measured has to lie inside the stated interval in 90 % of the cases or more, and the
intervals must be narrow enough to say something.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from unitcost_scripts.advice.cost_curve import CostCurve, Place
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import Prediction
from unitcost_scripts.advice.time_curves import Curves, request_curves_by_setting, task_curves
from unitcost_scripts.advice.unit_memory import UnitMemory, all_memory
from unitcost_scripts.numbers import humanise
from unitcost_scripts.statistics import median

LEAST_SHARE_INSIDE = 0.9
WIDEST_FACTOR = 1.5  # of the median interval, up and down from its middle

TASKS = "time of a task of another length"
REQUESTS = "CPU time of a request that computes for longer"
BEYOND = "the same, longer or shorter than all others"
UNITS = "memory of a fifth more units"


@dataclass(frozen=True)
class Trial:
    """One number that was left out."""

    family: str
    subject: str  # the case, and what of it
    unit: str
    measured: float
    predicted: Prediction

    @property
    def is_inside(self) -> bool:
        interval = self.predicted.interval
        return interval is not None and interval.low <= self.measured <= interval.high

    @property
    def factor(self) -> float:
        """By which the interval's ends are above and below its geometric middle."""
        interval = self.predicted.interval
        if interval is None or interval.low <= 0:
            return math.inf
        return math.sqrt(interval.high / interval.low)


@dataclass(frozen=True)
class Tally:
    """Of one family, or of all."""

    name: str
    trials: tuple[Trial, ...]

    @property
    def share_inside(self) -> float:
        return sum(each.is_inside for each in self.trials) / len(self.trials)

    @property
    def median_factor(self) -> float:
        return median([each.factor for each in self.trials])

    @property
    def is_honest(self) -> bool:
        return self.share_inside >= LEAST_SHARE_INSIDE and self.median_factor <= WIDEST_FACTOR

    @property
    def missed(self) -> list[Trial]:
        return [each for each in self.trials if not each.is_inside]


def _left_out(family: str, curve: CostCurve, place: Place) -> Trial:
    predicted = curve.without(place).at(place.length_ns)
    subject = f"{place.case} at {humanise(place.length_ns, 'ns')}"
    return Trial(family, subject, "ns", curve.cost_ns(place), predicted)


def _between(family: str, curves: Curves) -> Iterator[Trial]:
    """Each length that has another on either side."""
    for curve in curves.values():
        for place in curve.places[1:-1]:
            yield _left_out(family, curve, place)


def _beyond(curves: Curves) -> Iterator[Trial]:
    """The longest and the shortest, but for a request that computes nothing: none computes less."""
    for curve in curves.values():
        if len(curve.places) > 2:
            for place in (curve.places[0], curve.places[-1]):
                if place.length_ns > 0:
                    yield _left_out(BEYOND, curve, place)


def _of_memory(memory: UnitMemory) -> Iterator[Trial]:
    """The last step: so many units more than were alive, from what those took."""
    fewer = memory.without_last_step()
    if fewer is None:
        return
    more = memory.units[-1] - memory.units[-2]
    measured = median(memory.steps[-1]) * more
    subject = f"{memory.case}, from {memory.units[-2]:.0f} to {memory.units[-1]:.0f} units"
    yield Trial(UNITS, subject, "bytes", measured, fewer.of_more(more))


def trials_of(evidence: Evidence) -> list[Trial]:
    """All that can be tried, but for those with too few repetitions to state an interval."""
    tasks, requests = task_curves(evidence), request_curves_by_setting(evidence).values()
    found = list(_between(TASKS, tasks))
    found += (trial for curves in requests for trial in _between(REQUESTS, curves))
    found += (trial for curves in (tasks, *requests) for trial in _beyond(curves))
    found += (trial for memory in all_memory(evidence) for trial in _of_memory(memory))
    return [each for each in found if each.predicted.interval is not None]


def tallies(trials: Sequence[Trial]) -> list[Tally]:
    """All together first, then each family."""
    if not trials:
        return []
    families = [
        Tally(name, tuple(found)) for name, found in groupby(trials, lambda each: each.family)
    ]
    return [Tally("all", tuple(trials)), *families]
