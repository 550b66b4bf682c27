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


def spawn_and_join() -> int:
    started_ns: int = greenlet.greenlet(spawning.unit).switch()
    return started_ns


def run_ring(track: Track) -> list[int]:
    """Each switches to the next, with the token. Those who follow are there, and back with their
    parent, before the first begins; when it is over they are let go on to their end."""
    greenlets: list[Any] = []

    def lead() -> int:
        following = greenlets[1]
        token = astray = 0
        for stretch in track.stretches():
            for due in stretch:
                token = following.switch(token + 1)
                if token != due:
                    astray += 1
        return astray

    def follow(index: int) -> int:
        following = greenlets[(index + 1) % track.units]
        astray = 0
        token = greenlet.getcurrent().parent.switch()
        for due in track.due(index):
            if token != due:
                astray += 1
            token = following.switch(token + 1)
        return astray

    greenlets.append(greenlet.greenlet(lead))
    greenlets.extend(greenlet.greenlet(follow) for _ in range(1, track.units))
    for index in range(1, track.units):
        greenlets[index].switch(index)
    return [each.switch() for each in greenlets]


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
