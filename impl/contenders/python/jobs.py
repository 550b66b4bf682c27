"""The jobs of interpreter_lock (docs/CONTENDERS.md): units made of steps and waits, which each
program runs in its own way of being many."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Protocol

from answers import ok

_STEP_NS = 20_000
_RUNS = 3
_WAIT_S = 1e-3


class Flag(Protocol):
    """Something with a value, shared by all units; of processes in shared memory."""

    value: int


@dataclass
class PlainFlag:
    value: int = 0


@dataclass(frozen=True)
class Plan:
    computing: int = 0  # units, the first ones
    steps: int = 0  # of each of them; 0: until the waiting units have ended
    waiting: int = 0
    rounds: int = 0  # of each of them

    @property
    def units(self) -> int:
        return self.computing + self.waiting


@dataclass
class Ended:
    begun_ns: int
    ended_ns: int = 0
    made: int = 0
    lateness_ns: list[int] = field(default_factory=list)


# Yields the seconds to wait, 0.0 between steps: where others may run, if they have to be let.
Unit = Generator[float, None, Ended]
# Runs all units of a plan, with so many iterations a step.
RunJob = Callable[[Plan, int], list[Ended]]

# Of each job: by several units, and by one.
PLANS = {
    "cpu_bound": (Plan(computing=2, steps=750), Plan(computing=1, steps=1500)),
    "io_bound": (Plan(waiting=8, rounds=4), Plan(waiting=1, rounds=32)),
    "mixed": (Plan(computing=1, waiting=1, rounds=20), Plan(waiting=1, rounds=20)),
}


def _step(iterations: int) -> int:
    value = 1
    for _ in range(iterations):
        value = (value * 1103515245 + 12345) & 0x7FFFFFFF
    return value


def _iterations_of_a_step() -> int:
    """The fastest of some: what a step takes when nothing is in its way."""
    iterations = 1000
    fastest_ns = _STEP_NS
    for attempt in range(20):
        begun = time.monotonic_ns()
        _step(iterations)
        taken_ns = time.monotonic_ns() - begun
        fastest_ns = taken_ns if attempt == 0 else min(fastest_ns, taken_ns)
    return max(1, iterations * _STEP_NS // fastest_ns)


def unit(plan: Plan, index: int, iterations: int, over: Flag) -> Unit:
    return (
        _computing(plan, iterations, over)
        if index < plan.computing
        else _waiting(plan, iterations, over)
    )


def _computing(plan: Plan, iterations: int, over: Flag) -> Unit:
    own = Ended(begun_ns=time.monotonic_ns())
    while own.made < plan.steps if plan.steps else not over.value:
        _step(iterations)
        own.made += 1
        yield 0.0
    own.ended_ns = time.monotonic_ns()
    if plan.steps == 0:  # company, whose steps are not counted
        own.made = 0
    return own


def _waiting(plan: Plan, iterations: int, over: Flag) -> Unit:
    own = Ended(begun_ns=time.monotonic_ns())
    while True:
        _step(iterations)
        own.made += 1
        if own.made == plan.rounds:
            break
        due_ns = time.monotonic_ns() + int(_WAIT_S * 1e9)
        yield _WAIT_S
        own.lateness_ns.append(time.monotonic_ns() - due_ns)
    own.ended_ns = time.monotonic_ns()
    over.value = 1
    return own


def drive(each: Unit) -> Ended:
    """For a unit that has a thread to itself: it may block it."""
    while True:
        try:
            pause_s = next(each)
        except StopIteration as end:
            ended: Ended = end.value
            return ended
        if pause_s:
            time.sleep(pause_s)


def measured(workload: str, run_job: RunJob) -> dict[str, Any]:
    """The answer to a case."""
    iterations = _iterations_of_a_step()
    together, alone = PLANS[workload]
    spans: dict[Plan, list[int]] = {together: [], alone: []}
    lateness_ns: dict[Plan, list[int]] = {together: [], alone: []}
    made = 0
    for run in range(_RUNS):
        for plan in (alone, together) if run % 2 == 0 else (together, alone):
            ended = run_job(plan, iterations)
            spans[plan].append(max(u.ended_ns for u in ended) - min(u.begun_ns for u in ended))
            made += sum(each.made for each in ended)
            lateness_ns[plan] += [late for each in ended for late in each.lateness_ns]
    samples = {"alone_ns": spans[alone], "together_ns": spans[together]}
    if workload == "mixed":
        samples = {"alone_lateness_ns": lateness_ns[alone], "lateness_ns": lateness_ns[together]}
    elapsed_ns = sum(spans[alone]) + sum(spans[together])
    return ok((made, 0), runs=_RUNS, elapsed_ns=elapsed_ns, samples=samples)
