"""Tables as files: CSV for programs, Markdown for people who paste them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas

from unitcost_scripts.answers import AnswerTable, Cell
from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.runs.known_answers import holds
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import Interval

Rows = Sequence[Sequence[str]]

_RESULT_COLUMNS = (
    *("case", "measure", "model", "workload", "metric"),
    *("median", "low", "high", "confidence"),
    *("unit", "direction", "repetitions", "source"),
)


def results_frame(summaries: Iterable[Summary]) -> pandas.DataFrame:
    """One row for each case and metric, in plain numbers; a run without any has the same columns."""
    rows = []
    for each in summaries:
        interval = each.interval
        rows.append(
            {
                "case": each.case,
                "measure": each.measure,
                "model": each.model,
                "workload": each.workload,
                "metric": each.quantity.name,
                "median": each.median,
                "low": interval.low if interval else None,
                "high": interval.high if interval else None,
                "confidence": interval.confidence if interval else None,
                "unit": each.quantity.unit,
                "direction": each.quantity.direction,
                "repetitions": len(each.values),
                "source": each.source,
            }
        )
    return pandas.DataFrame(rows, columns=_RESULT_COLUMNS)


RESULT_HEADINGS = ("case", "metric", "median", "95 % interval", "better", "n", "source")


def result_rows(summaries: Iterable[Summary]) -> list[list[str]]:
    """The same for readers."""
    rows = []
    for each in summaries:
        interval = each.interval
        unit = each.quantity.unit
        between = humanise_interval(interval, unit) if interval else "–"
        rows.append(
            [
                each.case,
                each.quantity.label,
                humanise(each.median, unit),
                between,
                each.quantity.direction,
                str(len(each.values)),
                each.source,
            ]
        )
    return rows


SELFTEST_HEADINGS = ("case", "metric", "median", "95 % interval", "expected", "holds", "source")


def selftest_rows(summaries: Iterable[Summary]) -> list[list[str]]:
    """Measured beside expected."""
    rows = []
    for each, row in zip(kept := list(summaries), result_rows(kept), strict=True):
        unit = each.quantity.unit
        expected = humanise_interval(Interval(*each.expected, 1), unit) if each.expected else "–"
        rows.append([*row[:4], expected, holds(each), row[-1]])
    return rows


END_HEADINGS = ("case", "end", "repetitions", "reason")


def end_rows(records: Iterable[Record]) -> list[list[str]]:
    """Every case that was skipped, failed or had a repetition thrown away, each different reason by
    itself.
    """
    counts: dict[tuple[str, str, str], int] = {}
    for record in records:
        if record.counted:
            continue
        end = "discarded" if record.discarded else record.end
        reason = record.reason or "; ".join(record.notes) or "disturbed by others"
        key = (record.case, end, reason)
        counts[key] = counts.get(key, 0) + 1
    return [
        [case, end, str(count), reason] for (case, end, reason), count in sorted(counts.items())
    ]


def _answer_text(cell: Cell) -> str:
    return f"{cell.text} [{cell.interval}]" if cell.interval else cell.text


def answer_rows(table: AnswerTable) -> list[list[str]]:
    return [[model, *map(_answer_text, cells)] for model, cells in table.rows.items()]


def answer_headings(table: AnswerTable) -> list[str]:
    return ["model", *(column.heading for column in table.columns)]


def aligned(headings: Sequence[str], rows: Rows) -> str:
    """A table for the terminal: columns as wide as their widest cell."""
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    texts = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "".join(f"{text.rstrip()}\n" for text in texts)


def markdown(headings: Sequence[str], rows: Rows) -> str:
    """A table in GitHub's Markdown."""

    def line(cells: Sequence[str]) -> str:
        safe = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
        return f"| {' | '.join(safe)} |\n"

    return line(headings) + line(["---"] * len(headings)) + "".join(line(row) for row in rows)


def write_tables(
    directory: Path, table: AnswerTable, summaries: Sequence[Summary], records: Sequence[Record]
) -> None:
    """answers, results and ends, each as CSV and Markdown."""
    answers, headings = answer_rows(table), answer_headings(table)
    ends = end_rows(records)
    frames = {
        "answers": pandas.DataFrame(answers, columns=headings),
        "results": results_frame(summaries),
        "ends": pandas.DataFrame(ends, columns=END_HEADINGS),
    }
    for name, frame in frames.items():
        frame.to_csv(directory / f"{name}.csv", index=False)
    texts = {
        "answers": markdown(headings, answers),
        "results": markdown(RESULT_HEADINGS, result_rows(summaries)),
        "ends": markdown(END_HEADINGS, ends),
    }
    for name, text in texts.items():
        (directory / f"{name}.md").write_text(text, encoding="utf-8")
