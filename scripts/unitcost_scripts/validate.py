"""validate.sh: does a run directory keep the contract of results/schema.json?"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts.machines import published
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run


def _summary(run: Run) -> str:
    ends = Counter(record.end for record in run.records)
    counted = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    cases = len({record.case for record in run.records})
    return f"{len(run.records)} records of {cases} cases ({counted})"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="validate.sh", description=__doc__)
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="a run directory")
    parser.add_argument(
        "--published",
        action="store_true",
        help="also: may it be published? results/README.md says what that takes",
    )
    chosen = parser.parse_args(arguments)
    for path in chosen.runs:
        run = run_directory.load(path)
        if chosen.published:
            published.refuse_unpublishable(run)
        said = "valid, and may be published" if chosen.published else "valid"
        print(f"{path}: {said}; {_summary(run)}")
