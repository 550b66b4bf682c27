"""How a repetition ended, on a machine that others may be using."""

import re
from typing import Any

Record = dict[str, Any]


def seen_end(record: Record) -> tuple[str, str]:
    """End and reason. A limit that was met while others used the machine ends `unstable`; what
    was seen is then the last part of the reason. (A measure may call itself unstable as well.)"""
    end, reason = record["end"], record["reason"] or ""
    if end == "unstable" and record["conditions"]["disturbed"]:
        behind = re.search(r"it ended (\w+): (.*)", reason, re.DOTALL)
        if behind:
            return behind[1], behind[2]
    return end, reason


def is_sound(record: Record) -> bool:
    """Whether it ended ok, or would have without others."""
    disturbed = record["end"] == "unstable" and record["conditions"]["disturbed"]
    return record["end"] == "ok" or (disturbed and seen_end(record)[0] == "unstable")


def check_end(record: Record, expected_end: str, expected_reason: str) -> None:
    """`ok` means sound; with any other end, whose reason has to match, there is no number."""
    if expected_end == "ok":
        assert is_sound(record), record["reason"]
        return
    end, reason = seen_end(record)
    assert end == expected_end, reason
    assert re.search(expected_reason, reason, re.DOTALL), reason
    assert record["metrics"] == [], record["metrics"]
