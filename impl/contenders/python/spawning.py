"""spawn: one unit after the other is spawned and joined, or one batch of them after the other
(docs/CONTENDERS.md)."""

import statistics
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from answers import ok

_BATCH, _MOST, _FEWEST = 256, 4096, 8

# Yields how many units to spawn and to join, and is sent what these answered.
Series = Generator[int, list[int], dict[str, Any]]
Sampler = Callable[[Series], dict[str, Any]]


def unit(index: int, last: int) -> int:
    """What a unit does: the last of a batch reads the clock, the others have an answer each."""
    return time.monotonic_ns() if index == last else ~index


def drive(series: Series, spawn_and_join: Callable[[int], list[int]]) -> dict[str, Any]:
    count = next(series)
    while True:
        answers = spawn_and_join(count)
        try:
            count = series.send(answers)
        except StopIteration as end:
            return dict(end.value)


async def drive_awaited(
    series: Series, spawn_and_join: Callable[[int], Awaitable[list[int]]]
) -> dict[str, Any]:
    count = next(series)
    while True:
        answers = await spawn_and_join(count)
        try:
            count = series.send(answers)
        except StopIteration as end:
            return dict(end.value)


@dataclass
class _Samples:
    latency_ns: list[int] = field(default_factory=list)
    joined_ns: list[int] = field(default_factory=list)
    units: int = 0  # that gave the answer which only they could give


def _take(batch: int, most: int, seconds: float) -> Generator[int, list[int], _Samples]:
    taken = _Samples()
    until_ns = time.monotonic_ns() + int(seconds * 1e9)
    while len(taken.joined_ns) < most:
        called_ns = time.monotonic_ns()
        if len(taken.joined_ns) >= _FEWEST and called_ns >= until_ns:
            break
        *others, started_ns = yield batch
        joined_ns = time.monotonic_ns()
        taken.latency_ns.append(started_ns - called_ns)
        taken.joined_ns.append(joined_ns - called_ns)
        taken.units += called_ns <= started_ns <= joined_ns
        taken.units += sum(answer == ~index for index, answer in enumerate(others))
    return taken


def _clock_ns() -> float:
    readings = [time.monotonic_ns() for _ in range(1000)]
    return (readings[-1] - readings[0]) / len(readings)


def _series(measuring_s: float) -> Series:
    """The units that warm up tell whether one is long enough for the clock."""
    first = yield from _take(1, 64, measuring_s / 2)
    is_short = statistics.median(first.joined_ns) < 40 * _clock_ns()
    taken = yield from _take(_BATCH if is_short else 1, _MOST, measuring_s)
    return ok(
        (taken.units, 0),
        runs=len(taken.joined_ns),
        elapsed_ns=sum(taken.joined_ns),
        samples={"latency_ns": taken.latency_ns, "joined_ns": taken.joined_ns},
    )


def measured(sampler: Sampler, measuring_s: float) -> dict[str, Any]:
    return sampler(_series(measuring_s))
