"""switch: a token goes round a ring of units, each of which hands it to the next
(docs/CONTENDERS.md)."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from answers import ok


@dataclass
class Track:
    """The token is the number of its hand-overs. It goes round twice more than counts: the first
    time it may meet units that are still on their way to wait for it, and the last time they leave.

    Each unit compares the token with what is due, in a loop over `due` or `stretches` that counts by
    local variables: what it takes to count is in the interval. The token is one, too, where units
    can pass a value on; elsewhere it is an attribute of the track, which each loads and stores."""

    units: int
    rounds: int
    token: int = 0  # of units that cannot pass a value on; who has the token has it alone
    begun_ns: int = 0
    ended_ns: int = 0

    @property
    def laps(self) -> int:
        return self.rounds + 2

    def due(self, index: int) -> range:
        """What a unit but unit 0 is to receive, lap by lap."""
        return range(index, self.laps * self.units, self.units)

    def stretches(self) -> Iterator[range]:
        """What unit 0 is to receive, which hands over before: one lap, those that count, one lap.
        Between them the clock is read."""
        of_all_laps = range(self.units, (self.laps + 1) * self.units, self.units)
        yield of_all_laps[:1]
        self.begun_ns = time.monotonic_ns()
        yield of_all_laps[1:-1]
        self.ended_ns = time.monotonic_ns()
        yield of_all_laps[-1:]


# Makes as many units as the track has, and ends them when the token has gone round. Of each unit
# that came to its end, the tokens that it received out of turn.
RunRing = Callable[[Track], list[int]]


def measured(run_ring: RunRing, units: int, measuring_s: float) -> dict[str, Any]:
    """Longer and longer rings, the last of which counts: a few rounds tell how many there is time
    for. The first warms up."""
    rounds = 1
    run_ring(Track(units, rounds))
    while True:
        track = Track(units, rounds)
        astray = run_ring(track)
        elapsed_ns = track.ended_ns - track.begun_ns
        if elapsed_ns >= measuring_s * 1e9 / 2:
            break
        rounds = math.ceil(rounds * min(20, measuring_s * 1e9 / elapsed_ns))
    return ok((len(astray) * rounds, sum(astray)), runs=rounds, elapsed_ns=elapsed_ns)
