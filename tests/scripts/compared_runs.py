"""Two runs of invented noise, and what compare.sh finds between them."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic_run import repeated, write_run
from unitcost_scripts.comparing.comparison import RunComparison, compare_runs
from unitcost_scripts.runs import run_directory

MODELS = ("serial", "process", "std_thread", "tbb", "boost_fiber", "stackful", "stackless")


def noisy(seed: int, factors: dict[str, float] | None = None, common: float = 1.0) -> list[Any]:
    """Ten repetitions of ten cases of each model, 3 % noise with a tail; some models are slower."""
    generator = random.Random(seed)
    made = []
    for model in MODELS:
        factor = common * (factors or {}).get(model, 1.0)
        for number in range(10):
            values = [
                1000
                * factor
                * generator.lognormvariate(0, 0.03)
                * (1.2 if generator.random() < 0.05 else 1)
                for _ in range(10)
            ]
            made += repeated(f"switch/{model}/idle/units:{number}", values)
    return made


def compared(directory: Path, base: Sequence[Any], other: Sequence[Any]) -> RunComparison:
    return compare_runs(
        run_directory.load(write_run(directory / "a", base)),
        run_directory.load(write_run(directory / "b", other)),
    )
