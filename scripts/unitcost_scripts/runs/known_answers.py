"""Known answers: metrics that say themselves where the truth lies."""

from collections import Counter
from collections.abc import Iterable

from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import median_interval

YES, NO, UNDECIDED, NONE = "yes", "no", "undecided", "–"


def holds(summary: Summary) -> str:
    """Whether a known answer was found: "no" only where the whole interval is elsewhere, so never
    with fewer than six repetitions.
    """
    if summary.expected is None:
        return NONE
    low, high = summary.expected
    if low <= summary.median <= high:
        return YES
    interval = summary.interval
    elsewhere = interval is not None and (interval.high < low or interval.low > high)
    return NO if elsewhere else UNDECIDED


_MEASURE = "selftest"


def unestablished(records: Iterable[Record]) -> list[tuple[str, int, int]]:
    """Cases of known answers of which too few repetitions are left to judge them, because others
    were unstable: case, unstable ones, all that ended ok or unstable.
    """
    kept = [each for each in records if each.measure == _MEASURE and not each.discarded]
    unstable = Counter(each.case for each in kept if each.end == "unstable")
    ok = Counter(each.case for each in kept if each.end == "ok")
    return [
        (case, count, count + ok[case])
        for case, count in sorted(unstable.items())
        if median_interval([0.0] * ok[case]) is None
    ]
