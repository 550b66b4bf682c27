"""What two runs both tried and did not both measure: how it ended, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run

_MEASURED = "measured"
_LACKING = "not among the case's numbers"


@dataclass(frozen=True)
class NotCompared:
    """A case that two runs tried and at least one has no number of, or lacks one of its numbers."""

    case: str  # and the metric, where that alone is lacking
    in_base: str  # "measured", or how it ended and why
    in_other: str

    @property
    def alike(self) -> bool:
        return self.in_base == self.in_other


def _bad_ends(run: Run) -> dict[tuple[str, str], list[Record]]:
    """By case and end. Disturbed repetitions say nothing about the build."""
    found: dict[tuple[str, str], list[Record]] = {}
    for record in run.records:
        if record.end not in ("ok", "unstable") and not record.discarded:
            found.setdefault((record.case, record.end), []).append(record)
    return found


def end_changes(base: Run, other: Run, name: str = "B") -> list[str]:
    """Of cases in both runs: each end other than ok that one has more often; `other` is called
    `name`.
    """
    in_base, in_other = _bad_ends(base), _bad_ends(other)
    both = {record.case for record in base.records} & {record.case for record in other.records}
    changes = []
    for case, end in sorted({*in_base, *in_other}):
        records_a, records_b = in_base.get((case, end), []), in_other.get((case, end), [])
        if case in both and len(records_a) != len(records_b):
            reason = (records_b or records_a)[0].reason
            changes.append(
                f"{case}: {end} {len(records_a)} times in A, {len(records_b)} in {name} ({reason})"
            )
    return changes


def _by_case(run: Run) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in run.records:
        if record.measure != "selftest":
            found.setdefault(record.case, []).append(record)
    return found


def _state(records: list[Record]) -> str:
    """ "measured" where any repetition counts, else the usual end: "skipped: null has no units"."""
    if any(record.counted for record in records):
        return _MEASURED
    kept = [record for record in records if not record.discarded] or records
    (end, reason), _ = Counter((record.end, record.reason) for record in kept).most_common(1)[0]
    return f"{end}: {reason}" if reason else end


def _metrics(records: list[Record]) -> set[str]:
    return {name for record in records if record.counted for name in record.metrics}


def _of_case(case: str, first: list[Record], second: list[Record]) -> Iterator[NotCompared]:
    states = _state(first), _state(second)
    if states != (_MEASURED, _MEASURED):
        yield NotCompared(case, *states)
        return
    ours, theirs = _metrics(first), _metrics(second)
    for name in sorted(ours ^ theirs):
        in_base, in_other = (_MEASURED if name in each else _LACKING for each in (ours, theirs))
        yield NotCompared(f"{case} {name}", in_base, in_other)


def not_compared(base: Run, other: Run) -> list[NotCompared]:
    """By case; cases that only one run tried are not among them."""
    first, second = _by_case(base), _by_case(other)
    both = sorted(first.keys() & second.keys())
    return [each for case in both for each in _of_case(case, first[case], second[case])]
