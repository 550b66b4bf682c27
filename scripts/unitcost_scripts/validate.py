"""validate.sh: does a run directory keep the contract of results/schema.json?"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import run_directory


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="validate.sh", description=__doc__)
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="a run directory")
    for path in parser.parse_args(arguments).runs:
        run = run_directory.load(path)
        ends = Counter(record.end for record in run.records)
        counted = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        cases = len({record.case for record in run.records})
        print(f"{path}: valid; {len(run.records)} records of {cases} cases ({counted})")
