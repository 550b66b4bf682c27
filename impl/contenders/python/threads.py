#!/usr/bin/python3
"""threading: a thread for each unit. The global interpreter lock lets one run at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import echoing
import jobs
import sleeping
import spawning
from answers import Outcome, Skipped
from holding import Arrivals
from own_threads import OwnThread, each_on_its_thread
from protocol import Case, Program, Run, serve
from ring import Track
from workloads import Graph, joined


def computed(graph: Graph[Any], node: Any) -> Outcome:
    children = graph.children(node)
    if not children:
        return 1, graph.leaf(node)
    *spawned, last = children
    threads = [OwnThread(partial(computed, graph, child)) for child in spawned]
    for thread in threads:
        thread.start()
    of_last = computed(graph, last)
    return joined([of_last, *(thread.answer() for thread in threads)])


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.every_call_is_a_unit:
        raise Skipped("a thread for every call is too many")
    yield lambda: computed(graph, graph.root)


def run_job(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    over = jobs.PlainFlag()
    units = [jobs.unit(plan, index, iterations, over) for index in range(plan.units)]
    return each_on_its_thread(plan.units, lambda index: jobs.drive(units[index]))


class IdleThreads:
    """Each waits for one event, or ends with the program where another cannot be made."""

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
            thread = threading.Thread(target=self._wait, args=(index,), daemon=True)
            thread.start()
            self._threads.append(thread)
            self._came.acquire()

    def end(self) -> Outcome:
        self._gate.set()
        for thread in self._threads:
            thread.join()
        return self._arrivals.outcome


def spawn_and_join() -> int:
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(spawning.unit()))
    thread.start()
    thread.join()
    return answers[0]


def run_ring(track: Track) -> list[int]:
    """A semaphore of threading's is a condition variable and a number."""
    batons = [threading.Semaphore(0) for _ in range(track.units)]
    all_wait = threading.Barrier(track.units)

    def lead() -> int:
        astray = 0
        for stretch in track.stretches():
            for due in stretch:
                track.token += 1
                batons[1].release()
                batons[0].acquire()
                if track.token != due:
                    astray += 1
        return astray

    def follow(index: int) -> int:
        own, following = batons[index], batons[(index + 1) % track.units]
        astray = 0
        for due in track.due(index):
            own.acquire()
            if track.token != due:
                astray += 1
            track.token += 1
            following.release()
        return astray

    def unit(index: int) -> int:
        all_wait.wait()
        return follow(index) if index else lead()

    return each_on_its_thread(track.units, unit)


def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    if asked.units > 4096:
        raise Skipped(f"{asked.units} threads are too many")
    return each_on_its_thread(asked.units, lambda index: sleeping.sleep_once(index, asked.delay_s))


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
