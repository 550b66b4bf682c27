"""plot.sh: draws every plot of a run again, from its records alone, into RUN/report/plots/."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import files, plots
from unitcost_scripts.runs import run_directory


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="plot.sh", description=__doc__)
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    run = run_directory.load(parser.parse_args(arguments).run)
    target = run.path / "report" / "plots"
    with files.replaced_directory(target) as directory:
        drawn = plots.draw_all(run, directory)
    print(f"{len(drawn)} plots (SVG and PNG) in {target}")
