"""The page of compare.sh: what each further run costs beside the first, and what else differs."""

from collections.abc import Sequence
from typing import Any

from unitcost_scripts.comparing import likeness
from unitcost_scripts.comparing.comparison import Comparison
from unitcost_scripts.comparing.comparison_text import (
    METHOD,
    VERDICTS,
    Pair,
    counts,
    moved_by_itself,
    unseen_text,
)
from unitcost_scripts.machines.beside_floor import BesideFloor, beside_floor
from unitcost_scripts.machines.floor import floor_of
from unitcost_scripts.machines.side_by_side import side_by_side
from unitcost_scripts.machines.spread import Spread, spreads
from unitcost_scripts.numbers import humanise
from unitcost_scripts.page import script
from unitcost_scripts.page.rendering import Cell, render, value_cell
from unitcost_scripts.runs import conditions, describe
from unitcost_scripts.runs.citations import Lines, cited, lines_by_number
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import Interval


def _ratio(ratio: float | None, interval: Interval | None) -> Cell:
    if ratio is None:
        return Cell("–", title="not all values are above zero")
    between = f"{interval.low:.3f} – {interval.high:.3f}" if interval else "too few: no interval"
    return Cell(f"{ratio:.3f}", between)


def _floor_cell(beside: BesideFloor | None, name: str) -> Cell:
    if beside is None:
        return Cell("–")
    between = f"{beside.interval.low:.3f} – {beside.interval.high:.3f}"
    text = f"{beside.primitive} {beside.ratio:.3f}"
    about = f"a {beside.primitive} costs {name} {beside.ratio:.3f} times what it costs A"
    return Cell(text, f"{between}: {beside.said}", about)


CASE_HEADINGS = ("case", "metric", "better", "A", "{name}", "{name}/A", "q", "verdict", "unseen")
FLOOR_HEADING = "floor, in cost"


def _measured_cells(each: Comparison, lines: tuple[Lines, Lines]) -> list[Cell]:
    unit, key = each.quantity.unit, (each.case, each.quantity.name)
    return [
        value_cell(each.base, unit, cited(lines[0][key])),
        value_cell(each.other, unit, cited(lines[1][key])),
        _ratio(each.ratio, each.interval),
    ]


def _case_row(
    each: Comparison, lines: tuple[Lines, Lines], beside: BesideFloor | None, name: str
) -> list[Cell]:
    return [
        Cell(each.case),
        Cell(each.quantity.label, title=each.quantity.name),
        Cell(each.quantity.direction),
        *_measured_cells(each, lines),
        Cell("–" if each.q_value is None else humanise(each.q_value, "1")),
        Cell(each.verdict),
        Cell(unseen_text(each.unseen)),
        _floor_cell(beside, name),
    ]


def _case_rows(pair: Pair, lines: tuple[Lines, Lines]) -> list[list[Cell]]:
    """What differs first; within one verdict by case."""
    comparisons = pair.result.comparisons
    beside = beside_floor(comparisons)
    ordered = sorted(comparisons, key=lambda each: VERDICTS.index(each.verdict))
    return [
        _case_row(each, lines, beside.get((each.case, each.quantity.name)), pair.name)
        for each in ordered
    ]


FLOOR_HEADINGS = ("primitive", "metric", "case", "A", "{name}", "{name}/A", "verdict", "unseen")


def _floor_rows(pair: Pair, lines: tuple[Lines, Lines]) -> list[list[Cell]]:
    return [
        [
            Cell(primitive),
            Cell(each.quantity.label, describe.better(each.quantity.direction), each.quantity.name),
            Cell(each.case),
            *_measured_cells(each, lines),
            Cell(each.verdict),
            Cell(unseen_text(each.unseen)),
        ]
        for primitive, each in floor_of(pair.result.comparisons)
    ]


def _floor_range(pair: Pair) -> tuple[str, str] | None:
    """The least and the greatest ratio of a primitive, in cost."""
    ratios = [each.cost_ratio for _, each in floor_of(pair.result.comparisons)]
    known = [ratio for ratio in ratios if ratio is not None]
    return (f"{min(known):.3f}", f"{max(known):.3f}") if known else None


SPREAD_HEADINGS = ("measure", "of", "rows", "median", "quartiles", "range")
_DIMENSIONS = {"bytes": "memory", "1": "plain numbers"}


def _spread_row(each: Spread) -> list[Cell]:
    return [
        Cell(each.measure),
        Cell(_DIMENSIONS.get(each.dimension, each.dimension)),
        Cell(str(each.count)),
        Cell(f"{each.median:.3f}"),
        Cell(f"{each.lower_quartile:.3f} – {each.upper_quartile:.3f}"),
        Cell(f"{each.low:.3f} – {each.high:.3f}"),
    ]


def _named(headings: Sequence[str], name: str) -> list[str]:
    return [heading.format(name=name) for heading in headings]


def _pair_facts(base: Run, pair: Pair, base_lines: Lines) -> dict[str, Any]:
    lines = base_lines, lines_by_number(pair.run.counted)
    missing = [each for each in pair.result.not_compared if not each.alike]
    alike = [each for each in pair.result.not_compared if each.alike]
    return {
        "name": pair.name,
        "counts": counts(pair.result),
        "notices": likeness.of_records(base, pair.run, pair.name) + moved_by_itself(pair.result),
        "floor_headings": _named(FLOOR_HEADINGS, pair.name),
        "floor": _floor_rows(pair, lines),
        "floor_range": _floor_range(pair),
        "spreads": [_spread_row(each) for each in spreads(pair.result.comparisons)],
        "case_headings": [*_named(CASE_HEADINGS, pair.name), FLOOR_HEADING],
        "cases": _case_rows(pair, lines),
        "ends": pair.result.end_changes,
        "missing": [[Cell(e.case), Cell(e.in_base), Cell(e.in_other)] for e in missing],
        "in_neither": [[Cell(e.case), Cell(e.in_base)] for e in alike],
        "only": {"A": pair.result.only_in_base, pair.name: pair.result.only_in_other},
    }


def _run_row(name: str, run: Run) -> list[Cell]:
    return [
        Cell(name),
        Cell(run.path.resolve().name),
        Cell(describe.machine(run)),
        Cell(describe.date(run)),
        Cell(describe.tool(run)),
        Cell(f"{run.manifest['profile']}, {describe.repetitions(run)}"),
    ]


def comparison_page(base: Run, pairs: Sequence[Pair]) -> str:
    """One page, offline: every further run against the first."""
    runs = [("A", base), *((pair.name, pair.run) for pair in pairs)]
    beside = side_by_side([run.manifest for _, run in runs])
    base_lines = lines_by_number(base.counted)
    return render(
        "compare.html.j2",
        {
            **script.for_tables(),
            "title": " · ".join(run.path.resolve().name for _, run in runs),
            "run_headings": ("name", "run", "machine", "date", "tool", "profile"),
            "runs": [_run_row(name, run) for name, run in runs],
            "weakened": [
                f"{name}: {warning}" for name, run in runs for warning in conditions.warnings(run)
            ],
            "condition_headings": ["of", "condition", *(name for name, _ in runs)],
            "conditions": [
                [Cell(each.group), Cell(each.what), *map(Cell, each.values)]
                for each in beside.differences
            ],
            "equal": beside.equal,
            "method": METHOD,
            "spread_headings": SPREAD_HEADINGS,
            "pairs": [_pair_facts(base, pair, base_lines) for pair in pairs],
        },
    )
