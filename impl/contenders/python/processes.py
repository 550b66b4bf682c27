#!/usr/bin/python3
"""multiprocessing.Process: a process for each unit, forked."""

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import echoing
import sleeping
import spawning
from answers import Outcome, Skipped
from protocol import Program, serve
from ring import Track
from splitmix64 import mix

# Units are daemons: where one cannot be made the others, which would wait for ever, end with the program.
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
            self._processes.append(_context.Process(target=self._wait, args=(index,), daemon=True))
            self._processes[-1].start()
            self._came.acquire()

    def end(self) -> Outcome:
        self._gate.set()
        for process in self._processes:
            process.join()
        units, checksum = self._arrivals
        return units, checksum


def sample(series: spawning.Series) -> dict[str, Any]:
    answer = _context.RawValue("q")

    def unit() -> None:
        answer.value = spawning.unit()

    def spawn_and_join() -> int:
        process = _context.Process(target=unit, daemon=True)
        process.start()
        process.join()
        return int(answer.value)

    return spawning.drive(series, spawn_and_join)


def passed_on(token: int) -> bytes:
    return token.to_bytes(8, "little")


def received(pipe: Connection) -> int:
    return int.from_bytes(pipe.recv_bytes(), "little")


def run_ring(track: Track) -> list[int]:
    """The token goes through pipes."""
    if track.units > 64:
        raise Skipped(f"{track.units} processes are too many")
    pipes: list[tuple[Connection, Connection]] = [
        _context.Pipe(duplex=False) for _ in range(track.units)
    ]
    never_ended = -1
    of_followers = _context.RawArray("q", [never_ended] * track.units)
    all_wait = _context.Barrier(track.units)

    def lead() -> int:
        own, following = pipes[0][0], pipes[1][1]
        token = astray = 0
        for stretch in track.stretches():
            for due in stretch:
                following.send_bytes(passed_on(token + 1))
                token = received(own)
                if token != due:
                    astray += 1
        return astray

    def follow(index: int) -> None:
        own, following = pipes[index][0], pipes[(index + 1) % track.units][1]
        astray = 0
        all_wait.wait()
        for due in track.due(index):
            token = received(own)
            if token != due:
                astray += 1
            following.send_bytes(passed_on(token + 1))
        of_followers[index] = astray

    indices = range(1, track.units)
    followers = [_context.Process(target=follow, args=(each,), daemon=True) for each in indices]
    for process in followers:
        process.start()
    all_wait.wait()
    of_leader = lead()
    for process in followers:
        process.join()
    return [of_leader, *(astray for astray in of_followers if astray != never_ended)]


def run_sleepers(asked: sleeping.Sleepers) -> list[sleeping.Slept]:
    if asked.units > 256:
        raise Skipped(f"{asked.units} processes are too many")
    times = _context.RawArray("q", 2 * asked.units)

    def unit(index: int) -> None:
        slept = sleeping.sleep_once(index, asked.delay_s)
        times[2 * index : 2 * index + 2] = [slept.started_ns, slept.woke_ns]

    indices = range(asked.units)
    processes = [_context.Process(target=unit, args=(each,), daemon=True) for each in indices]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [sleeping.Slept(each, *times[2 * each : 2 * each + 2]) for each in range(asked.units)]


if __name__ == "__main__":
    serve(
        Program(
            about=lambda: "multiprocessing.Process, a process for each unit, forked and joined",
            hold={"process": IdleProcesses},
            spawn={"unit": sample},
            run_ring={"pipe": run_ring},
            run_sleepers=run_sleepers,
            serve_echo=echoing.OF_PROCESSES,
        )
    )
