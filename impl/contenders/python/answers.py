"""What a contender writes to descriptor 3."""

import errno
import json
from collections.abc import Callable
from typing import Any

from splitmix64 import BITS_64

Outcome = tuple[int, int]  # units and checksum; checksums add up

# Of what the machine lets a user have: descriptors, processes, memory.
_LIMITS = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
# Of threads, which the interpreter says without an errno.
_NO_THREAD = "can't start new thread"


class Skipped(Exception):
    """What cannot be done, and why."""


def tell(what: dict[str, Any]) -> None:
    """As a line of its own; in a dialogue there are several."""
    with open(3, "w", encoding="utf-8", closefd=False) as answers:
        answers.write(json.dumps(what) + "\n")


def ok(outcome: Outcome, **facts: object) -> dict[str, Any]:
    units, checksum = outcome
    return {"end": "ok", "units": units, "checksum": f"{checksum & BITS_64:016x}", **facts}


def _is_of_a_limit(refused: OSError | RuntimeError) -> bool:
    if isinstance(refused, OSError):
        return refused.errno in _LIMITS
    return str(refused) == _NO_THREAD


def answer(measured: Callable[[], dict[str, Any]]) -> None:
    """Tells what was measured, or why it was not."""
    try:
        tell(measured())
    except Skipped as why:
        tell({"end": "skipped", "reason": str(why)})
    except (OSError, RuntimeError) as refused:
        if not _is_of_a_limit(refused):
            raise
        tell({"end": "limit_reached", "reason": str(refused)})
