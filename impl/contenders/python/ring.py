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
    """What the units share. Who has the token has it alone. It goes round twice more than it counts:
    the first time it may meet units that are still on their way to wait for it, and the last time
    they leave."""

    units: int
    rounds: int
    turn: int = 1
    received: int = 0
    astray: int = 0  # tokens that came to a unit whose turn it was not
    counted: int = 0  # of those received
    begun_ns: int = 0
    ended_ns: int = 0

    @property
    def laps(self) -> int:
        return self.rounds + 2

    def look(self, lap: int) -> None:
        """By unit 0, before each of its hand-overs."""
        if lap == 1:
            self.counted = -self.received
            self.begun_ns = time.monotonic_ns()
        elif lap == self.rounds + 1:
            self.ended_ns = time.monotonic_ns()
            self.counted += self.received

    def receive(self, index: int) -> None:
        self.received += 1
        self.astray += index != self.turn
        self.turn = index + 1 if index + 1 < self.units else 0


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
    return ok((track.counted, track.astray), runs=rounds, elapsed_ns=elapsed_ns)
