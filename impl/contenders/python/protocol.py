"""What the contenders in CPython share: unitcost's protocol (docs/CONTENDERS.md).

A program calls `serve` with what it has to say of itself and with what it can do."""

import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import echoing
import holding
import jobs
import ring
import sleeping
import spawning
from answers import Outcome, Skipped, answer, ok
from workloads import Graph, graph_names, graph_of


@dataclass(frozen=True)
class Case:
    """The order to measure."""

    measure: str
    workload: str
    parameters: dict[str, Any]
    cpus: list[int]
    measuring_s: float

    @staticmethod
    def read(text: str) -> "Case":
        order = json.loads(text)
        return Case(**{key: order[key] for key in Case.__dataclass_fields__})

    @property
    def workers(self) -> int:
        return int(self.parameters["workers"])

    @property
    def every_call_is_a_unit(self) -> bool:
        return bool(self.parameters["spawn_depth"] == "all")


Run = Callable[[], Outcome]
# Starts workers, gives what runs the whole graph once, and ends what it started.
Runtime = Callable[[Case, Graph[Any]], AbstractContextManager[Run]]


@dataclass(frozen=True)
class Program:
    """What it has to say of itself, asked only where its library is there, and what it can do."""

    about: Callable[[], str]
    runtime: Runtime | None = None
    run_job: jobs.RunJob | None = None
    hold: Mapping[str, Callable[[], holding.Held]] = field(default_factory=dict)  # what a unit is
    spawn: Mapping[str, spawning.Sampler] = field(default_factory=dict)  # by who spawns
    run_ring: Mapping[str, ring.RunRing] = field(default_factory=dict)  # by how it hands over
    run_sleepers: sleeping.RunSleepers | None = None
    serve_echo: echoing.Server | None = None

    def measures(self) -> dict[str, list[str]]:
        offered: dict[str, Collection[str]] = {
            "throughput": graph_names if self.runtime else (),
            "interpreter_lock": jobs.PLANS if self.run_job else (),
            "footprint": self.hold,
            "spawn": self.spawn,
            "switch": self.run_ring,
            "latency": self._waits(),
        }
        return {measure: list(kinds) for measure, kinds in offered.items() if kinds}

    def _waits(self) -> list[str]:
        waits = {"sleep": self.run_sleepers, "echo": self.serve_echo}
        return [kind for kind, does in waits.items() if does]


def serve(program: Program, absent: str = "") -> NoReturn:
    """Does what the command line says, and exits. With a library that is `absent` for this reason
    each case is skipped."""
    match sys.argv[1:]:
        case ["describe"]:
            print(json.dumps(_description(program, absent)))
        case ["measure", order]:
            answer(lambda: _measured(Case.read(order), program, absent))
        case _:
            sys.exit("usage: describe | measure CASE")
    sys.exit()


def without(package: str, absent: ImportError) -> str:
    return f"{absent}: scripts/setup.sh --contenders installs {package}"


def _description(program: Program, absent: str) -> dict[str, Any]:
    interpreter = (
        f"{platform.python_implementation()} {platform.python_version()} "
        f"({platform.python_compiler()}), switch interval {sys.getswitchinterval() * 1e3:g} ms, "
        "garbage collector as it comes, leaves in plain Python"
    )
    about = f"{absent or program.about()}; {interpreter}"
    return {"protocol": 1, "about": about, "measures": program.measures()}


def _measured(case: Case, program: Program, absent: str) -> dict[str, Any]:
    if absent:
        raise Skipped(absent)
    os.sched_setaffinity(0, case.cpus)
    parameters, seconds = case.parameters, case.measuring_s
    match case.measure:
        case "interpreter_lock" if program.run_job:
            return jobs.measured(case.workload, program.run_job)
        case "footprint" if parameters["unit"] in program.hold:
            return holding.measured(program.hold[parameters["unit"]]())
        case "spawn" if parameters["from"] in program.spawn:
            return spawning.measured(program.spawn[parameters["from"]], seconds)
        case "switch" if parameters["by"] in program.run_ring:
            return ring.measured(program.run_ring[parameters["by"]], parameters["units"], seconds)
        case "latency" if case.workload == "echo" and program.serve_echo:
            return echoing.measured(program.serve_echo, parameters["connections"])
        case "latency" if case.workload == "sleep" and program.run_sleepers:
            units, delay_ms = parameters["units"], parameters["delay_ms"]
            return sleeping.measured(program.run_sleepers, units, delay_ms)
        case "throughput" if program.runtime and case.workload in graph_names:
            graph = graph_of(case.workload, parameters)
            with program.runtime(case, graph) as run:
                return _timed(run, seconds)
    raise Skipped(f"{case.measure} of {case.workload} is not written here")


def _timed(run: Run, measuring_s: float) -> dict[str, Any]:
    """The run that warms up tells how many fit into the time."""
    begun = time.monotonic_ns()
    expected = run()
    runs = max(1, math.ceil(measuring_s * 1e9 / (time.monotonic_ns() - begun)))
    outcomes = set()
    begun = time.monotonic_ns()
    for _ in range(runs):
        outcomes.add(run())
    elapsed_ns = time.monotonic_ns() - begun
    if outcomes != {expected}:
        return {"end": "wrong_result", "reason": f"runs differ: {expected}, then {outcomes}"}
    return ok(expected, runs=runs, elapsed_ns=elapsed_ns)
