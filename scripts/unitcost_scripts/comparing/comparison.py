"""Two runs, judged case by case and metric by metric.

"Different" takes both: a Mann-Whitney test that survives Benjamini-Hochberg over everything of its
dimension that is compared (else every metric of memory makes a time harder to tell apart), and an
interval of the ratio wholly outside ±5 %. The first guards against luck, the second against
differences that are real and do not matter. Where a value at or below zero leaves no ratio, all
values of one run have to lie beyond all of the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.comparing import likeness
from unitcost_scripts.comparing.comparable import refuse_unlike
from unitcost_scripts.comparing.differing_ends import NotCompared, end_changes, not_compared
from unitcost_scripts.comparing.rank_test import mann_whitney_p
from unitcost_scripts.comparing.run_shift import (
    NO_SHIFT,
    Pair,
    Shift,
    dimension_of,
    shifts_by_dimension,
)
from unitcost_scripts.comparing.unseen import Unseen, unseen_between
from unitcost_scripts.runs.records import Quantity
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise
from unitcost_scripts.statistics import (
    FEWEST_FOR_COMPARISON,
    Interval,
    benjamini_hochberg,
    median,
    ratio_interval,
)

BETTER, WORSE = "better", "worse"
CHANGED = "changed"  # a metric of which neither more nor less is better
SAME, TOO_FEW = "no difference seen", "too few to judge"
NO_RATIO = "no ratio"  # values at or below zero, as a slope over nothing can be; ranges meet
MARGIN = 0.05
FALSE_DISCOVERY_RATE = 0.05


@dataclass(frozen=True)
class Comparison:
    case: str
    quantity: Quantity
    base: tuple[float, ...]
    other: tuple[float, ...]
    ratio: float | None  # of the medians, other over base
    interval: Interval | None  # of the ratio, widened by what the machine moved
    q_value: float | None
    verdict: str
    unseen: Unseen | None  # of what shows no difference: how large one could have been all the same

    @property
    def cost_ratio(self) -> float | None:
        """How many times as dear the other is; None where neither more nor less is better."""
        if self.ratio is None or self.quantity.direction == "neither":
            return None
        return self.ratio if self.quantity.direction == "smaller" else 1 / self.ratio

    @property
    def cost_interval(self) -> Interval | None:
        if self.interval is None or self.cost_ratio is None:
            return None
        if self.quantity.direction == "smaller":
            return self.interval
        low, high = 1 / self.interval.high, 1 / self.interval.low
        return Interval(low, high, self.interval.confidence)


@dataclass(frozen=True)
class RunComparison:
    comparisons: list[Comparison]
    shifts: dict[str, Shift]  # by dimension
    case_verdicts: dict[str, str]
    only_in_base: list[str]
    only_in_other: list[str]
    end_changes: list[str]  # ends other than ok that one run has more of than the other
    not_compared: list[NotCompared]


@dataclass(frozen=True)
class _Matched:
    base: Summary
    other: Summary

    @property
    def positive(self) -> bool:
        return min(*self.base.values, *self.other.values) > 0

    @property
    def enough(self) -> bool:
        return min(len(self.base.values), len(self.other.values)) >= FEWEST_FOR_COMPARISON

    @property
    def testable(self) -> bool:
        return self.positive and self.enough


def _match(base: Run, other: Run) -> list[_Matched]:
    """What both runs measured. A rate beside its time would be one result counted twice; selftests
    are judged by their known answers.
    """
    theirs = {(each.case, each.quantity.name): each for each in summarise(other.counted)}
    return [
        _Matched(each, theirs[each.case, each.quantity.name])
        for each in summarise(base.counted)
        if not each.derived
        and each.measure != "selftest"
        and (each.case, each.quantity.name) in theirs
    ]


def _shifts(matched: Sequence[_Matched], of_one_machine: bool) -> dict[str, Shift]:
    """Between two machines, that all is dearer on one of them is what was asked for and widens
    nothing; how far each drifted by itself does.
    """
    by_dimension: dict[str, list[Pair]] = {}
    for each in matched:
        about = each.base
        if each.positive and about.quantity.direction != "neither":  # which has no cost to move
            pair = Pair(about.model, about.values, each.other.values, about.quantity.direction)
            by_dimension.setdefault(dimension_of(about.quantity.unit), []).append(pair)
    shifts = shifts_by_dimension(by_dimension)
    if of_one_machine:
        return shifts
    return {dimension: Shift(each.drift, 0.0) for dimension, each in shifts.items()}


def _widened(interval: Interval | None, shift: Shift, direction: str) -> Interval | None:
    if interval is None:
        return None
    dearer, cheaper = math.exp(shift.dearer), math.exp(shift.cheaper)
    if direction == "greater":
        dearer, cheaper = cheaper, dearer
    elif direction == "neither":  # nobody knows which way the machine moves it
        dearer = cheaper = max(dearer, cheaper)
    return Interval(interval.low / dearer, interval.high * cheaper, interval.confidence)


def _different(direction: str, grew: bool) -> str:
    if direction == "neither":
        return CHANGED
    return WORSE if grew == (direction == "smaller") else BETTER


def _verdict(matched: _Matched, interval: Interval | None, q_value: float | None) -> str:
    if q_value is None or interval is None:
        return TOO_FEW
    outside = interval.low > 1 + MARGIN or interval.high < 1 - MARGIN
    if q_value >= FALSE_DISCOVERY_RATE or not outside:
        return SAME
    return _different(matched.base.quantity.direction, interval.low > 1)


@dataclass(frozen=True)
class _Tested:
    q_value: float
    enough_p: float  # with which it would have passed, the others of its family being as they are


def _tested(testable: Sequence[_Matched]) -> dict[int, _Tested]:
    """By the identity of what is compared."""
    families: dict[str, list[_Matched]] = {}
    for each in testable:
        families.setdefault(dimension_of(each.base.quantity.unit), []).append(each)
    tested: dict[int, _Tested] = {}
    for family in families.values():
        p_values = [mann_whitney_p(each.base.values, each.other.values) for each in family]
        q_values = benjamini_hochberg(p_values)
        passed = sum(q_value < FALSE_DISCOVERY_RATE for q_value in q_values)
        for each, q_value in zip(family, q_values, strict=True):
            others = passed - (q_value < FALSE_DISCOVERY_RATE)
            enough_p = FALSE_DISCOVERY_RATE * (others + 1) / len(family)
            tested[id(each)] = _Tested(q_value, enough_p)
    return tested


def _verdict_by_ranges(matched: _Matched) -> str:
    """Of values without a ratio.

    Where ranges of ten and ten do not meet, the rank test has p = 1.1e-5, or 1.6e-5 where all values of a
    side tie: passed by itself, before Benjamini-Hochberg, among 3,000 rows. What it takes to matter
    nobody can say without a ratio.
    """
    base, other = matched.base.values, matched.other.values
    if not matched.enough:
        return TOO_FEW
    if len({*base, *other}) == 1:
        return SAME
    grew, shrank = max(base) < min(other), max(other) < min(base)
    return _different(matched.base.quantity.direction, grew) if grew or shrank else NO_RATIO


def _without_ratio(matched: _Matched) -> Comparison:
    base, other = matched.base, matched.other
    verdict = _verdict_by_ranges(matched)
    return Comparison(
        base.case, base.quantity, base.values, other.values, None, None, None, verdict, None
    )


def _compare_one(matched: _Matched, tested: _Tested | None, shift: Shift) -> Comparison:
    base, other = matched.base, matched.other
    raw = ratio_interval(base.values, other.values)
    interval = _widened(raw, shift, base.quantity.direction)
    q_value = tested.q_value if tested else None
    verdict = _verdict(matched, interval, q_value)
    unseen = None
    if verdict == SAME and tested and interval:
        unseen = unseen_between(base.values, other.values, interval, MARGIN, tested.enough_p)
    return Comparison(
        case=base.case,
        quantity=base.quantity,
        base=base.values,
        other=other.values,
        ratio=median(other.values) / median(base.values),
        interval=interval,
        q_value=q_value,
        verdict=verdict,
        unseen=unseen,
    )


def _case_verdict(verdicts: Sequence[str]) -> str:
    """Worse in any metric is worse: a comparison exists to find that. A fact that changed says
    nothing of a case that has become better or worse; a number that could not be judged keeps the
    others from standing for it.
    """
    for verdict in (WORSE, BETTER, CHANGED, NO_RATIO, SAME):
        if verdict in verdicts:
            return verdict
    return TOO_FEW


def compare_runs(base: Run, other: Run, name: str = "B") -> RunComparison:
    """Judges every case and metric that is `ok` in both runs; `base` is A, `other` is `name`.

    Runs whose numbers do not mean the same raise InputError.
    """
    refuse_unlike(base, other, name)
    matched = _match(base, other)
    shifts = _shifts(matched, not likeness.of_machines(base, other))
    tested = _tested([each for each in matched if each.testable])
    comparisons = [
        _compare_one(
            each,
            tested.get(id(each)),
            shifts.get(dimension_of(each.base.quantity.unit), NO_SHIFT),
        )
        if each.positive
        else _without_ratio(each)
        for each in matched
    ]
    by_case: dict[str, list[str]] = {}
    for each in comparisons:
        by_case.setdefault(each.case, []).append(each.verdict)
    in_base, in_other = ({record.case for record in run.records} for run in (base, other))
    return RunComparison(
        comparisons,
        shifts,
        {case: _case_verdict(verdicts) for case, verdicts in by_case.items()},
        sorted(in_base - in_other),
        sorted(in_other - in_base),
        end_changes(base, other, name),
        not_compared(base, other),
    )
