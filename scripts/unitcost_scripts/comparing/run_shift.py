"""How much the machine itself may have moved between two runs, as far as two runs can tell.

Repetitions of one run say nothing of what differs between runs: a neighbour on the host, the clock
rate, how memory was laid out at boot. Two things in the data tell of the part that all cases share:
how far the halves of one run drift apart (in whichever direction), and how far both the control
models and the bulk of all cases moved between the runs (in one direction). The interval of a ratio
is widened until it holds the case with and without that shift. What moves a single case between
runs but not within them cannot be seen in one run a side; only more runs, interleaved, show it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unitcost_scripts.statistics import FEWEST_FOR_INTERVAL, median

CONTROL_MODELS = (
    "null",
    "serial",
)  # hold no concurrency: what moves them is the machine or the compiler
_FEWEST_CASES = 8  # below it the median over cases is itself noise
_FEWEST_CONTROLS = 3


@dataclass(frozen=True)
class Pair:
    """One case and metric in both runs, all values positive, by the order of time."""

    model: str
    base: Sequence[float]
    other: Sequence[float]
    direction: str  # "smaller" or "greater" is better: what is neither has no cost

    @property
    def log_ratio(self) -> float:
        """In cost: above zero is worse, whichever direction the metric has."""
        return _cost_log(median(self.other) / median(self.base), self.direction)


@dataclass(frozen=True)
class Shift:
    """Logarithms of ratios, in cost."""

    # between the halves of one run, common to all cases; the greater of both runs; at least zero
    drift: float
    # from the first run to the second, seen by the controls and by the bulk of cases alike
    controls: float

    @property
    def dearer(self) -> float:
        """How much dearer the machine alone may have made the second run; at least zero."""
        return max(self.drift, self.controls)

    @property
    def cheaper(self) -> float:
        return max(self.drift, -self.controls)


NO_SHIFT = Shift(0.0, 0.0)


def _cost_log(ratio: float, direction: str) -> float:
    return math.log(ratio) if direction == "smaller" else -math.log(ratio)


def _drift(runs: Sequence[tuple[Sequence[float], str]]) -> float:
    """How the second half of a run's repetitions differs from the first: the median case."""
    moved = [
        _cost_log(
            median(values[len(values) // 2 :]) / median(values[: len(values) // 2]), direction
        )
        for values, direction in runs
        if len(values) >= FEWEST_FOR_INTERVAL
    ]
    return abs(median(moved)) if len(moved) >= _FEWEST_CASES else 0.0


def _common_to_controls(pairs: Sequence[Pair]) -> float:
    """The part of the shift that both the controls and the median case show.

    Controls alone would hide a change of serial itself; the median case alone would hide a change
    of most models.
    """
    controls = [pair.log_ratio for pair in pairs if pair.model in CONTROL_MODELS]
    if len(controls) < _FEWEST_CONTROLS or len(pairs) < _FEWEST_CASES:
        return 0.0
    by_controls, by_all = median(controls), median([pair.log_ratio for pair in pairs])
    if by_controls * by_all <= 0:
        return 0.0
    return min(by_controls, by_all, key=abs)


def shift_between(pairs: Sequence[Pair]) -> Shift:
    """The shift that all `pairs`, metrics of one dimension, have in common."""
    drift = max(
        _drift([(pair.base, pair.direction) for pair in pairs]),
        _drift([(pair.other, pair.direction) for pair in pairs]),
    )
    return Shift(drift, _common_to_controls(pairs))


def dimension_of(unit: str) -> str:
    """Metrics of one dimension move together: times and rates do when the machine slows down,
    memory does not.
    """
    return "time" if unit in ("ns", "1/s", "bytes/s") else unit


def shifts_by_dimension(pairs: Mapping[str, Sequence[Pair]]) -> dict[str, Shift]:
    return {dimension: shift_between(of_one) for dimension, of_one in pairs.items()}
