"""latency, workload sleep: units that each wait once, all at the same time (docs/CONTENDERS.md)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from answers import ok
from splitmix64 import mix


class Slept(NamedTuple):
    """By one unit, which has read the clock just before and just after."""

    unit: int
    started_ns: int
    woke_ns: int


@dataclass(frozen=True)
class Sleepers:
    units: int
    delay_s: float


RunSleepers = Callable[[Sleepers], list[Slept]]


def sleep_once(index: int, delay_s: float, pause: Callable[[float], object] = time.sleep) -> Slept:
    """By a unit that may block its thread, or that waits in `pause` while others run."""
    started_ns = time.monotonic_ns()
    pause(delay_s)
    return Slept(index, started_ns, time.monotonic_ns())


def measured(run_sleepers: RunSleepers, units: int, delay_ms: int) -> dict[str, Any]:
    begun_ns = time.monotonic_ns()
    slept = run_sleepers(Sleepers(units, delay_ms / 1e3))
    return ok(
        (len(slept), sum(mix(each.unit) for each in slept)),
        runs=1,
        elapsed_ns=max(each.woke_ns for each in slept) - begun_ns,
        samples={
            "started_ns": [each.started_ns - begun_ns for each in slept],
            "lateness_ns": [
                each.woke_ns - each.started_ns - delay_ms * 1_000_000 for each in slept
            ],
        },
    )
