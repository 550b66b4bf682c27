"""What the contenders in CPython share: unitcost's protocol (docs/CONTENDERS.md).

A program calls `serve` with what it has to say of itself and with a runtime: a context manager
that starts workers, gives a callable which runs the whole graph once, and ends what it started."""

import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NoReturn

import jobs
from workloads import Graph, Outcome, graph_names, graph_of

_BITS_64 = (1 << 64) - 1


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


class Skipped(Exception):
    """What cannot be done, and why."""


Run = Callable[[], Outcome]
Runtime = Callable[[Case, Graph[Any]], AbstractContextManager[Run]]


def serve(about: str, runtime: Runtime, run_job: jobs.RunJob | None = None) -> NoReturn:
    """Does what the command line says, and exits. Without `run_job` it has no interpreter_lock."""
    match sys.argv[1:]:
        case ["describe"]:
            print(json.dumps(_description(about, run_job is not None)))
        case ["measure", order]:
            _answer(_measured(Case.read(order), runtime, run_job))
        case _:
            sys.exit("usage: describe | measure CASE")
    sys.exit()


def serve_missing(package: str, absent: ImportError, has_jobs: bool = False) -> NoReturn:
    """Serves a program whose library is not installed: each case is skipped for that reason."""
    reason = f"{absent}: scripts/setup.sh --contenders installs {package}"

    def refuse(*_asked: object) -> NoReturn:
        raise Skipped(reason)

    serve(reason, refuse, refuse if has_jobs else None)


def _description(about: str, has_jobs: bool) -> dict[str, Any]:
    interpreter = (
        f"{platform.python_implementation()} {platform.python_version()} "
        f"({platform.python_compiler()}), switch interval {sys.getswitchinterval() * 1e3:g} ms, "
        "garbage collector as it comes, leaves in plain Python"
    )
    measures = {"throughput": list(graph_names)}
    if has_jobs:
        measures["interpreter_lock"] = list(jobs.PLANS)
    return {"protocol": 1, "about": f"{about}; {interpreter}", "measures": measures}


def _measured(case: Case, runtime: Runtime, run_job: jobs.RunJob | None) -> dict[str, Any]:
    os.sched_setaffinity(0, case.cpus)
    try:
        if case.measure == "interpreter_lock" and run_job is not None:
            return jobs.measured(case.workload, run_job)
        if case.measure != "throughput" or case.workload not in graph_names:
            raise Skipped(f"{case.measure} of {case.workload} is not written here")
        graph = graph_of(case.workload, case.parameters)
        with runtime(case, graph) as run:
            return _timed(run, case.measuring_s)
    except Skipped as why:
        return {"end": "skipped", "reason": str(why)}


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
    units, checksum = expected
    facts = {"units": units, "checksum": f"{checksum & _BITS_64:016x}"}
    return {"end": "ok", **facts, "runs": runs, "elapsed_ns": elapsed_ns}


def _answer(facts: dict[str, Any]) -> None:
    with open(3, "w", encoding="utf-8") as answer:
        json.dump(facts, answer)
