#!/usr/bin/python3
"""threading: a thread for each unit. The global interpreter lock lets one run at a time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import echoing
import jobs
import sleeping
import spawning
from answers import Outcome, Skipped
from holding import Arrivals
from protocol import Case, Program, Run, serve
from ring import Track
from workloads import Graph, joined


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


class IdleThreads:
    """Each waits for one event."""

    def __init__(self) -> None:
        self._gate = threading.Event()
        self._came = threading.Semaphore(0)
        self._arrivals = Arrivals()
        self._threads: list[threading.Thread] = []

    def _wait(self, index: int) -> None:
        self._arrivals.arrive(index)  # one at a time
        self._came.release()
        self._gate.wait()

    def grow_to(self, count: int) -> None:
        for index in range(len(self._threads), count):
            self._threads.append(threading.Thread(target=self._wait, args=(index,)))
            self._threads[-1].start()
            self._came.acquire()

    def end(self) -> Outcome:
        self._gate.set()
        for thread in self._threads:
            thread.join()
        return self._arrivals.outcome


def spawn_and_join(count: int) -> list[int]:
    answers = [0] * count

    def unit(index: int) -> None:
        answers[index] = spawning.unit(index, count - 1)

    threads = [threading.Thread(target=unit, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def run_ring(track: Track) -> None:
    """A semaphore of threading's is a condition variable and a number."""
    batons = [threading.Semaphore(0) for _ in range(track.units)]
    all_wait = threading.Barrier(track.units)

    def follow(index: int) -> None:
        following = batons[(index + 1) % track.units]
        all_wait.wait()
        for _ in range(track.laps):
            batons[index].acquire()
            track.receive(index)
            following.release()

    with ThreadPoolExecutor(track.units - 1) as threads:
        followers = [threads.submit(follow, index) for index in range(1, track.units)]
        all_wait.wait()
        for lap in range(track.laps):
            track.look(lap)
            batons[1].release()
            batons[0].acquire()
            track.receive(0)
        for each in followers:
            each.result()


def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    if asked.units > 4096:
        raise Skipped(f"{asked.units} threads are too many")
    delays = [asked.delay_s] * asked.units
    with ThreadPoolExecutor(asked.units) as threads:
        return list(threads.map(sleeping.sleep_once, range(asked.units), delays))


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: "threading, a thread for each unit whatever `workers` says (that many"
            " CPUs are theirs), root and last children called",
            runtime=runtime,
            run_job=run_job,
            hold={"thread": IdleThreads},
            spawn={"unit": lambda series: spawning.drive(series, spawn_and_join)},
            run_ring={"condition_variable": run_ring},
            run_sleepers=run_sleepers,
            serve_echo=echoing.OF_THREADS,
        )
    )
