"""advise.sh: which model suits so many units that do this and need that, as far as a run can tell."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import tables
from unitcost_scripts.advice import held_out, question
from unitcost_scripts.advice.abilities import NEEDS
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.typical import Answer, answer_of
from unitcost_scripts.errors import InputError
from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.runs import run_directory

_MISSES_SHOWN = 10


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="advise.sh", description=__doc__)
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    parser.add_argument("--units", metavar="N", help="how many are in flight at once")
    parser.add_argument(
        "--task-us",
        metavar="T",
        default="0",
        help="how long each task takes on its own, waiting included (default: 0, idle units)",
    )
    parser.add_argument(
        "--waiting-share", metavar="S", default="0", help="of that time, from 0 to 1 (default: 0)"
    )
    parser.add_argument(
        "--memory",
        metavar="M",
        help="at most so much, as in 512MiB (default: what the machine has)",
    )
    parser.add_argument(
        "--needs", metavar="NEEDS", default="", help=f"some of {','.join(NEEDS)} (default: none)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="instead: predict what the run measured from the rest of it, and tell how well",
    )
    given = parser.parse_args(arguments)
    if given.units is None and not given.check:
        raise InputError(
            "--units is missing: say how many are in flight at once, as in --units 1000."
        )
    if given.check:
        print(_checked(Evidence(run_directory.load(given.run)), given.run), end="")
        return
    asked = question.parsed(
        given.units, given.task_us, given.waiting_share, given.memory, given.needs
    )
    print(_text(answer_of(Evidence(run_directory.load(given.run)), "", asked)), end="")


def _text(answer: Answer) -> str:
    lines = [f"{answer.question}.", answer.verdict, ""]
    if answer.rows:
        # Without the last column, of cases, which are listed below with their lines.
        lines += [tables.aligned(answer.headings[:-1], [row[:-1] for row in answer.rows])]
    for title, pairs in (
        ("to be known", answer.remarks),
        ("ruled out", answer.ruled_out),
        ("not judged by this run", answer.not_judged),
    ):
        if pairs:
            lines += [f"{title}:", *(f"  {model}: {said}" for model, said in pairs)]
    lines += answer.advice.notes
    if answer.citations:
        lines += ["records:", *(f"  {cited}" for cited in answer.citations)]
    return "\n".join(lines) + "\n"


def _checked(evidence: Evidence, path: Path) -> str:
    trials = held_out.trials_of(evidence)
    if not trials:
        raise InputError(
            f"{path}: nothing can be left out and predicted; a run with six repetitions or more of"
            " grain, latency of mixed, or footprint is needed."
        )
    found = held_out.tallies(trials)
    rows = [
        [
            each.name,
            str(len(each.trials)),
            f"{100 * each.share_inside:.0f} %",
            f"×/÷ {each.median_factor:.2f}",
            "yes" if each.is_honest else "no",
        ]
        for each in found
    ]
    headings = ("left out and predicted", "numbers", "inside", "median interval", "honest")
    lines = [tables.aligned(headings, rows)]
    missed = found[0].missed
    lines += [
        f"missed: {each.subject}: measured {humanise(each.measured, each.unit)}, predicted"
        f" {humanise_interval(each.predicted.interval, each.unit)}"
        for each in missed[:_MISSES_SHOWN]
        if each.predicted.interval is not None
    ]
    if missed[_MISSES_SHOWN:]:
        lines.append(f"and {len(missed) - _MISSES_SHOWN} more")
    lines.append(
        f"Honest: {100 * held_out.LEAST_SHARE_INSIDE:.0f} % or more lie inside their stated interval, whose"
        f" median is no wider than ×/÷ {held_out.WIDEST_FACTOR:g}."
    )
    return "\n".join(lines) + "\n"
