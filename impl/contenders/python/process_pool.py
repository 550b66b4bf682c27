#!/usr/bin/python3
"""multiprocessing.Pool: a task for each unit. A worker cannot give its pool tasks, so a unit
returns its children, and the parent gives them to the pool. Units of a job are its tasks, too."""

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import AsyncResult, Pool
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any

import jobs
import spawning
from answers import Outcome, Skipped
from protocol import Case, Program, Run, serve
from workloads import Graph

_Returned = tuple[list[Any], int]  # a unit's children and, without any, its checksum

_graph: Graph[Any]  # in a worker
_job: tuple[jobs.Plan, int, jobs.Flag]  # in a worker, too


def become_worker(graph: Graph[Any], cpus: "SimpleQueue[int]") -> None:
    global _graph
    _graph = graph
    os.sched_setaffinity(0, {cpus.get()})


def unit(node: Any) -> _Returned:
    children = _graph.children(node)
    return children, 0 if children else _graph.leaf(node)


def run(pool: Pool, root: Any) -> Outcome:
    units = checksum = 0
    pending: deque[AsyncResult[_Returned]] = deque([pool.apply_async(unit, (root,))])
    while pending:
        children, of_leaf = pending.popleft().get()
        pending.extend(pool.apply_async(unit, (child,)) for child in children)
        units += 1
        checksum += of_leaf
    return units, checksum


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.every_call_is_a_unit:
        raise Skipped("a pool's task for every call is too dear")
    context = multiprocessing.get_context("fork")
    cpus: SimpleQueue[int] = context.SimpleQueue()
    for cpu in case.cpus:
        cpus.put(cpu)
    with context.Pool(case.workers, become_worker, (graph, cpus)) as pool:
        yield lambda: run(pool, graph.root)
        pool.close()
        pool.join()


def become_job_worker(plan: jobs.Plan, iterations: int, over: jobs.Flag, all_up: Barrier) -> None:
    global _job
    _job = plan, iterations, over
    all_up.wait()


def unit_of_a_job(index: int) -> jobs.Ended:
    plan, iterations, over = _job
    return jobs.drive(jobs.unit(plan, index, iterations, over))


def run_job(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    context = multiprocessing.get_context("fork")
    over = context.RawValue("b", 0)
    all_up = context.Barrier(plan.units)
    with context.Pool(plan.units, become_job_worker, (plan, iterations, over, all_up)) as pool:
        # A pool is there before its tasks: long enough for all of its workers to be out of the
        # barrier, which they leave one after another.
        pool.map(time.sleep, [0.05] * plan.units, chunksize=1)
        return pool.map(unit_of_a_job, range(plan.units), chunksize=1)


def sample(series: spawning.Series) -> dict[str, Any]:
    with multiprocessing.get_context("fork").Pool(1) as pool:

        def spawn_and_join() -> int:
            return pool.apply_async(spawning.unit).get()

        answer = spawning.drive(series, spawn_and_join)
        pool.close()
        pool.join()
        return answer


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: "multiprocessing.Pool, workers forked and idle asleep, of graphs pinned, "
            "a task for each unit, submitted and joined by the parent, which runs none but shares"
            " their CPUs",
            runtime=runtime,
            run_job=run_job,
            spawn={"client": sample},
        )
    )
