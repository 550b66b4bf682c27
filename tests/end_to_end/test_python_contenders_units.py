"""Units of the contenders in CPython, whose memory, start and hand-over are measured beside ours."""

import json
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ends import is_sound, seen_end
from python_contenders import (
    FOLDER,
    INSTALLED,
    PROGRAMS,
    PYTHON,
    UNITS,
    answer_of,
    facts,
    order,
    program,
)
from supervised import UNITCOST, Place, counted_in


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def unit_order(measure: str, workload: str, parameters: Mapping[str, Any]) -> str:
    changed = json.loads(order("fib", {}))
    changed |= {"measure": measure, "workload": workload, "parameters": dict(parameters)}
    return json.dumps(changed)


@pytest.mark.parametrize("name", [name for name in UNITS if "switch" in UNITS[name]])
def test_rings_of_several_sizes_hand_over_in_turn(name: str) -> None:
    chosen = program(name)
    for units in (2, 5, 64):
        ring = {"by": UNITS[name]["switch"][0], "cores": 1, "units": units}
        answer = answer_of(chosen, "measure", unit_order("switch", "idle", ring))
        assert facts(answer) == ("ok", answer["runs"] * units, "0" * 16), units


@pytest.mark.parametrize("name", [name for name in UNITS if "spawn" in UNITS[name]])
def test_each_spawned_unit_answers_and_is_joined(name: str) -> None:
    spawned = {"from": UNITS[name]["spawn"][0], "cores": 1}
    answer = answer_of(program(name), "measure", unit_order("spawn", "idle", spawned))
    latency_ns, joined_ns = (answer["samples"][key] for key in ("latency_ns", "joined_ns"))
    assert len(latency_ns) == len(joined_ns) == answer["runs"] >= 8
    assert all(0 < ran <= joined for ran, joined in zip(latency_ns, joined_ns, strict=True))
    assert facts(answer) in [("ok", answer["runs"] * batch, "0" * 16) for batch in (1, 256)]


@pytest.mark.parametrize(
    ("name", "ring", "complaint"),
    [
        ("processes", {"by": "pipe", "units": 1024}, "1024 processes are too many"),
        ("threads", {"by": "pipe", "units": 2}, "switch of idle is not written here"),
    ],
)
def test_a_ring_that_is_too_dear_or_not_written_is_skipped(
    name: str, ring: dict[str, Any], complaint: str
) -> None:
    answer = answer_of(program(name), "measure", unit_order("switch", "idle", ring))
    assert answer == {"end": "skipped", "reason": complaint}


@pytest.mark.parametrize(
    "name", [name for name in UNITS if "echo" in UNITS[name].get("latency", ())]
)
def test_each_connection_is_served_until_its_client_closes(name: str) -> None:
    """Also by pieces, and more than a read holds; whoever has asked nothing was served as well."""
    one = unit_order("latency", "echo", {"load": "closed", "connections": 3, "bytes": 64})
    command = ["bash", "-c", 'exec "$@" 3>&1 >&2', "bash", str(program(name)), "measure", one]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert started.stdin and started.stdout
        started.stdin.write(b'{"serve": 3}\n')
        started.stdin.flush()
        address = ("127.0.0.1", json.loads(started.stdout.readline())["listening"])
        connections = [socket.create_connection(address, timeout=20) for _ in range(3)]
        asked = ([b"a" * 10_000], [b"b", b"cd"], [])
        for connection, pieces in zip(connections, asked, strict=True):
            for piece in pieces:
                connection.sendall(piece)
                assert connection.makefile("rb").read(len(piece)) == piece
        for connection in connections:
            connection.close()
        answer = json.loads(started.communicate(timeout=20)[0])
    finally:
        started.kill()
    assert facts(answer) == ("ok", 3, f"{10_003:016x}") and started.returncode == 0


def test_more_processes_than_are_sensible_serve_nobody() -> None:
    one = unit_order("latency", "echo", {"load": "closed", "connections": 1000, "bytes": 64})
    answer = answer_of(program("processes"), "measure", one)
    assert answer == {"end": "skipped", "reason": "1000 processes are too many"}


# On one CPU.
ONE_OF_EACH = (
    "idle/unit:|idle/from:[a-z]+/cores:1$|idle/by:[a-z_]+/cores:1/units:2$|sleep/units:16/"
)


def test_their_units_join_a_run(place: Place) -> None:
    """Held, spawned, handed over to and asleep; and one that loses a sleeper is caught."""
    names = [name for name, library in PROGRAMS.items() if not library or INSTALLED[library]]
    lossy = place.home / "lossy.py"
    lossy.write_text(
        f"""#!{PYTHON}
import runpy, sys
sys.path.insert(0, {str(FOLDER)!r})
import sleeping
honest = sleeping.measured
sleeping.measured = lambda run, *asked: honest(lambda sleepers: run(sleepers)[1:], *asked)
runpy.run_path({str(FOLDER / "threads.py")!r}, run_name="__main__")
""",
        encoding="utf-8",
    )
    lossy.chmod(0o755)
    run = place.home / "run"
    ran = place.run(
        UNITCOST,
        "run",
        *("--filter", f"^(footprint|spawn|switch|latency)/py_[a-z_]+/({ONE_OF_EACH})"),
        *("--profile", "standard", "--repetitions", 1, "--out", run),
        *("--contender", f"py_lossy={lossy}"),
        *(word for name in names for word in ("--contender", f"py_{name}={FOLDER / name}.py")),
    )
    records = counted_in(run)
    lost = [record for record in records if record["model"] == "py_lossy"]
    assert len(lost) == 4
    (end, reason), *_ = [seen_end(each) for each in lost if each["measure"] == "latency"]
    assert end == "wrong_result" and "15 units where 16 were due" in reason
    theirs = [record for record in records if record["model"] != "py_lossy"]
    assert [(each["case"], each["reason"]) for each in theirs if not is_sound(each)] == []
    for name in names:
        measured = {each["measure"] for each in theirs if each["model"] == f"py_{name}"}
        assert measured == set(UNITS[name]), name
    assert place.remains_of(ran.pid) == []
