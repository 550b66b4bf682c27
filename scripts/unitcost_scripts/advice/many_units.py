"""What many units took that were alive at once, of cases that grow further than the one which stands for its
model: to a million, or until something ends them (`units:` in their names; profile full).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import INTERPOLATED, MEASURED, Prediction
from unitcost_scripts.advice.unit_memory import TOTAL, UnitMemory, memory_points
from unitcost_scripts.runs.records import Point
from unitcost_scripts.statistics import median, median_interval

Curve = tuple[Point, ...]  # (units alive, bytes), ascending, of one repetition


def grown_cases(evidence: Evidence, memory: UnitMemory) -> Iterator[tuple[str, list[Curve]]]:
    """Those of the same units, with a curve for each repetition."""
    for case in evidence.cases("footprint", memory.model):
        if case == memory.case or not memory.is_of(case):
            continue
        curves = [memory_points(record) for record in evidence.records(case)]
        if all(curves):
            yield case, curves


def most_alive(evidence: Evidence, memory: UnitMemory) -> tuple[float, str] | None:
    """The most that were alive at once in every repetition of a case of the same units, and that case."""
    found = [(max(memory.units), memory.case)] if memory.units else []
    found += [
        (min(curve[-1][0] for curve in curves), case)
        for case, curves in grown_cases(evidence, memory)
    ]
    return max(found, key=lambda each: each[0]) if found else None


def _by_slope(
    evidence: Evidence, case: str, metric: str, units: int, kind: str
) -> Prediction | None:
    one = evidence.summary(case, metric)
    return Prediction(one.median, one.interval, kind, (case,)).times(units) if one else None


def _by_curve(case: str, curves: Sequence[Curve], units: int, kind: str) -> Prediction | None:
    """Beyond what was taken without a unit; None where that was not read."""
    if any(curve[0][0] != 0 for curve in curves):
        return None
    taken = []
    for curve in curves:
        alive, bytes_ = zip(*curve, strict=True)
        taken.append(float(np.interp(units, alive, bytes_)) - bytes_[0])
    return Prediction(median(taken), median_interval(taken), kind, (case,))


def taken_by(evidence: Evidence, memory: UnitMemory, metric: str, units: int) -> Prediction | None:
    """Of so many that were alive, or of a number between two that were; None where no case of the run has
    these. The curve is of the total alone; without a reading of no unit, the slope stands for it.
    """
    found: list[Prediction] = []
    for case, curves in grown_cases(evidence, memory):
        if not all(curve[0][0] <= units <= curve[-1][0] for curve in curves):
            continue
        was_read = all(units in dict(curve) for curve in curves)
        kind = MEASURED if was_read else INTERPOLATED
        taken = _by_curve(case, curves, units, kind) if metric == TOTAL else None
        if taken is None:
            taken = _by_slope(evidence, case, metric, units, kind)
        if taken is not None:
            found.append(taken)
    measured = [each for each in found if each.is_measured]
    return next(iter([*measured, *found]), None)
