"""compare.sh: the cases that two runs share; is B better, worse, changed, or no different?"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import comparison_text, files, likeness, run_directory
from unitcost_scripts.comparison import compare_runs
from unitcost_scripts.errors import InputError


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="compare.sh", description=__doc__)
    parser.add_argument("base", metavar="RUN_A", type=Path, help="the run that is the base")
    parser.add_argument("other", metavar="RUN_B", type=Path, help="the run that is judged")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the comparison there too")
    chosen = parser.parse_args(arguments)
    base, other = run_directory.load(chosen.base), run_directory.load(chosen.other)
    warnings = likeness.differences(base, other)
    result = compare_runs(base, other)
    if not result.comparisons:
        raise InputError(f"{chosen.base} and {chosen.other}: no case ended ok in both runs.")
    if chosen.json is not None:
        paths = (str(chosen.base), str(chosen.other))
        whole = comparison_text.document(result, paths, warnings)
        files.replace_file(chosen.json, json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    for warning in warnings:
        print(f"warning: {warning}")
    print(comparison_text.table(result))
    print(comparison_text.closing(result), end="")
