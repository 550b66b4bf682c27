"""Which journal lines a number was made of."""

from collections.abc import Iterable

from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

Lines = dict[tuple[str, str], list[int]]  # (case, metric) -> lines of journal.jsonl


def cited(lines: Iterable[int]) -> str:
    """ "journal.jsonl:3,17,29"."""
    return "journal.jsonl:" + ",".join(map(str, lines))


def lines_by_number(counted: Iterable[Record]) -> Lines:
    """Of each number that counts."""
    found: Lines = {}
    for record in counted:
        for metric in record.metrics:
            found.setdefault((record.case, metric), []).append(record.line)
    return found


def summaries_with_sources(run: Run) -> list[tuple[Summary, str]]:
    """Each number of the run with the lines that it was made of."""
    lines = lines_by_number(run.counted)
    return [(each, cited(lines[each.case, each.quantity.name])) for each in summarise(run.counted)]
