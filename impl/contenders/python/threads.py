#!/usr/bin/python3
"""threading: a thread for each unit. The global interpreter lock lets one run at a time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import jobs
from protocol import Case, Run, Skipped, serve
from workloads import Graph, Outcome, joined


class Unit(threading.Thread):
    """`outcome` is there once it has been joined."""

    def __init__(self, graph: Graph[Any], node: Any) -> None:
        super().__init__()
        self.graph = graph
        self.node = node

    def run(self) -> None:
        self.outcome = computed(self.graph, self.node)


def computed(graph: Graph[Any], node: Any) -> Outcome:
    children = graph.children(node)
    if not children:
        return 1, graph.leaf(node)
    *spawned, last = children
    threads = [Unit(graph, child) for child in spawned]
    for thread in threads:
        thread.start()
    outcomes = [computed(graph, last)]
    for thread in threads:
        thread.join()
        outcomes.append(thread.outcome)
    return joined(outcomes)


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.every_call_is_a_unit:
        raise Skipped("a thread for every call is too many")
    yield lambda: computed(graph, graph.root)


def run_job(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    over = jobs.PlainFlag()
    units = [jobs.unit(plan, index, iterations, over) for index in range(plan.units)]
    with ThreadPoolExecutor(plan.units) as threads:
        return list(threads.map(jobs.drive, units))


if __name__ == "__main__":
    serve(
        "threading, a thread for each unit whatever `workers` says (that many CPUs are theirs), "
        "root and last children called",
        runtime,
        run_job,
    )
