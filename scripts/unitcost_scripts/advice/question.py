"""What is asked: how many units, what each does, and what they need. Refuses what makes no sense."""

import math
import re
from dataclasses import dataclass

from unitcost_scripts.advice.abilities import NEEDS
from unitcost_scripts.errors import InputError
from unitcost_scripts.numbers import humanise

_BYTES = {"": 1, "B": 1, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_MOST_BYTES = 2.0**64  # more than an address can tell apart
_MOST_UNITS = 10**9
_LONGEST_TASK_US = 1e9  # a quarter of an hour


@dataclass(frozen=True)
class Question:
    units: int  # in flight at once
    task_ns: float = 0  # how long each task takes on its own, its waiting included; 0: none
    waiting_share: float = 0  # of it
    memory_bytes: float | None = None  # at most; None: what the machine has
    needs: tuple[str, ...] = ()

    @property
    def is_idle(self) -> bool:
        return self.task_ns == 0

    @property
    def waits(self) -> bool:
        return self.is_idle or self.waiting_share > 0

    @property
    def computing_ns(self) -> float:
        return self.task_ns * (1 - self.waiting_share)

    @property
    def text(self) -> str:
        """ "10,000 units in flight, tasks of 50.0 ms of which 99.9 % waits, at most 1.00 GiB"."""
        parts = [f"{self.units:,} units in flight"]
        if self.is_idle:
            parts.append("all of them idle")
        else:
            task = f"tasks of {humanise(self.task_ns, 'ns')}"
            if self.waiting_share > 0:
                task += (
                    f" of which {100 * self.waiting_share:g} % waits and"
                    f" {humanise(self.computing_ns, 'ns')} computes"
                )
            parts.append(task)
        if self.memory_bytes is not None:
            parts.append(f"at most {humanise(self.memory_bytes, 'bytes')}")
        if self.needs:
            parts.append(f"needs {', '.join(self.needs)}")
        return "; ".join(parts)


def _number(text: str, option: str, example: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{option} {text!r} is not a number: say {example}.")
    return value


def _units(text: str) -> int:
    value = _number(text.replace(",", ""), "--units", "--units 10000")
    if value != int(value) or not 1 <= value <= _MOST_UNITS:
        raise InputError(f"--units {text!r}: a whole number from 1 to {_MOST_UNITS:,} is needed.")
    return int(value)


def _task_ns(text: str) -> float:
    value = _number(text, "--task-us", "--task-us 10 for tasks of 10 µs")
    if not 0 <= value <= _LONGEST_TASK_US:
        raise InputError(
            f"--task-us {text!r}: a length from 0 (idle units) to {_LONGEST_TASK_US:g} µs is needed."
        )
    return value * 1000


def _share(text: str) -> float:
    value = _number(text, "--waiting-share", "--waiting-share 0.9 for 90 %")
    if not 0 <= value <= 1:
        raise InputError(f"--waiting-share {text!r}: a share from 0 to 1 is needed, 0.9 for 90 %.")
    return value


def _bytes(text: str) -> float:
    found = re.fullmatch(r"\s*([0-9.]+(?:e[0-9]+)?)\s*([a-z]*)\s*", text, re.IGNORECASE)
    factor = _BYTES.get(found[2].upper()) if found else None
    if found is None or factor is None:
        raise InputError(
            f"--memory {text!r} is no amount of memory: say --memory 512MiB (B, KiB, MiB, GiB, TiB)."
        )
    value = _number(found[1], "--memory", "--memory 512MiB") * factor
    if value <= 0:
        raise InputError(f"--memory {text!r}: more than nothing is needed, 512MiB for example.")
    if value > _MOST_BYTES:
        raise InputError(f"--memory {text!r}: more than any machine has; say --memory 512MiB.")
    return value


def _needs(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    for need in named:
        if need not in NEEDS:
            raise InputError(f"--needs: {need!r} is not known; known are {', '.join(NEEDS)}.")
    return named


def parsed(
    units: str, task_us: str, waiting_share: str, memory: str | None, needs: str
) -> Question:
    """Of the command line's texts."""
    question = Question(
        _units(units),
        _task_ns(task_us),
        _share(waiting_share),
        None if memory is None else _bytes(memory),
        _needs(needs),
    )
    if question.is_idle and question.waiting_share > 0:
        raise InputError(
            "--waiting-share is a share of a task's length: give that by --task-us, or leave both out"
            " for idle units."
        )
    return question
