"""A comparison as a table in the terminal and as JSON."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from unitcost_scripts.comparison import (
    BETTER,
    CHANGED,
    FALSE_DISCOVERY_RATE,
    FEWEST_REPETITIONS,
    MARGIN,
    NO_RATIO,
    SAME,
    TOO_FEW,
    WORSE,
    Comparison,
    RunComparison,
)
from unitcost_scripts.numbers import humanise
from unitcost_scripts.statistics import median

METHOD = (
    "Ratio: median of B over median of A; its 95 % interval is distribution-free (Moses, the"
    " counterpart of the Mann-Whitney test), widened by what the whole machine moved. Different:"
    f" Benjamini-Hochberg q < {FALSE_DISCOVERY_RATE} over all rows of a dimension and the interval"
    f" wholly outside ±{MARGIN:.0%} (changed, where neither more nor less is better); below {FEWEST_REPETITIONS} repetitions a side nothing is judged."
)
_VERDICTS = (WORSE, BETTER, CHANGED, SAME, TOO_FEW, NO_RATIO)
_NOTICEABLE = 0.01


def _row(each: Comparison) -> list[str]:
    unit = each.quantity.unit
    interval = each.interval
    return [
        each.case,
        each.quantity.name,
        humanise(median(each.base), unit),
        humanise(median(each.other), unit),
        "–" if each.ratio is None else f"{each.ratio:.3f}",
        "–" if interval is None else f"{interval.low:.3f} – {interval.high:.3f}",
        "–" if each.q_value is None else f"{each.q_value:.2g}",
        each.verdict,
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def table(result: RunComparison) -> str:
    """One line for each case and metric, then the counts."""
    headings = ["case", "metric", "A", "B", "B/A", "95 % interval", "q", "verdict"]
    return _aligned([headings, *(_row(each) for each in result.comparisons)])


def closing(result: RunComparison) -> str:
    """What the table cannot say: the method, the machine, the cases that are not in it."""
    counts = Counter(result.case_verdicts.values())
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if counts[verdict])
    lines = [f"{len(result.case_verdicts)} cases: {said}.", METHOD]
    for dimension, shift in sorted(result.shifts.items()):
        moved = math.expm1(max(shift.dearer, shift.cheaper))
        if moved > _NOTICEABLE:
            lines.append(
                f"The machine moved metrics of dimension {dimension} by up to {moved:.1%} by itself;"
                " smaller"
                " differences cannot be told from it."
            )
    lines += [f"ended differently: {change}" for change in result.end_changes]
    for name, cases in (("A", result.only_in_base), ("B", result.only_in_other)):
        if cases:
            lines.append(f"only in {name} ({len(cases)}): {', '.join(cases)}")
    return "\n".join(lines) + "\n"


def _json_comparison(each: Comparison) -> dict[str, Any]:
    return {
        "case": each.case,
        "metric": each.quantity.name,
        "unit": each.quantity.unit,
        "direction": each.quantity.direction,
        "median_a": median(each.base),
        "median_b": median(each.other),
        "repetitions_a": len(each.base),
        "repetitions_b": len(each.other),
        "ratio": each.ratio,
        "ratio_low": each.interval.low if each.interval else None,
        "ratio_high": each.interval.high if each.interval else None,
        "q_value": each.q_value,
        "verdict": each.verdict,
    }


def document(
    result: RunComparison, paths: tuple[str, str], warnings: Sequence[str]
) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "schema": "unitcost.comparison/1",
        "run_a": paths[0],
        "run_b": paths[1],
        "method": METHOD,
        "warnings": list(warnings),
        "machine_shift": {
            dimension: {"drift": math.expm1(shift.drift), "controls": math.expm1(shift.controls)}
            for dimension, shift in result.shifts.items()
        },
        "cases": result.case_verdicts,
        "comparisons": [_json_comparison(each) for each in result.comparisons],
        "ended_differently": result.end_changes,
        "only_in_a": result.only_in_base,
        "only_in_b": result.only_in_other,
    }
