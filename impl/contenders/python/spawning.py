"""spawn: one unit after the other is spawned and joined (docs/CONTENDERS.md)."""

import statistics
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from answers import Skipped, ok

_MOST, _FEWEST = 4096, 8
_CLOCK_READINGS = 40  # what takes less is spawned in batches, which are not written here

# Is sent what each spawned unit answered.
Series = Generator[None, int, dict[str, Any]]
Sampler = Callable[[Series], dict[str, Any]]


def unit() -> int:
    """What a unit does."""
    return time.monotonic_ns()


def drive(series: Series, spawn_and_join: Callable[[], int]) -> dict[str, Any]:
    next(series)
    while True:
        answer = spawn_and_join()
        try:
            series.send(answer)
        except StopIteration as end:
            return dict(end.value)


async def drive_awaited(
    series: Series, spawn_and_join: Callable[[], Awaitable[int]]
) -> dict[str, Any]:
    next(series)
    while True:
        answer = await spawn_and_join()
        try:
            series.send(answer)
        except StopIteration as end:
            return dict(end.value)


@dataclass
class Samples:
    latency_ns: list[int] = field(default_factory=list)
    joined_ns: list[int] = field(default_factory=list)
    units: int = 0  # that read the clock while they could


def taken(most: int, seconds: float) -> Generator[None, int, Samples]:
    samples = Samples()
    until_ns = time.monotonic_ns() + int(seconds * 1e9)
    while len(samples.joined_ns) < most:
        called_ns = time.monotonic_ns()
        if len(samples.joined_ns) >= _FEWEST and called_ns >= until_ns:
            break
        started_ns = yield
        joined_ns = time.monotonic_ns()
        samples.latency_ns.append(started_ns - called_ns)
        samples.joined_ns.append(joined_ns - called_ns)
        samples.units += called_ns <= started_ns <= joined_ns
    return samples


def clock_ns() -> float:
    """What one reading takes where nobody comes between: the mean of the shortest of some series."""
    series_ns = []
    for _ in range(10):
        readings = [time.monotonic_ns() for _ in range(100)]
        series_ns.append((readings[-1] - readings[0]) / (len(readings) - 1))
    return min(series_ns)


def series(measuring_s: float) -> Series:
    """The first samples warm up, and tell whether the clock can tell one unit's time."""
    first = yield from taken(64, measuring_s / 2)
    if statistics.median(first.joined_ns) < _CLOCK_READINGS * clock_ns():
        raise Skipped(f"one unit takes less than {_CLOCK_READINGS} readings of the clock")
    samples = yield from taken(_MOST, measuring_s)
    return ok(
        (samples.units, 0),
        runs=len(samples.joined_ns),
        elapsed_ns=sum(samples.joined_ns),
        samples={"latency_ns": samples.latency_ns, "joined_ns": samples.joined_ns},
    )


def measured(sampler: Sampler, measuring_s: float) -> dict[str, Any]:
    return sampler(series(measuring_s))
