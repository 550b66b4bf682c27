"""claims.sh: what textbooks say, judged by the records of one run."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import files
from unitcost_scripts.claims import tables, text
from unitcost_scripts.claims.judging import judge
from unitcost_scripts.runs import run_directory


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="claims.sh", description=__doc__)
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the verdicts there too")
    chosen = parser.parse_args(arguments)
    judgements = judge(run_directory.load(chosen.run))
    if chosen.json is not None:
        files.replace_file(chosen.json, tables.json_text(judgements, str(chosen.run)))
    print(text.whole(judgements), end="")
