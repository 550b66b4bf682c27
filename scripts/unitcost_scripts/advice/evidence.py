"""What a run knows, gathered once: its records that count by case, and where each stands."""

from collections import Counter
from collections.abc import Iterable, Sequence

from unitcost_scripts.answers import why_not
from unitcost_scripts.runs.citations import cited
from unitcost_scripts.runs.failures import MOST_WITHOUT_NUMBER, told
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

_LINES_SHOWN = 3


def _failed_too_often(records: Iterable[Record]) -> set[str]:
    """Cases of which more than a fifth of the repetitions ended otherwise than ok: the others were
    lucky, and nothing is predicted from them.
    """
    kept = [record for record in records if not record.discarded]
    tried = Counter(record.case for record in kept)
    failed = Counter(record.case for record in kept if record.end != "ok")
    return {case for case, count in failed.items() if count > MOST_WITHOUT_NUMBER * tried[case]}


def _failures(records: Iterable[Record]) -> dict[str, str]:
    """Of cases that failed now and then, how often and how."""
    tried: dict[str, list[Record]] = {}
    for record in records:
        tried.setdefault(record.case, []).append(record)
    return {case: said for case, of in tried.items() if (said := told(of))}


class Evidence:
    """Of one run. Models are those that its records name."""

    def __init__(self, run: Run) -> None:
        self.run = run
        left_out = _failed_too_often(run.records)
        counted = [record for record in run.counted if record.case not in left_out]
        self._failures = _failures(run.records)
        self._by_case: dict[str, list[Record]] = {}
        for record in counted:
            self._by_case.setdefault(record.case, []).append(record)
        self._summaries = {(each.case, each.quantity.name): each for each in summarise(counted)}

    @property
    def models(self) -> list[str]:
        """All that were tried or skipped, but for those that only test the harness."""
        return list(
            dict.fromkeys(each.model for each in self.run.records if each.measure != "selftest")
        )

    @property
    def workers(self) -> int:
        """The CPUs that the run used."""
        return len(self.run.manifest["machine"]["cores_used"])

    def cases(self, measure: str, model: str | None = None) -> list[str]:
        """Those that have numbers."""
        return [
            case
            for case, records in self._by_case.items()
            if records[0].measure == measure and model in (None, records[0].model)
        ]

    def records(self, case: str) -> Sequence[Record]:
        return self._by_case.get(case, [])

    def summary(self, case: str, metric: str) -> Summary | None:
        return self._summaries.get((case, metric))

    def why_not(self, model: str, measure: str) -> str:
        """ "footprint: skipped: null has no units that could wait"."""
        return f"{measure}: {why_not(self.run.records, model, measure)}"

    def failures(self, case: str) -> str:
        """ "2 of 10 ended crashed"; empty where none did."""
        return self._failures.get(case, "")

    def cited(self, case: str) -> str:
        """ "isolation/process/global, journal.jsonl:12, 40, 77 and 7 more (1 of 11 ended crashed)"."""
        lines = [record.line for record in self.records(case)]
        failures = self.failures(case)
        return f"{case}, {cited(lines, _LINES_SHOWN)}{f' ({failures})' if failures else ''}"
