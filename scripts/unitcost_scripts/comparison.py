"""Two runs, judged case by case and metric by metric.

"Different" takes both: a Mann-Whitney test that survives Benjamini-Hochberg over everything of its
dimension that is compared (else every metric of memory makes a time harder to tell apart), and an
interval of the ratio wholly outside ±5 %. The first guards against luck, the second against
differences that are real and do not matter.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.rank_test import mann_whitney_p
from unitcost_scripts.records import Quantity, Record
from unitcost_scripts.run_directory import Run
from unitcost_scripts.run_shift import NO_SHIFT, Pair, Shift, dimension_of, shifts_by_dimension
from unitcost_scripts.statistics import Interval, benjamini_hochberg, median, ratio_interval
from unitcost_scripts.summary import Summary, summarise

BETTER, WORSE = "better", "worse"
CHANGED = "changed"  # a metric of which neither more nor less is better
SAME, TOO_FEW = "no difference seen", "too few to judge"
NO_RATIO = "no ratio"  # values at or below zero, as a slope over nothing can be
MARGIN = 0.05
FALSE_DISCOVERY_RATE = 0.05
FEWEST_REPETITIONS = 10


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


@dataclass(frozen=True)
class RunComparison:
    comparisons: list[Comparison]
    shifts: dict[str, Shift]  # by dimension
    case_verdicts: dict[str, str]
    only_in_base: list[str]
    only_in_other: list[str]
    end_changes: list[str]  # ends other than ok that one run has more of than the other


@dataclass(frozen=True)
class _Matched:
    base: Summary
    other: Summary

    @property
    def positive(self) -> bool:
        return min(*self.base.values, *self.other.values) > 0

    @property
    def enough(self) -> bool:
        return min(len(self.base.values), len(self.other.values)) >= FEWEST_REPETITIONS

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


def _shifts(matched: Sequence[_Matched]) -> dict[str, Shift]:
    by_dimension: dict[str, list[Pair]] = {}
    for each in matched:
        about = each.base
        if each.positive and about.quantity.direction != "neither":  # which has no cost to move
            pair = Pair(about.model, about.values, each.other.values, about.quantity.direction)
            by_dimension.setdefault(dimension_of(about.quantity.unit), []).append(pair)
    return shifts_by_dimension(by_dimension)


def _widened(interval: Interval | None, shift: Shift, direction: str) -> Interval | None:
    if interval is None:
        return None
    dearer, cheaper = math.exp(shift.dearer), math.exp(shift.cheaper)
    if direction == "greater":
        dearer, cheaper = cheaper, dearer
    elif direction == "neither":  # nobody knows which way the machine moves it
        dearer = cheaper = max(dearer, cheaper)
    return Interval(interval.low / dearer, interval.high * cheaper, interval.confidence)


def _verdict(matched: _Matched, interval: Interval | None, q_value: float | None) -> str:
    if q_value is None or interval is None:
        return TOO_FEW
    outside = interval.low > 1 + MARGIN or interval.high < 1 - MARGIN
    if q_value >= FALSE_DISCOVERY_RATE or not outside:
        return SAME
    if matched.base.quantity.direction == "neither":
        return CHANGED
    grew = interval.low > 1
    return WORSE if grew == (matched.base.quantity.direction == "smaller") else BETTER


def _q_values(testable: Sequence[_Matched]) -> dict[int, float]:
    """By the identity of what is compared."""
    families: dict[str, list[_Matched]] = {}
    for each in testable:
        families.setdefault(dimension_of(each.base.quantity.unit), []).append(each)
    q_values: dict[int, float] = {}
    for family in families.values():
        p_values = [mann_whitney_p(each.base.values, each.other.values) for each in family]
        q_values.update(zip(map(id, family), benjamini_hochberg(p_values), strict=True))
    return q_values


def _compare_one(matched: _Matched, q_value: float | None, shift: Shift | None) -> Comparison:
    base, other = matched.base, matched.other
    ratio: float | None = None
    interval: Interval | None = None
    if shift is None:
        same = len({*base.values, *other.values}) == 1
        verdict = TOO_FEW if not matched.enough else SAME if same else NO_RATIO
    else:
        ratio = median(other.values) / median(base.values)
        raw = ratio_interval(base.values, other.values)
        interval = _widened(raw, shift, base.quantity.direction)
        verdict = _verdict(matched, interval, q_value)
    return Comparison(
        base.case, base.quantity, base.values, other.values, ratio, interval, q_value, verdict
    )


def _case_verdict(verdicts: Sequence[str]) -> str:
    """Worse in any metric is worse: a comparison exists to find that. A fact that changed says
    nothing of a case that has become better or worse.
    """
    for verdict in (WORSE, BETTER, CHANGED, SAME, TOO_FEW):
        if verdict in verdicts:
            return verdict
    return NO_RATIO


def _bad_ends(run: Run) -> dict[tuple[str, str], list[Record]]:
    """By case and end. Disturbed repetitions say nothing about the build."""
    found: dict[tuple[str, str], list[Record]] = {}
    for record in run.records:
        if record.end not in ("ok", "unstable") and not record.discarded:
            found.setdefault((record.case, record.end), []).append(record)
    return found


def _end_changes(base: Run, other: Run) -> list[str]:
    in_base, in_other = _bad_ends(base), _bad_ends(other)
    both = {record.case for record in base.records} & {record.case for record in other.records}
    changes = []
    for case, end in sorted({*in_base, *in_other}):
        records_a, records_b = in_base.get((case, end), []), in_other.get((case, end), [])
        if case in both and len(records_a) != len(records_b):
            reason = (records_b or records_a)[0].reason
            changes.append(
                f"{case}: {end} {len(records_a)} times in A, {len(records_b)} in B ({reason})"
            )
    return changes


def compare_runs(base: Run, other: Run) -> RunComparison:
    """Judges every case and metric that is `ok` in both runs; A is `base`, B is `other`."""
    matched = _match(base, other)
    shifts = _shifts(matched)
    q_values = _q_values([each for each in matched if each.testable])
    comparisons = [
        _compare_one(
            each,
            q_values.get(id(each)),
            shifts.get(dimension_of(each.base.quantity.unit), NO_SHIFT) if each.positive else None,
        )
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
        _end_changes(base, other),
    )
