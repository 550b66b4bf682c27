"""gate.sh: has anything become slower or larger by more than a threshold, beyond doubt?

Exit codes: 0 nothing has, 1 something has, 2 it cannot be told (bad input, another machine, too few
repetitions). A regression is what compare.sh calls worse and whose whole interval is beyond the
threshold: a median beyond it is not enough. Of a number without a ratio, as beside zero, worse is
enough.
"""

import argparse
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts.comparing import likeness
from unitcost_scripts.comparing.comparison import (
    MARGIN,
    NO_RATIO,
    TOO_FEW,
    WORSE,
    Comparison,
    RunComparison,
    compare_runs,
)
from unitcost_scripts.errors import InputError
from unitcost_scripts.numbers import humanise
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.citations import Lines, cited, lines_by_number
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import FEWEST_FOR_COMPARISON, median

REGRESSION = 1


def _least_cost(each: Comparison) -> float:
    """How many times as dear a worse number is at least. Without a ratio no threshold bounds it."""
    return each.cost_interval.low if each.cost_interval else math.inf


def regressions(result: RunComparison, threshold: float) -> list[Comparison]:
    """The gravest first."""
    worse = [each for each in result.comparisons if each.verdict == WORSE]
    found = [each for each in worse if _least_cost(each) > threshold]
    return sorted(found, key=_least_cost, reverse=True)


def _refuse_other_machine(base: Run, run: Run) -> None:
    """What they differ in moves all numbers, whatever the build does, and is not told from it."""
    found = likeness.of_machines(base, run)
    if found:
        raise InputError(
            f"{base.path} (A) and {run.path} (B): measured on different machines, or on one that was"
            f" changed ({found[0]}); a gate judges builds. compare.sh compares machines."
        )


def _refuse_if_nothing_is_judged(result: RunComparison) -> None:
    judged = [each for each in result.comparisons if each.verdict not in (TOO_FEW, NO_RATIO)]
    if not judged:
        raise InputError(
            f"nothing can be judged: no case ended ok {FEWEST_FOR_COMPARISON} times in both runs."
            f" Measure with --repetitions {FEWEST_FOR_COMPARISON}."
        )


def _cost(each: Comparison) -> str:
    interval = each.cost_interval
    if interval is None:
        return "no ratio, but every value of now is worse than every one of before"
    return f"cost {interval.low:.2f} to {interval.high:.2f} times"


def _line(each: Comparison, base: Lines, run: Lines) -> str:
    unit, key = each.quantity.unit, (each.case, each.quantity.name)
    before, after = (humanise(median(values), unit) for values in (each.base, each.other))
    return (
        f"regression: {each.case} {each.quantity.name}: {before} before, {after} now; {_cost(each)}"
        f" (before {cited(base[key])}, now {cited(run[key])})"
    )


def judgement(base: Run, run: Run, threshold: float) -> tuple[list[str], int]:
    """The lines to print and the exit code."""
    _refuse_other_machine(base, run)
    result = compare_runs(base, run)
    _refuse_if_nothing_is_judged(result)
    found = regressions(result, threshold)
    lines = [lines_by_number(each.counted) for each in (base, run)]
    said = [_line(each, *lines) for each in found]
    beside = [f"differs as well: {text}" for text in likeness.differences(base, run)]
    beside += [f"ended differently: {text}" for text in result.end_changes]
    if beside:
        said += [f"A is {base.path}, B is {run.path}", *beside]
    counts = Counter(each.verdict for each in result.comparisons)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    said.append(
        f"{len(found)} of {len(result.comparisons)} numbers of both runs regressed by more than a"
        f" factor of {threshold:g} ({verdicts}); {len(result.only_in_base)} cases were measured"
        f" before only, {len(result.only_in_other)} now only."
    )
    return said, REGRESSION if found else 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="gate.sh", description=__doc__)
    parser.add_argument("base", metavar="BASE", type=Path, help="the run from before")
    parser.add_argument("run", metavar="RUN", type=Path, help="the run that is judged")
    parser.add_argument(
        "--threshold", type=float, default=1.1, help="how many times the cost (default: 1.1)"
    )
    given = parser.parse_args(arguments)
    if not given.threshold >= 1 + MARGIN:
        raise InputError(
            f"--threshold {given.threshold:g}: below {1 + MARGIN:g} nothing is ever called different."
        )
    base, run = run_directory.load(given.base), run_directory.load(given.run)
    said, code = judgement(base, run, given.threshold)
    print("\n".join(said))
    return code
