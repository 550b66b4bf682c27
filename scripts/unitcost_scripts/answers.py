"""The answer table: model by model, what one more unit costs.

Which cases stand for a model, and which of their metrics are columns, the records say themselves
(`headline`), so that this table and the one in the terminal agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs.records import Quantity, Record, variant_of
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

_MEASURES_FIRST = ("footprint", "spawn", "switch", "throughput")


@dataclass(frozen=True)
class Column:
    measure: str
    quantity: Quantity
    subject: str  # what the cases of all models share: "fib n:20 workers:2"

    @property
    def heading(self) -> str:
        return f"{self.measure}: {self.quantity.label} ({self.subject})"

    def is_of(self, summary: Summary) -> bool:
        return (summary.measure, summary.quantity.name) == (self.measure, self.quantity.name)


@dataclass(frozen=True)
class Cell:
    text: str  # "35.7 KiB" or "–"
    interval: str  # "35.5 – 35.9 KiB" or empty
    explanation: str  # the case, or why there is no number


@dataclass(frozen=True)
class AnswerTable:
    columns: list[Column]
    rows: dict[str, list[Cell]]  # model -> a cell for each column


def _place(measure: str) -> tuple[int, str]:
    known = measure in _MEASURES_FIRST
    return (_MEASURES_FIRST.index(measure) if known else len(_MEASURES_FIRST), measure)


def _subject(records: Sequence[Record]) -> str:
    first, *others = ([record.workload, *variant_of(record.case).split("/")] for record in records)
    return " ".join(part for part in first if all(part in parts for parts in others))


def _columns(headlines: Sequence[Record]) -> list[Column]:
    """By measure; within one as its records order them. Two measures may call a number alike."""
    found: dict[tuple[str, str], Column] = {}
    for record in sorted(headlines, key=lambda record: _place(record.measure)):
        for name, metric in record.metrics.items():
            if metric.headline:
                key = record.measure, name
                alike = [
                    each for each in headlines if each.measure == key[0] and name in each.metrics
                ]
                found.setdefault(key, Column(record.measure, metric.quantity, _subject(alike)))
    return list(found.values())


def why_not(records: Sequence[Record], model: str, measure: str) -> str:
    """Why a model has no number of a measure: how its headline case ended, if it was run; other cases of
    it may well have numbers.
    """
    of_measure = [each for each in records if (each.model, each.measure) == (model, measure)]
    for record in sorted(of_measure, key=lambda record: not record.headline):
        if record.end != "ok":
            return f"{record.end}: {record.reason}"
    return "no case that counts stands for it" if of_measure else "not part of this run"


def _failures(records: Sequence[Record], case: str) -> str:
    """ " (2 of 6 failed)": a median over the survivors must not pass for the whole."""
    tried = [each for each in records if each.case == case and not each.discarded]
    failed = sum(each.end not in ("ok", "skipped", "unstable") for each in tried)
    return f" ({failed} of {len(tried)} failed)" if failed else ""


def _cell(run: Run, model: str, column: Column, summaries: Sequence[Summary]) -> Cell:
    for summary in summaries:
        if summary.model == model and column.is_of(summary):
            interval = summary.interval
            unit = summary.quantity.unit
            between = humanise_interval(interval, unit) if interval else ""
            count = len(summary.values)
            failures = _failures(run.records, summary.case)
            note = f"{summary.case}; median of {count}{failures}"
            if interval is None:
                note += "; fewer than six repetitions: no interval"
            return Cell(humanise(summary.median, unit) + failures, between, note)
    return Cell("–", "", why_not(run.records, model, column.measure))


def answer_table(run: Run) -> AnswerTable:
    """The table of the run's headline cases; empty when the run measured none of them."""
    headlines = [record for record in run.records if record.headline]
    columns = _columns([record for record in headlines if record.counted])
    summaries = summarise(record for record in headlines if record.counted)
    models = sorted({record.model for record in headlines}, key=reading_order)
    rows = {model: [_cell(run, model, column, summaries) for column in columns] for model in models}
    return AnswerTable(columns, rows if columns else {})
