"""compare.sh: the cases that runs share; is each further run better or worse than the first?"""

import argparse
import json
import string
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts import files
from unitcost_scripts.comparing import comparison_text, likeness
from unitcost_scripts.comparing.comparison import compare_runs
from unitcost_scripts.comparing.comparison_text import Pair
from unitcost_scripts.errors import InputError
from unitcost_scripts.machines.page import comparison_page
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run

_NAMES = string.ascii_uppercase


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="compare.sh", description=__doc__)
    parser.add_argument("base", metavar="RUN_A", type=Path, help="the run that is the base")
    parser.add_argument(
        "others", metavar="RUN_B", type=Path, nargs="+", help="the runs that are judged"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the comparison there too")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write it as a page there too")
    return parser


def _pair(base: Run, path: Path, name: str) -> Pair:
    other = run_directory.load(path)
    warnings = likeness.differences(base, other, name)
    result = compare_runs(base, other, name)
    if not result.comparisons:
        raise InputError(f"{base.path} and {path}: no case ended ok in both runs.")
    return Pair(name, other, result, warnings)


def _refuse_one_file(json_file: Path | None, html_file: Path | None) -> None:
    if json_file is None or html_file is None:
        return
    if files.led_to(json_file) == files.led_to(html_file):
        raise InputError(f"--json {json_file} and --html {html_file} are one file: name two.")


def main(arguments: Sequence[str]) -> None:
    chosen = _parser().parse_args(arguments)
    _refuse_one_file(chosen.json, chosen.html)
    if len(chosen.others) >= len(_NAMES):
        raise InputError(f"{len(chosen.others) + 1} runs: at most {len(_NAMES)} can be told apart.")
    base = run_directory.load(chosen.base)
    pairs = [_pair(base, path, name) for path, name in zip(chosen.others, _NAMES[1:], strict=False)]
    texts: dict[Path, str] = {}
    if chosen.json is not None:
        whole = comparison_text.document(base, pairs)
        texts[chosen.json] = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    if chosen.html is not None:
        texts[chosen.html] = comparison_page(base, pairs)
    files.replace_files(texts)
    print(comparison_text.terminal(base, pairs), end="")
