#!/usr/bin/python3
"""gevent: a greenlet for each unit; gevent's hub switches to those that can go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jobs
from protocol import Case, Run, Skipped, serve, serve_missing
from workloads import Graph, Outcome, joined

try:
    import gevent
except ImportError as absent:
    serve_missing("python3-gevent", absent, has_jobs=True)


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


if __name__ == "__main__":
    loop = gevent.config.loop
    serve(
        f"gevent {gevent.__version__}, loop {loop.__module__}, a greenlet for each unit, "
        "last children called",
        runtime,
        run_job,
    )
