#!/usr/bin/python3
"""gevent: a greenlet for each unit; gevent's hub switches to those that can go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import echoing
import jobs
import sleeping
import spawning
from answers import Outcome, Skipped
from holding import Arrivals
from protocol import Case, Program, Run, serve, without
from ring import Track
from workloads import Graph, joined

absent = ""
try:
    import gevent
    import gevent.event
except ImportError as error:
    absent = without("python3-gevent", error)


def unit(graph: Graph[Any], node: Any) -> Outcome:
    children = graph.children(node)
    if not children:
        return 1, graph.leaf(node)
    *spawned, last = children
    greenlets = [gevent.spawn(unit, graph, child) for child in spawned]
    of_last = unit(graph, last)
    return joined([of_last, *(each.get() for each in greenlets)])


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.workers > 1:
        raise Skipped("gevent runs its greenlets on one thread")

    def run() -> Outcome:
        outcome: Outcome = gevent.spawn(unit, graph, graph.root).get()
        return outcome

    yield run


def drive(unit_of_a_job: jobs.Unit) -> jobs.Ended:
    while True:
        try:
            pause_s = next(unit_of_a_job)
        except StopIteration as end:
            ended: jobs.Ended = end.value
            return ended
        gevent.sleep(pause_s)


def run_job(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    over = jobs.PlainFlag()
    units = [jobs.unit(plan, index, iterations, over) for index in range(plan.units)]
    greenlets = [gevent.spawn(drive, each) for each in units]
    return [each.get() for each in greenlets]


class IdleGreenlets:
    """Each waits for one event; the hub rests while nobody waits for it."""

    def __init__(self) -> None:
        self._gate = gevent.event.Event()
        self._arrivals = Arrivals()
        self._greenlets: list[Any] = []

    def _wait(self, index: int) -> None:
        self._arrivals.arrive(index)
        self._gate.wait()

    def grow_to(self, count: int) -> None:
        indices = range(len(self._greenlets), count)
        self._greenlets += [gevent.spawn(self._wait, index) for index in indices]
        while self._arrivals.units < count:
            gevent.sleep(0)

    def end(self) -> Outcome:
        self._gate.set()
        gevent.joinall(self._greenlets)
        return self._arrivals.outcome


def spawn_and_join() -> int:
    started_ns: int = gevent.spawn(spawning.unit).get()
    return started_ns


def lead(track: Track) -> int:
    astray = 0
    for stretch in track.stretches():
        for due in stretch:
            track.token += 1
            gevent.sleep(0)
            if track.token != due:
                astray += 1
    return astray


def follow(track: Track, index: int) -> int:
    astray = 0
    for due in track.due(index):
        if track.token != due:
            astray += 1
        track.token += 1
        gevent.sleep(0)
    return astray


def run_ring(track: Track) -> list[int]:
    """They take turns in the order in which they were made."""
    leader = gevent.spawn(lead, track)
    followers = [gevent.spawn(follow, track, index) for index in range(1, track.units)]
    return [each.get() for each in (leader, *followers)]


def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    once, delay_s = sleeping.sleep_once, asked.delay_s
    greenlets = [gevent.spawn(once, each, delay_s, gevent.sleep) for each in range(asked.units)]
    return [each.get() for each in greenlets]


def about() -> str:
    loop = gevent.config.loop
    return (
        f"gevent {gevent.__version__}, loop {loop.__module__}, a greenlet for each unit, "
        "last children called"
    )


if __name__ == "__main__":
    serve(
        Program(
            about=about,
            runtime=runtime,
            run_job=run_job,
            hold={"coroutine": IdleGreenlets},
            spawn={"unit": lambda series: spawning.drive(series, spawn_and_join)},
            run_ring={"yield": run_ring},
            run_sleepers=run_sleepers,
            serve_echo=echoing.OF_GREENLETS,
        ),
        absent,
    )
