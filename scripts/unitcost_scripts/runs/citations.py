"""Which journal lines a number was made of."""

from collections.abc import Iterable, Sequence

from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

Lines = dict[tuple[str, str], list[int]]  # (case, metric) -> lines of journal.jsonl


def cited(lines: Sequence[int], most: int | None = None) -> str:
    """ "journal.jsonl:3,17,29", or of many the first few: "journal.jsonl:3,17,29 and 7 more"."""
    left = len(lines) - most if most is not None else 0
    more = f" and {left} more" if left > 0 else ""
    return f"journal.jsonl:{','.join(map(str, lines[:most]))}{more}"


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
