"""footprint: a program holds as many idle units as it is asked for, line by line on stdin, and
waits with them while it is looked at (docs/CONTENDERS.md)."""

import json
import sys
from dataclasses import dataclass
from typing import Any, Protocol

from answers import Outcome, ok, tell
from splitmix64 import mix


class Held(Protocol):
    def grow_to(self, count: int) -> None:
        """Returns when so many units have arrived, each of which waits or is about to."""

    def end(self) -> Outcome:
        """Lets all of them end, and tells who had come."""


@dataclass
class Arrivals:
    """Of units that share it; threads may call `arrive` one at a time."""

    units: int = 0
    checksum: int = 0

    def arrive(self, index: int) -> None:
        self.units += 1
        self.checksum += mix(index)

    @property
    def outcome(self) -> Outcome:
        return self.units, self.checksum


def measured(held: Held) -> dict[str, Any]:
    """The answer to a case, given after the dialogue, which ends with stdin."""
    for line in sys.stdin:
        count = json.loads(line)["hold"]
        held.grow_to(count)
        tell({"holding": count})
    return ok(held.end())
