"""Comparisons as tables in the terminal and as JSON."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unitcost_scripts.comparing.comparison import (
    BETTER,
    CHANGED,
    FALSE_DISCOVERY_RATE,
    MARGIN,
    NO_RATIO,
    SAME,
    TOO_FEW,
    WORSE,
    Comparison,
    RunComparison,
)
from unitcost_scripts.comparing.unseen import Unseen
from unitcost_scripts.numbers import humanise
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import FEWEST_FOR_COMPARISON, median
from unitcost_scripts.tables import aligned

METHOD = (
    "Ratio: median of the other run over median of A; its 95 % interval is distribution-free"
    " (Moses, the counterpart of the Mann-Whitney test), widened by what the whole machine moved."
    f" Different: Benjamini-Hochberg q < {FALSE_DISCOVERY_RATE} over all rows of a dimension and"
    f" the interval wholly outside ±{MARGIN:.0%} (changed, where neither more nor less is better);"
    f" below {FEWEST_FOR_COMPARISON} repetitions a side nothing is judged. Unseen: where no difference"
    " was seen, ratios between these two would not have been either. Where values at or below zero"
    " leave no ratio, different is what lies wholly beyond the other run's values."
)
VERDICTS = (WORSE, BETTER, CHANGED, NO_RATIO, SAME, TOO_FEW)
_NOTICEABLE = 0.01


@dataclass(frozen=True)
class Pair:
    """One further run against the first."""

    name: str  # "B"
    run: Run
    result: RunComparison
    warnings: list[str]


def unseen_text(unseen: Unseen | None) -> str:
    """ "0.912 – 1.10", and "any" where no ratio at all could have been told from 1."""
    if unseen is None:
        return "–"
    return "any" if unseen.everything else f"{unseen.low:.3f} – {unseen.high:.3f}"


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
        unseen_text(each.unseen),
    ]


def table(pair: Pair) -> str:
    """One line for each case and metric."""
    name = pair.name
    headings = [
        *("case", "metric", "A", name, f"{name}/A"),
        *("95 % interval", "q", "verdict", "unseen"),
    ]
    return aligned(headings, [_row(each) for each in pair.result.comparisons])


def counts(result: RunComparison) -> str:
    """ "70 cases: 10 worse, 60 no difference seen"."""
    found = Counter(result.case_verdicts.values())
    said = ", ".join(f"{found[verdict]} {verdict}" for verdict in VERDICTS if found[verdict])
    return f"{len(result.case_verdicts)} cases: {said}"


def moved_by_itself(result: RunComparison) -> list[str]:
    """One sentence for each dimension in which the machine alone moved noticeably."""
    sentences = []
    for dimension, shift in sorted(result.shifts.items()):
        moved = math.expm1(max(shift.dearer, shift.cheaper))
        if moved > _NOTICEABLE:
            sentences.append(
                f"The machine moved metrics of dimension {dimension} by up to {moved:.1%} by"
                " itself; smaller differences cannot be told from it."
            )
    return sentences


def closing(pair: Pair) -> str:
    """What the table cannot say: the method, the machine, the cases that are not in it."""
    result = pair.result
    lines = [f"{counts(result)}.", METHOD, *moved_by_itself(result)]
    lines += [f"ended differently: {change}" for change in result.end_changes]
    alike = sum(each.alike for each in result.not_compared)
    if alike:
        lines.append(f"measured in neither, for one reason: {alike} cases")
    lines += [
        f"not compared: {each.case}: in A {each.in_base}; in {pair.name} {each.in_other}"
        for each in result.not_compared
        if not each.alike
    ]
    for name, cases in (("A", result.only_in_base), (pair.name, result.only_in_other)):
        if cases:
            lines.append(f"only in {name} ({len(cases)}): {', '.join(cases)}")
    return "\n".join(lines) + "\n"


def terminal(base: Run, pairs: Sequence[Pair]) -> str:
    """Everything that compare.sh prints."""
    parts = []
    for pair in pairs:
        if len(pairs) > 1:
            parts.append(f"\n{pair.name} ({pair.run.path}) against A ({base.path})\n")
        parts += [f"warning: {warning}\n" for warning in pair.warnings]
        parts += [table(pair), "\n", closing(pair)]
    return "".join(parts).removeprefix("\n")


def _json_comparison(each: Comparison) -> dict[str, Any]:
    unseen = each.unseen
    return {
        "case": each.case,
        "metric": each.quantity.name,
        "unit": each.quantity.unit,
        "direction": each.quantity.direction,
        "median_a": median(each.base),
        "median_other": median(each.other),
        "repetitions_a": len(each.base),
        "repetitions_other": len(each.other),
        "ratio": each.ratio,
        "ratio_low": each.interval.low if each.interval else None,
        "ratio_high": each.interval.high if each.interval else None,
        "q_value": each.q_value,
        "verdict": each.verdict,
        "unseen_low": unseen.low if unseen else None,
        "unseen_high": None if unseen is None or unseen.everything else unseen.high,
    }


def _json_pair(pair: Pair) -> dict[str, Any]:
    result = pair.result
    return {
        "name": pair.name,
        "run": str(pair.run.path),
        "warnings": pair.warnings,
        "machine_shift": {
            dimension: {"drift": math.expm1(shift.drift), "controls": math.expm1(shift.controls)}
            for dimension, shift in result.shifts.items()
        },
        "cases": result.case_verdicts,
        "comparisons": [_json_comparison(each) for each in result.comparisons],
        "ended_differently": result.end_changes,
        "not_compared": [asdict(each) for each in result.not_compared],
        "only_in_a": result.only_in_base,
        "only_in_other": result.only_in_other,
    }


def document(base: Run, pairs: Sequence[Pair]) -> dict[str, Any]:
    """The comparisons for programs."""
    return {
        "schema": "unitcost.comparison/2",
        "run_a": str(base.path),
        "method": METHOD,
        "others": [_json_pair(pair) for pair in pairs],
    }
