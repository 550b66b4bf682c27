"""All published machines on one page: a row a machine, a table for each number of the answers."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from unitcost_scripts.answers import Cell as Answer
from unitcost_scripts.answers import Column, answer_table, why_not
from unitcost_scripts.machines.floor import floor_of
from unitcost_scripts.page import script
from unitcost_scripts.page.rendering import Cell, render, value_cell
from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs import conditions, describe
from unitcost_scripts.runs.citations import Lines, cited, lines_by_number
from unitcost_scripts.runs.outcomes import outcomes
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

_REPORTS = ("report/index.html", "report/answers.md")
RUN_HEADINGS = (
    *("machine", "CPU", "kernel", "compiler"),
    *("measured", "with", "profile"),
)


def _name(run: Run) -> str:
    """ "epyc-vm-2-cpus" of "2026-11-29-epyc-vm-2-cpus"."""
    return run.path.name[len("YYYY-MM-DD-") :]


def _link(run: Run, page: Path) -> str:
    """To the run's report, else to its directory, as seen from the page."""
    for report in _REPORTS:
        if (run.path / report).is_file():
            target = run.path / report
            break
    else:
        target = run.path
    return quote(os.path.relpath(target.resolve(), page.resolve().parent))


def _machine_cell(run: Run, page: Path) -> Cell:
    return Cell(_name(run), link=_link(run, page), note=describe.date(run))


def _run_row(run: Run, page: Path) -> list[Cell]:
    manifest = run.manifest
    return [
        _machine_cell(run, page),
        Cell(describe.machine(run)),
        Cell(manifest["machine"]["kernel"] or "unknown"),
        Cell(manifest["build"]["compiler"], manifest["build"]["flags"]),
        Cell(describe.date(run)),
        Cell(describe.tool(run)),
        Cell(manifest["profile"], describe.repetitions(run)),
    ]


FloorKey = tuple[str, str, str]  # primitive, label, case


def _floor_key(primitive: str, summary: Summary) -> FloorKey:
    return primitive, summary.quantity.label, summary.case


class _Missing:
    """Why a run has no number of a case."""

    def __init__(self, run: Run) -> None:
        self._reasons = {each.case: each.reason for each in outcomes(run)}

    def cell(self, case: str) -> Cell:
        why = self._reasons.get(case, "not part of this run") or "not among the case's numbers"
        return Cell("–", title=why)


def _floor_cell(summary: Summary, lines: Lines) -> Cell:
    name = summary.quantity.name
    where = f"{summary.case}, {name}; {cited(lines[summary.case, name])}"
    return value_cell(summary.values, summary.quantity.unit, where)


def _floor_headings(keys: Sequence[FloorKey]) -> list[str]:
    """The primitive; with what is measured of it where that is several."""
    times = Counter(name for name, _, _ in keys)
    return [name if times[name] == 1 else f"{name}: {label}" for name, label, _ in keys]


def _floor(runs: Sequence[Run], page: Path) -> dict[str, Any]:
    """One row a machine, one column for each primitive that any of them measured."""
    measured = [
        {_floor_key(name, each): each for name, each in floor_of(summarise(run.counted))}
        for run in runs
    ]
    keys = list({key: None for of_run in measured for key in of_run})
    rows = []
    for run, of_run in zip(runs, measured, strict=True):
        lines, missing = lines_by_number(run.counted), _Missing(run)
        cells = [
            _floor_cell(of_run[key], lines) if key in of_run else missing.cell(key[-1])
            for key in keys
        ]
        rows.append([_machine_cell(run, page), *cells])
    return {"headings": ["machine", *_floor_headings(keys)], "rows": rows if keys else []}


def _answer_cell(run: Run, answer: Answer | None, model: str, column: Column) -> Cell:
    if answer is None:
        return Cell("–", title=why_not(run.records, model, column.measure))
    return Cell(answer.text, answer.interval, answer.explanation)


Answers = dict[Column, dict[str, Answer]]  # by model


def _answers(run: Run) -> Answers:
    table = answer_table(run)
    return {
        column: {model: cells[place] for model, cells in table.rows.items()}
        for place, column in enumerate(table.columns)
    }


def _answer_tables(runs: Sequence[Run], page: Path) -> list[dict[str, Any]]:
    """One for each number; what has other parameters, or another name, is another number."""
    by_run = [_answers(run) for run in runs]
    tables = []
    for column in {column: None for answers in by_run for column in answers}:
        of_column = [answers.get(column, {}) for answers in by_run]
        measured = {
            model for each in of_column for model, answer in each.items() if answer.text != "–"
        }
        models = sorted(measured, key=reading_order)
        rows = [
            [
                _machine_cell(run, page),
                *(_answer_cell(run, each.get(model), model, column) for model in models),
            ]
            for run, each in zip(runs, of_column, strict=True)
        ]
        tables.append({"column": column, "headings": ["machine", *models], "rows": rows})
    return tables


def index_page(runs: Sequence[Run], page: Path) -> str:
    """`page` is where it will lie: its links lead from there."""
    return render(
        "results.html.j2",
        {
            **script.for_tables(),
            "count": len(runs),
            "run_headings": RUN_HEADINGS,
            "runs": [_run_row(run, page) for run in runs],
            "weakened": [
                f"{_name(run)}: {warning}" for run in runs for warning in conditions.warnings(run)
            ],
            "floor": _floor(runs, page),
            "answers": _answer_tables(runs, page),
            "better": describe.better,
        },
    )
