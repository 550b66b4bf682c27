"""What compare.sh finds between two runs of invented records."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic_run import write_run
from unitcost_scripts.comparing.comparison import RunComparison, compare_runs
from unitcost_scripts.runs import run_directory


def compared(directory: Path, base: Sequence[Any], other: Sequence[Any]) -> RunComparison:
    return compare_runs(
        run_directory.load(write_run(directory / "a", base)),
        run_directory.load(write_run(directory / "b", other)),
    )
