"""Known answers: metrics that say themselves where the truth lies."""

from unitcost_scripts.statistics import Interval
from unitcost_scripts.summary import Summary

YES, NO, UNDECIDED, NONE = "yes", "no", "undecided", "–"


def holds(summary: Summary) -> str:
    """Whether a known answer was found: "no" only where the whole interval is elsewhere."""
    if summary.expected is None:
        return NONE
    low, high = summary.expected
    interval = summary.interval or Interval(summary.median, summary.median, 0)
    if low <= summary.median <= high:
        return YES
    return NO if interval.high < low or interval.low > high else UNDECIDED
