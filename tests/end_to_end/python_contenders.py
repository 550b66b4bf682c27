"""The contenders in CPython, as a run starts them: which there are, what each can, and how one is asked."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from supervised import ROOT, Place

FOLDER = ROOT / "impl/contenders/python"
PYTHON = "/usr/bin/python3"

# Each program, and the library without which it only skips.
PROGRAMS = {
    "threads": None,
    "processes": None,
    "process_pool": None,
    "asyncio_tasks": None,
    "greenlets": "greenlet",
    "gevents": "gevent",
}
# All but processes.py, whose like runs graphs better as a pool.
WITH_GRAPHS = [name for name in PROGRAMS if name != "processes"]

# What each offers beside graphs and jobs.
UNITS: dict[str, dict[str, list[str]]] = {
    "threads": {
        "footprint": ["thread"],
        "spawn": ["unit"],
        "switch": ["condition_variable"],
        "latency": ["sleep", "echo"],
    },
    "processes": {
        "footprint": ["process"],
        "spawn": ["unit"],
        "switch": ["pipe"],
        "latency": ["sleep", "echo"],
    },
    "process_pool": {"spawn": ["client"]},
    "asyncio_tasks": {
        "footprint": ["coroutine"],
        "spawn": ["unit"],
        "switch": ["yield"],
        "latency": ["sleep", "echo"],
    },
    "greenlets": {"footprint": ["coroutine"], "spawn": ["unit"], "switch": ["transfer"]},
    "gevents": {
        "footprint": ["coroutine"],
        "spawn": ["unit"],
        "switch": ["yield"],
        "latency": ["sleep", "echo"],
    },
}

# Their units are cheap enough for every call to be one.
ON_ONE_THREAD = ("asyncio_tasks", "greenlets", "gevents")

WITH_JOBS = ("threads", "process_pool", "asyncio_tasks", "gevents")

# Steps of a repetition, and how many of each sample.
JOBS: dict[str, tuple[int, dict[str, int]]] = {
    "cpu_bound": (9000, {"alone_ns": 3, "together_ns": 3}),
    "io_bound": (192, {"alone_ns": 3, "together_ns": 3}),
    "mixed": (120, {"alone_lateness_ns": 57, "lateness_ns": 57}),
}

# Lines of the table in docs/CONTENDERS.md.
KNOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "fib n:20 spawn_depth:all": ("fib", {"n": 20, "spawn_depth": "all"}),
    "fib n:24 spawn_depth:4": ("fib", {"n": 24, "spawn_depth": 4}),
    "nqueens n:12 spawn_depth:2": ("nqueens", {"n": 12, "spawn_depth": 2}),
}

# Edges of the graphs, with units and value. Boards of six rows: 1, 6, 20, 36, 46, 40 and 4 a row.
SMALL: dict[str, tuple[str, dict[str, Any], int, int]] = {
    "a root that is a leaf": ("fib", {"n": 1, "spawn_depth": 4}, 1, 1),
    "a root that may not spawn": ("fib", {"n": 9, "spawn_depth": 0}, 1, 55),
    "leaves above the spawn depth": ("fib", {"n": 5, "spawn_depth": 4}, 15, 8),
    "boards that cannot be completed": ("nqueens", {"n": 6, "spawn_depth": 4}, 109, 4),
    "every board": ("nqueens", {"n": 6, "spawn_depth": "all"}, 153, 4),
    "one board": ("nqueens", {"n": 1, "spawn_depth": 3}, 2, 1),
    "a spawn depth beyond all boards": ("nqueens", {"n": 4, "spawn_depth": 9}, 17, 2),
}


def is_installed(library: str) -> bool:
    return (
        subprocess.run(
            [PYTHON, "-c", f"import {library}"], stderr=subprocess.DEVNULL, check=False
        ).returncode
        == 0
    )


INSTALLED = {library: is_installed(library) for library in PROGRAMS.values() if library}


def program(name: str) -> Path:
    library = PROGRAMS[name]
    if library and not INSTALLED[library]:
        pytest.skip(f"{library} is not installed; scripts/setup.sh --contenders does it")
    return FOLDER / f"{name}.py"


def order(workload: str, parameters: Mapping[str, Any], workers: int = 1) -> str:
    """Its name is what ours are told a graph by."""
    cpus = sorted(os.sched_getaffinity(0)) * workers
    named = "/".join(f"{key}:{value}" for key, value in parameters.items())
    return json.dumps(
        {
            "protocol": 1,
            "case": f"throughput/serial/{workload}/{named}/workers:{workers}",
            "measure": "throughput",
            "workload": workload,
            "parameters": {**parameters, "workers": workers},
            "cpus": cpus[:workers],
            "measuring_s": 0.002,
            "repetition": 0,
            "seed": 1,
            "memory_limit_bytes": 0,
        }
    )


def unit_order(measure: str, workload: str, parameters: Mapping[str, Any]) -> str:
    changed = json.loads(order("fib", {}))
    changed |= {"measure": measure, "workload": workload, "parameters": dict(parameters)}
    return json.dumps(changed)


def with_answers_on_stdout(*command: object) -> list[str]:
    """The command, whose descriptor 3 is what its stdout was."""
    return ["bash", "-c", 'exec "$@" 3>&1 >&2', "bash", *(str(word) for word in command)]


def answer_of(
    *command: object, environment: Mapping[str, str] | None = None, asked: str = ""
) -> dict[str, Any]:
    """What is written to descriptor 3 by a program that is `asked` on stdin."""
    ran = subprocess.run(
        with_answers_on_stdout(*command),
        env={**os.environ, **(environment or {})},
        input=asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


@contextmanager
def echoing(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[socket.socket]]]:
    """The program, which serves three connections, and its clients, all connected."""
    one = unit_order("latency", "echo", {"load": "closed", "connections": 3, "bytes": 64})
    started = subprocess.Popen(
        with_answers_on_stdout(path, "measure", one),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert started.stdin and started.stdout
        started.stdin.write(b'{"serve": 3}\n')
        started.stdin.flush()
        address = ("127.0.0.1", json.loads(started.stdout.readline())["listening"])
        yield started, [socket.create_connection(address, timeout=20) for _ in range(3)]
    finally:
        started.kill()


def echoed(client: socket.socket, piece: bytes) -> bytes:
    client.sendall(piece)
    return client.makefile("rb").read(len(piece))


def facts(answer: Mapping[str, Any]) -> tuple[object, object, object]:
    return answer["end"], answer.get("units"), answer.get("checksum")


def about(name: str, environment: Mapping[str, str] | None = None) -> str:
    command = [str(FOLDER / f"{name}.py"), "describe"]
    printed = subprocess.check_output(command, env={**os.environ, **(environment or {})})
    described = json.loads(printed)
    assert described["protocol"] == 1
    graphs = {"throughput": ["fib", "nqueens", "brackets"]} if name in WITH_GRAPHS else {}
    offered_jobs = {"interpreter_lock": list(JOBS)} if name in WITH_JOBS else {}
    assert described["measures"] == {**graphs, **offered_jobs, **UNITS[name]}
    return str(described["about"])


def changed(place: Place, name: str, change: str) -> Path:
    """The program after `change`, which is done where its modules can be imported."""
    path = place.home / f"{name}_changed.py"
    path.write_text(
        f"""#!{PYTHON}
import itertools, os, runpy, sys, threading, time
sys.path.insert(0, {str(FOLDER)!r})
{change}
runpy.run_path({str(program(name))!r}, run_name="__main__")
""",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path
