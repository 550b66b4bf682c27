"""Known answers: metrics that say themselves where the truth lies."""

from unitcost_scripts.summary import Summary

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
