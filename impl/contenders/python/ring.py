"""switch: a token goes round a ring of units, each of which hands it to the next
(docs/CONTENDERS.md)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from answers import ok


@dataclass
class Track:
    """What the units share. Who has the token has it alone."""

    units: int
    rounds: int
    turn: int = 1
    received: int = 0
    astray: int = 0  # tokens that came to a unit whose turn it was not
    begun_ns: int = 0
    ended_ns: int = 0

    def begin(self) -> None:
        """By unit 0, before it hands over for the first time; all others wait."""
        self.begun_ns = time.monotonic_ns()

    def receive(self, index: int) -> None:
        self.received += 1
        self.astray += index != self.turn
        self.turn = index + 1 if index + 1 < self.units else 0

    def end(self) -> None:
        """By unit 0, when it has received for the last time."""
        self.ended_ns = time.monotonic_ns()


# Makes as many units as the track has, and ends them when the token has gone round.
RunRing = Callable[[Track], None]


def measured(run_ring: RunRing, units: int, measuring_s: float) -> dict[str, Any]:
    """Longer and longer rings, the last of which counts: a few rounds tell how many there is time
    for. The first warms up."""
    rounds = 1
    run_ring(Track(units, rounds))
    while True:
        track = Track(units, rounds)
        run_ring(track)
        elapsed_ns = track.ended_ns - track.begun_ns
        if elapsed_ns >= measuring_s * 1e9 / 2:
            break
        rounds = math.ceil(rounds * min(20, measuring_s * 1e9 / elapsed_ns))
    return ok((track.received, track.astray), runs=rounds, elapsed_ns=elapsed_ns)
