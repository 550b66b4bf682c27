"""Repetitions of a case that left no number: how many may be missing, and how it is told that some are."""

from collections.abc import Iterable

from unitcost_scripts.runs.records import Record

MOST_WITHOUT_NUMBER = 0.2  # of the repetitions; with more, those that are left were lucky


def told(tried: Iterable[Record]) -> str:
    """ "2 of 10 ended crashed, unstable"; empty where all were ok. What was discarded is no repetition."""
    kept = [each for each in tried if not each.discarded]
    failed = [each for each in kept if each.end != "ok"]
    ends = ", ".join(sorted({each.end for each in failed}))
    return f"{len(failed)} of {len(kept)} ended {ends}" if failed else ""
