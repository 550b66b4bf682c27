"""How a case ended over all of its repetitions: passed, failed or skipped, as a test would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.runs.citations import cited
from unitcost_scripts.runs.known_answers import NO, holds
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise
from unitcost_scripts.statistics import Interval

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
_NO_FAILURE = ("ok", "skipped", "unstable")


@dataclass(frozen=True)
class Outcome:
    case: str
    records: tuple[Record, ...]  # discarded ones too
    verdict: str
    kind: str  # an end of records, or "known_answer"; "ok" where it passed
    reason: str  # empty where it passed


def _told(end: str, kept: Sequence[Record]) -> str:
    """ "crashed in 1 of 6 repetitions: signal 11 (journal.jsonl:12)"."""
    ended = [record for record in kept if record.end == end]
    lines = [record.line for record in ended]
    return f"{end} in {len(ended)} of {len(kept)} repetitions: {ended[0].reason} ({cited(lines)})"


def _wrong_answer(summary: Summary) -> str:
    assert summary.expected is not None
    unit = summary.quantity.unit
    expected = humanise_interval(Interval(*summary.expected, 1), unit)
    return f"{summary.quantity.name} is {humanise(summary.median, unit)}, known to be within {expected}"


def _outcome(case: str, records: tuple[Record, ...], wrong: Mapping[str, str]) -> Outcome:
    kept = [record for record in records if not record.discarded]
    ends = [record.end for record in kept]
    for end in ends:
        if end not in _NO_FAILURE:
            return Outcome(case, records, FAILED, end, _told(end, kept))
    if case in wrong:
        return Outcome(case, records, FAILED, "known_answer", wrong[case])
    if "ok" in ends:
        return Outcome(case, records, PASSED, "ok", "")
    if not ends:
        return Outcome(case, records, SKIPPED, "discarded", "every repetition was disturbed")
    return Outcome(case, records, SKIPPED, ends[0], _told(ends[0], kept))


def outcomes(run: Run) -> list[Outcome]:
    """One for each case, in the order of time. A case fails if one repetition does, as in `unitcost
    run`; what is unstable or was skipped yields no number and is no failure.
    """
    by_case: dict[str, list[Record]] = {}
    for record in run.records:
        by_case.setdefault(record.case, []).append(record)
    wrong = {each.case: _wrong_answer(each) for each in summarise(run.counted) if holds(each) == NO}
    return [_outcome(case, tuple(records), wrong) for case, records in by_case.items()]
