"""What a reader must know of the circumstances before believing a number."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.numbers import humanise
from unitcost_scripts.runs.known_answers import NO, holds, unestablished
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise

_LITTLE_PERCENT = 5


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)


def manifest_rows(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """The manifest, flattened: ("machine.cpu_model", "…")."""
    rows: list[tuple[str, str]] = []

    def flatten(name: str, value: Any) -> None:
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                flatten(f"{name}.{key}" if name else key, inner)
        else:
            rows.append((name, _text(value)))

    flatten("", manifest)
    return rows


@dataclass(frozen=True)
class _Share:
    """How much of something met with something: worth a warning where it is more than a little."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def is_much(self) -> bool:
        return self.percent > _LITTLE_PERCENT

    def of(self, what: str) -> str:
        """ "3 of 20 repetitions (15 %)"."""
        return f"{self.part} of {self.whole} {what} ({self.percent:.0f} %)"


def _share(records: Sequence[Record], met: Callable[[Record], bool]) -> _Share:
    return _Share(sum(map(met, records)), len(records))


def _disturbed(record: Record) -> bool:
    """By others: what a measure does not stand by is unstable too, and says why itself."""
    return record.discarded or (record.end == "unstable" and record.conditions["disturbed"])


def _of_known_answers(run: Run) -> Iterator[str]:
    for summary in summarise(run.counted):
        if holds(summary) == NO:
            yield (
                "A known answer was not found, so numbers like it are not to be believed:"
                f" {summary.case} says {humanise(summary.median, summary.quantity.unit)}."
            )
    for case, unstable, repetitions in unestablished(run.records):
        yield (
            "A known answer was not established, so nothing vouches for numbers like it:"
            f" {unstable} of {repetitions} repetitions of {case} were unstable."
        )


def _of_manifest(run: Run) -> Iterator[str]:
    if run.manifest["finished_utc"] is None:
        yield "The run was not finished: cases or repetitions are missing."
    if run.manifest["tool"]["dirty"]:
        yield "The tool was built from modified sources: its commit does not identify it."


def _of_others(run: Run) -> Iterator[str]:
    """Who else was on the machine."""
    started = [record for record in run.records if record.end != "skipped"]
    disturbed = _share(started, _disturbed)
    if disturbed.is_much:
        yield f"{disturbed.of('repetitions')} were disturbed by others and count for nothing."
    shared = _share(run.counted, lambda record: bool(record.conditions.get("core_shared")))
    if shared.is_much:
        yield (
            f"{shared.of('repetitions that count')} ran while somebody shared a core: their times"
            " are too long."
        )


def _of_hypervisor(run: Run) -> Iterator[str]:
    several = [record for record in run.counted if "cpu_round_trip_ns" in record.conditions]
    moved = _share(several, lambda record: bool(record.conditions.get("cpus_moved")))
    if moved.is_much:
        yield (
            f"{moved.of('repetitions on more than one CPU')} ran while these were nearer or farther"
            " apart than usual: what crosses between them took shorter or longer."
        )
    stolen = _Share(_sum_of(run, "steal_ns"), _sum_of(run, "wall_ns"))
    if stolen.is_much:
        yield (
            f"The hypervisor took CPU time worth {stolen.percent:.0f} % of the wall time of the"
            " repetitions that count."
        )


def _sum_of(run: Run, condition: str) -> int:
    return sum(int(record.conditions[condition]) for record in run.counted)


def warnings(run: Run) -> list[str]:
    """What weakens this run as a whole."""
    kinds = (_of_known_answers, _of_manifest, _of_others, _of_hypervisor)
    return [warning for kind in kinds for warning in kind(run)]
