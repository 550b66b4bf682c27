"""Which journal lines a number was made of: told alike in tables, pages and exports."""

from collections.abc import Callable, Iterable, Sequence

from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import JOURNAL, Run
from unitcost_scripts.runs.summary import Summary, summarise

Lines = dict[tuple[str, str], list[int]]  # (case, metric or series) -> lines of journal.jsonl


def cited(lines: Sequence[int], most: int | None = None) -> str:
    """ "journal.jsonl:3, 17, 29", or "journal.jsonl:3, 17 and 1 more" where `most` is 2."""
    shown = f"{JOURNAL}:{', '.join(map(str, lines[:most]))}"
    more = len(lines) - len(lines[:most])
    return f"{shown} and {more} more" if more else shown


def _lines(counted: Iterable[Record], named: Callable[[Record], Iterable[str]]) -> Lines:
    found: Lines = {}
    for record in counted:
        for name in named(record):
            found.setdefault((record.case, name), []).append(record.line)
    return found


def lines_by_number(counted: Iterable[Record]) -> Lines:
    """Of each metric that counts."""
    return _lines(counted, lambda record: record.metrics)


def lines_by_series(counted: Iterable[Record]) -> Lines:
    return _lines(counted, lambda record: record.series)


def summaries_with_sources(run: Run) -> list[tuple[Summary, str]]:
    """Each number of the run with the lines that it was made of."""
    lines = lines_by_number(run.counted)
    return [(each, cited(lines[each.case, each.quantity.name])) for each in summarise(run.counted)]
