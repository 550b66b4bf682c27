"""What one run says of a case: a value for each repetition that counts, with its line in the journal,
or the reason why there is none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs.failures import MOST_WITHOUT_NUMBER, told
from unitcost_scripts.runs.records import Record, natural_order
from unitcost_scripts.runs.run_directory import Run


@dataclass(frozen=True)
class Reading:
    """What is read of a record: a metric, or of a series the y of the point whose x is `at`."""

    name: str
    at: float | None = None
    last: bool = False  # of a series: its last point

    @property
    def text(self) -> str:
        if self.last:
            return f"{self.name} at its end"
        return self.name if self.at is None else f"{self.name} at {self.at:g}"

    def of(self, record: Record) -> tuple[float, str] | None:
        """Value and unit."""
        if self.at is None and not self.last:
            metric = record.metrics.get(self.name)
            return None if metric is None else (metric.value, metric.quantity.unit)
        series = record.series.get(self.name)
        if series is None or not series.points:
            return None
        found = dict(series.points).get(self.at) if self.at is not None else series.points[-1][1]
        return None if found is None else (found, series.y_unit)


@dataclass(frozen=True)
class Values:
    """One for each repetition that counts, in the order of time."""

    case: str
    reading: Reading
    values: tuple[float, ...]
    lines: tuple[int, ...]  # of journal.jsonl
    unit: str
    failures: str  # "2 of 10 ended crashed"; empty where none did


@dataclass(frozen=True)
class Gap:
    """Why there are none."""

    reason: str


def _why_failed(case: str, failed: Sequence[Record], tried: Sequence[Record]) -> str:
    ends = ", ".join(sorted({each.end for each in failed}))
    if len(failed) == len(tried) and ends == "skipped":
        return f"{case} was skipped: {failed[0].reason}"
    (reason, _), *_ = Counter(each.reason for each in failed).most_common()
    return f"{len(failed)} of {len(tried)} repetitions of {case} ended {ends}: {reason}"


def name_pattern(name: str) -> re.Pattern[str]:
    """Of a name in which each * stands for some of a part."""
    return re.compile("[^/]*".join(map(re.escape, name.split("*"))))


def _in_reading_order(case: str) -> tuple[object, ...]:
    return (reading_order(case.split("/")[1]), natural_order(case))


class Evidence:
    """A run's records by case, those that were repeated left out."""

    def __init__(self, run: Run) -> None:
        self._tried: dict[str, list[Record]] = {}
        for record in run.records:
            if not record.discarded:
                self._tried.setdefault(record.case, []).append(record)

    def cases_like(self, pattern: str) -> dict[str, str]:
        """Those that were tried and fit the pattern; in reading order, with the parts that tell them
        apart: "std_thread workers:2". A model that cannot do something, and was skipped, is no
        evidence.
        """
        expression = name_pattern(pattern)
        varied = [place for place, part in enumerate(pattern.split("/")) if "*" in part]
        found = {
            case: " ".join(case.split("/")[place] for place in varied)
            for case, tried in self._tried.items()
            if expression.fullmatch(case) and any(each.end != "skipped" for each in tried)
        }
        return dict(sorted(found.items(), key=lambda item: _in_reading_order(item[0])))

    def read(self, case: str, reading: Reading) -> Values | Gap:
        """Nothing where more than a fifth of the repetitions failed, or lack this: those that are left
        were lucky.
        """
        tried = self._tried.get(case, [])
        if not tried:
            return Gap(f"{case} is not part of this run")
        failed = [each for each in tried if each.end != "ok"]
        if len(failed) > MOST_WITHOUT_NUMBER * len(tried):
            return Gap(_why_failed(case, failed, tried))
        counted = [each for each in tried if each.end == "ok"]
        found = [(value, each.line) for each in counted if (value := reading.of(each)) is not None]
        if len(counted) - len(found) > MOST_WITHOUT_NUMBER * len(counted):
            lacking = len(counted) - len(found)
            return Gap(f"{lacking} of {len(counted)} repetitions of {case} have no {reading.text}")
        return Values(
            case,
            reading,
            tuple(value for (value, _), _ in found),
            tuple(line for _, line in found),
            found[0][0][1],
            told(tried),
        )
