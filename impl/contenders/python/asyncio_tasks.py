#!/usr/bin/python3
"""asyncio: a task for each unit, in the task group of its parent. One thread runs them all."""

import asyncio
import time
from collections.abc import Iterator
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
            await asyncio.sleep(next(unit_of_a_job))
        except StopIteration as end:
            ended: jobs.Ended = end.value
            return ended


async def drive_all(plan: jobs.Plan, iterations: int) -> list[jobs.Ended]:
    over = jobs.PlainFlag()
    units = [jobs.unit(plan, index, iterations, over) for index in range(plan.units)]
    return await asyncio.gather(*(drive(each) for each in units))


class IdleTasks:
    """Each waits for one event; the loop rests while nobody runs it."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._gate = asyncio.Event()
        self._arrivals = Arrivals()
        self._tasks: list[asyncio.Task[None]] = []

    async def _wait(self, index: int) -> None:
        self._arrivals.arrive(index)
        await self._gate.wait()

    async def _grow_to(self, count: int) -> None:
        indices = range(len(self._tasks), count)
        self._tasks += [asyncio.create_task(self._wait(index)) for index in indices]
        while self._arrivals.units < count:
            await asyncio.sleep(0)

    async def _end(self) -> None:
        self._gate.set()
        await asyncio.gather(*self._tasks)

    def grow_to(self, count: int) -> None:
        self._loop.run(self._grow_to(count))

    def end(self) -> Outcome:
        with self._loop:
            self._loop.run(self._end())
        return self._arrivals.outcome


async def spawned_unit() -> int:
    return spawning.unit()


async def spawn_and_join() -> int:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(spawned_unit())
    return task.result()


async def lead(track: Track) -> int:
    astray = 0
    for stretch in track.stretches():
        for due in stretch:
            track.token += 1
            await asyncio.sleep(0)
            if track.token != due:
                astray += 1
    return astray


async def follow(track: Track, index: int) -> int:
    astray = 0
    for due in track.due(index):
        if track.token != due:
            astray += 1
        track.token += 1
        await asyncio.sleep(0)
    return astray


async def run_ring(track: Track) -> list[int]:
    """They take turns in the order in which they were made."""
    followers = [follow(track, index) for index in range(1, track.units)]
    return await asyncio.gather(lead(track), *followers)


async def sleep_once(index: int, delay_s: float) -> sleeping.Slept:
    started_ns = time.monotonic_ns()
    await asyncio.sleep(delay_s)
    return sleeping.Slept(index, started_ns, time.monotonic_ns())


async def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    return await asyncio.gather(*(sleep_once(each, asked.delay_s) for each in range(asked.units)))


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: "asyncio, a task in a task group for each unit, last children awaited",
            runtime=runtime,
            run_job=lambda *asked: asyncio.run(drive_all(*asked)),
            hold={"coroutine": IdleTasks},
            spawn={
                "unit": lambda series: asyncio.run(spawning.drive_awaited(series, spawn_and_join))
            },
            run_ring={"yield": lambda track: asyncio.run(run_ring(track))},
            run_sleepers=lambda asked: asyncio.run(run_sleepers(asked)),
            serve_echo=echoing.OF_TASKS,
        )
    )
