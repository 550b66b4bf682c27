"""Markdown for the summary of a GitHub job: answers, what failed, and as many results as fit."""

from collections.abc import Sequence

from unitcost_scripts import tables
from unitcost_scripts.answers import answer_table
from unitcost_scripts.runs import conditions, describe
from unitcost_scripts.runs.citations import summaries_with_sources
from unitcost_scripts.runs.run_directory import Run

LIMIT_BYTES = 1024 * 1024  # of a step; GitHub shows nothing of what is longer
_FOR_OMISSIONS = 400  # what the sentences about rows left out may take


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def _head(run: Run) -> str:
    warnings = "".join(f"> {warning}\n>\n" for warning in conditions.warnings(run))
    answers = answer_table(run)
    table = (
        tables.markdown(tables.answer_headings(answers), tables.answer_rows(answers))
        if answers.rows
        else "The run measured none of the cases that stand for a model.\n"
    )
    return (
        f"## What one more unit costs\n\n{describe.machine(run)}, {describe.date(run)},"
        f" {describe.tool(run)}, {describe.repetitions(run)}.\n\n{warnings}\n{table}\n"
        "Median over repetitions [95 % interval].\n"
    )


def _section(title: str, headings: Sequence[str], rows: tables.Rows, room: int) -> str:
    """A table, cut where `room` ends; says how much of it is missing."""
    if not rows:
        return ""
    text = f"\n### {title}\n\n"
    lines = tables.markdown(headings, rows).splitlines(keepends=True)
    parts = ["".join(lines[:2]), *lines[2:]]  # the heading and its rule are one
    size, kept = _bytes(text), 0
    for part in parts:
        size += _bytes(part)
        if size > room:
            break
        kept += 1
    text += "".join(parts[:kept])
    missing = min(len(parts) - kept, len(rows))
    if missing:
        text += (
            f"\n{missing} of {len(rows)} rows are left out: a job's summary holds 1 MiB."
            " `--format csv` writes all.\n"
        )
    return text


def text(run: Run, limit_bytes: int = LIMIT_BYTES) -> str:
    """Never longer than `limit_bytes`, but for the answers, which are always whole."""
    head = _head(run)
    whole = limit_bytes - _FOR_OMISSIONS
    ends = tables.end_rows(run.records)
    missing = _section("Without a number", tables.END_HEADINGS, ends, whole - _bytes(head))
    headings = (*tables.RESULT_HEADINGS, "records")
    rows = [
        [*row, source]
        for summary, source in summaries_with_sources(run)
        for row in tables.result_rows([summary])
    ]
    return head + missing + _section("All results", headings, rows, whole - _bytes(head + missing))
