"""What a contender writes to descriptor 3."""

import json
from collections.abc import Callable
from typing import Any

from splitmix64 import BITS_64

Outcome = tuple[int, int]  # units and checksum; checksums add up


class Skipped(Exception):
    """What cannot be done, and why."""


def tell(what: dict[str, Any]) -> None:
    """As a line of its own; in a dialogue there are several."""
    with open(3, "w", encoding="utf-8", closefd=False) as answers:
        answers.write(json.dumps(what) + "\n")


def ok(outcome: Outcome, **facts: object) -> dict[str, Any]:
    units, checksum = outcome
    return {"end": "ok", "units": units, "checksum": f"{checksum & BITS_64:016x}", **facts}


def answer(measured: Callable[[], dict[str, Any]]) -> None:
    """Tells what was measured, or why it was not."""
    try:
        tell(measured())
    except Skipped as why:
        tell({"end": "skipped", "reason": str(why)})
