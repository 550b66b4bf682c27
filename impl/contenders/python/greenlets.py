#!/usr/bin/python3
"""greenlet: a greenlet for each unit, switched by hand. The parent switches to a child when it
joins it, and the child's end switches back with its outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from protocol import Case, Run, Skipped, serve, serve_missing
from workloads import Graph, Outcome, joined

try:
    import greenlet
except ImportError as absent:
    serve_missing("python3-greenlet", absent)


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


if __name__ == "__main__":
    serve(
        f"greenlet {greenlet.__version__}, a greenlet for each unit, begun when it is joined, "
        "last children called",
        runtime,
    )
