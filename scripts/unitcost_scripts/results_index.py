"""results_index.sh: one page that compares all published machines."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import files
from unitcost_scripts.errors import InputError
from unitcost_scripts.machines.index import index_page
from unitcost_scripts.machines.published import RESULTS, published_runs
from unitcost_scripts.runs import run_directory


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="results_index.sh", description=__doc__)
    parser.add_argument(
        "--results", metavar="DIR", type=Path, default=RESULTS, help="default: results/"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="default: index.html in DIR")
    chosen = parser.parse_args(arguments)
    paths = published_runs(chosen.results)
    if not paths:
        raise InputError(
            f"{chosen.results}: holds no published run (YYYY-MM-DD-MACHINE; see results/README.md)."
        )
    page = chosen.out or chosen.results / "index.html"
    files.replace_file(page, index_page([run_directory.load(path) for path in paths], page))
    print(page)
