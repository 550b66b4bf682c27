#!/usr/bin/python3
"""multiprocessing.Process: a process for each unit, forked."""

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import sleeping
import spawning
from answers import Outcome, Skipped
from protocol import Program, serve
from ring import Track
from splitmix64 import mix

_context = multiprocessing.get_context("fork")


class IdleProcesses:
    """Each waits for one event."""

    def __init__(self) -> None:
        self._gate = _context.Event()
        self._came = _context.Semaphore(0)
        self._arrivals = _context.RawArray("Q", 2)  # units and checksum; one arrives at a time
        self._processes: list[BaseProcess] = []

    def _wait(self, index: int) -> None:
        units, checksum = self._arrivals
        self._arrivals[:] = [units + 1, (checksum + mix(index)) % 2**64]
        self._came.release()
        self._gate.wait()

    def grow_to(self, count: int) -> None:
        for index in range(len(self._processes), count):
            self._processes.append(_context.Process(target=self._wait, args=(index,)))
            self._processes[-1].start()
            self._came.acquire()

    def end(self) -> Outcome:
        self._gate.set()
        for process in self._processes:
            process.join()
        units, checksum = self._arrivals
        return units, checksum


def run_all(units: list[BaseProcess]) -> None:
    for process in units:
        process.start()
    for process in units:
        process.join()


def sample(series: spawning.Series) -> dict[str, Any]:
    answers = _context.RawArray("q", 256)

    def unit(index: int, last: int) -> None:
        answers[index] = spawning.unit(index, last)

    def spawn_and_join(count: int) -> list[int]:
        run_all([_context.Process(target=unit, args=(each, count - 1)) for each in range(count)])
        return list(answers[:count])

    return spawning.drive(series, spawn_and_join)


def run_ring(track: Track) -> None:
    """A byte in pipes is the token; what the track counts is in shared memory."""
    if track.units > 64:
        raise Skipped(f"{track.units} processes are too many")
    pipes: list[tuple[Connection, Connection]] = [
        _context.Pipe(duplex=False) for _ in range(track.units)
    ]
    counts = _context.RawArray("q", [track.turn, 0, 0])
    all_wait = _context.Barrier(track.units)

    def receive(index: int) -> None:
        pipes[index][0].recv_bytes()
        track.turn, track.received, track.astray = counts
        track.receive(index)
        counts[:] = [track.turn, track.received, track.astray]

    def follow(index: int) -> None:
        following = pipes[(index + 1) % track.units][1]
        all_wait.wait()
        for _ in range(track.laps):
            receive(index)
            following.send_bytes(b".")

    followers = [_context.Process(target=follow, args=(each,)) for each in range(1, track.units)]
    for process in followers:
        process.start()
    all_wait.wait()
    for lap in range(track.laps):
        track.look(lap)
        pipes[1][1].send_bytes(b".")
        receive(0)
    for process in followers:
        process.join()


def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    if asked.units > 256:
        raise Skipped(f"{asked.units} processes are too many")
    times = _context.RawArray("q", 2 * asked.units)

    def unit(index: int) -> None:
        slept = sleeping.sleep_once(index, asked.delay_s)
        times[2 * index : 2 * index + 2] = [slept.started_ns, slept.woke_ns]

    run_all([_context.Process(target=unit, args=(each,)) for each in range(asked.units)])
    return [sleeping.Slept(each, *times[2 * each : 2 * each + 2]) for each in range(asked.units)]


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: "multiprocessing.Process, a process for each unit, forked and joined",
            hold={"process": IdleProcesses},
            spawn={"unit": sample},
            run_ring={"pipe": run_ring},
            run_sleepers=run_sleepers,
        )
    )
