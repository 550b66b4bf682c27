#!/usr/bin/python3
"""greenlet: a greenlet for each unit, switched by hand. The parent switches to a child when it
joins it, and the child's end switches back with its outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import spawning
from answers import Outcome, Skipped
from holding import Arrivals
from protocol import Case, Program, Run, serve, without
from ring import Track
from workloads import Graph, joined

absent = ""
try:
    import greenlet
except ImportError as error:
    absent = without("python3-greenlet", error)


def unit(graph: Graph[Any], node: Any) -> Outcome:
    children = graph.children(node)
    if not children:
        return 1, graph.leaf(node)
    *spawned, last = children
    greenlets = [greenlet.greenlet(unit) for _ in spawned]
    outcomes = [unit(graph, last)]
    for each, child in zip(greenlets, spawned):
        outcomes.append(each.switch(graph, child))
    return joined(outcomes)


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.workers > 1:
        raise Skipped("greenlets share one thread")

    def run() -> Outcome:
        outcome: Outcome = greenlet.greenlet(unit).switch(graph, graph.root)
        return outcome

    yield run


class IdleGreenlets:
    """Each has switched back to its parent."""

    def __init__(self) -> None:
        self._arrivals = Arrivals()
        self._greenlets: list[Any] = []

    def _wait(self, index: int) -> None:
        self._arrivals.arrive(index)
        greenlet.getcurrent().parent.switch()

    def grow_to(self, count: int) -> None:
        for index in range(len(self._greenlets), count):
            self._greenlets.append(greenlet.greenlet(self._wait))
            self._greenlets[-1].switch(index)

    def end(self) -> Outcome:
        for each in self._greenlets:
            each.switch()
        return self._arrivals.outcome


def spawn_and_join(count: int) -> list[int]:
    greenlets = [greenlet.greenlet(spawning.unit) for _ in range(count)]
    return [each.switch(index, count - 1) for index, each in enumerate(greenlets)]


def run_ring(track: Track) -> None:
    """Each switches to the next. Those who follow are there, and back with their parent, before the
    first begins; when it is over they are let go on to their end."""
    greenlets: list[Any] = []

    def lead() -> None:
        for lap in range(track.laps):
            track.look(lap)
            greenlets[1].switch()
            track.receive(0)

    def follow(index: int) -> None:
        following = greenlets[(index + 1) % track.units]
        greenlet.getcurrent().parent.switch()
        for _ in range(track.laps):
            track.receive(index)
            following.switch()

    greenlets.append(greenlet.greenlet(lead))
    greenlets.extend(greenlet.greenlet(follow) for _ in range(1, track.units))
    for index in range(1, track.units):
        greenlets[index].switch(index)
    greenlets[0].switch()
    for each in greenlets[1:]:
        each.switch()


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: f"greenlet {greenlet.__version__}, a greenlet for each unit, begun when"
            " it is joined, last children called",
            runtime=runtime,
            hold={"coroutine": IdleGreenlets},
            spawn={"unit": lambda series: spawning.drive(series, spawn_and_join)},
            run_ring={"transfer": run_ring},
        ),
        absent,
    )
