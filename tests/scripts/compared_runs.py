"""What compare.sh finds between two runs of invented records."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic_run import write_run
from unitcost_scripts import run_directory
from unitcost_scripts.comparison import RunComparison, compare_runs


def compared(directory: Path, base: Sequence[Any], other: Sequence[Any]) -> RunComparison:
    return compare_runs(
        run_directory.load(write_run(directory / "a", base)),
        run_directory.load(write_run(directory / "b", other)),
    )
