#!/usr/bin/python3
"""asyncio: a task for each unit, in the task group of its parent. One thread runs them all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jobs
from protocol import Case, Run, Skipped, serve
from workloads import Graph, Outcome, joined


async def unit(graph: Graph[Any], node: Any) -> Outcome:
    children = graph.children(node)
    if not children:
        return 1, graph.leaf(node)
    *spawned, last = children
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(unit(graph, child)) for child in spawned]
        of_last = await unit(graph, last)
    return joined([of_last, *(task.result() for task in tasks)])


@contextmanager
def runtime(case: Case, graph: Graph[Any]) -> Iterator[Run]:
    if case.workers > 1:
        raise Skipped("asyncio runs its tasks on one thread")
    with asyncio.Runner() as runner:
        yield lambda: runner.run(unit(graph, graph.root))


async def drive(unit_of_a_job: jobs.Unit) -> jobs.Ended:
    while True:
        try:
            pause_s = next(unit_of_a_job)
        except StopIteration as end:
            ended: jobs.Ended = end.value
            return ended
        await asyncio.sleep(pause_s)


async def drive_all(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    over = jobs.PlainFlag()
    units = [jobs.unit(plan, index, iterations, over) for index in range(plan.units)]
    return await asyncio.gather(*(drive(each) for each in units))


def run_job(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    return asyncio.run(drive_all(plan, iterations))


if __name__ == "__main__":
    serve(
        "asyncio, a task in a task group for each unit, last children awaited in place",
        runtime,
        run_job,
    )
