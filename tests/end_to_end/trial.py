"""A table of faulty programs, tried once each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ends import Record
from supervised import Finished, Place, counted_in

HANG_LIMIT_S = 2
STILL_RUNNING = f"still running after {HANG_LIMIT_S} s"


@dataclass(frozen=True)
class Trial:
    """`finished` and `directory` are those of the run of all that do not hang."""

    finished: Finished
    directory: Path
    records: Sequence[Record]
    remains: Sequence[str]

    def record_of(self, model: str) -> Record:
        (record,) = [each for each in self.records if each["model"] == model]
        return record


class Run(Protocol):
    """A run of the models whose names match, with `options` and the results in `place`/`out`."""

    def __call__(self, place: Place, models: str, *options: object, out: str) -> Finished:
        ...


def try_programs(
    place: Place, programs: Mapping[str, Sequence[object]], hanging: Collection[str], run: Run
) -> Trial:
    """`programs` are the options that add each. Those that hang have a run of their own, limited
    to `HANG_LIMIT_S`: on a busy machine that is too little for the others, and each repetition
    of these waits for it."""
    records: list[Record] = []
    remains: list[str] = []

    def run_of(names: Sequence[str], *options: object, out: str) -> Finished:
        adding = [option for name in names for option in programs[name]]
        finished = run(place, f"({'|'.join(names)})", *adding, *options, out=out)
        records.extend(counted_in(place.home / out))
        remains.extend(place.remains_of(finished.pid))
        return finished

    run_of(list(hanging), "--time-limit", HANG_LIMIT_S, out="run_of_hanging")
    finished = run_of([name for name in programs if name not in hanging], out="run")
    return Trial(finished, place.home / "run", records, remains)
