"""Contenders in CPython that meet a limit, or lose a unit, say so; nobody is left waiting for the unit
that was not made, and no unit for the gate that will not open."""

import json
import socket
import struct
from pathlib import Path

import pytest
from python_contenders import UNITS, answer_of, changed, echoed, echoing, facts, program, unit_order
from supervised import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_processes_that_have_no_descriptors_left_say_so_and_none_is_left_waiting(
    place: Place,
) -> None:
    ordered = unit_order("switch", "idle", {"by": "pipe", "units": 64})
    limited = changed(
        place,
        "processes",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))",
    )
    answer = answer_of(limited, "measure", ordered)
    assert answer["end"] == "limit_reached" and "Too many open files" in answer["reason"]


# Of address space: the stack of a second one finds no room. It holds for root, too.
ONE_THREAD_BESIDE_THE_FIRST = """import resource
threading.stack_size(2**29)
resource.setrlimit(resource.RLIMIT_AS, (7 * 2**27, 7 * 2**27))
"""


# Units of each kind, of which there are two or more, and what is asked on stdin.
TWO_THREADS = {
    "held": (unit_order("footprint", "idle", {"unit": "thread"}), '{"hold": 2}\n'),
    "in a ring": (unit_order("switch", "idle", {"by": "condition_variable", "units": 3}), ""),
    "asleep": (unit_order("latency", "sleep", {"units": 2, "delay_ms": 200}), ""),
    "at a job": (unit_order("interpreter_lock", "mixed", {"workers": 2}), ""),
    # the first one, of n = 2, makes the second
    "of a graph": (unit_order("throughput", "fib", {"n": 3, "spawn_depth": 2, "workers": 1}), ""),
}


@pytest.mark.parametrize("units", TWO_THREADS)
def test_threads_of_which_no_more_can_be_made_say_so_and_none_is_left_waiting(
    place: Place, units: str
) -> None:
    ordered, asked = TWO_THREADS[units]
    limited = changed(place, "threads", ONE_THREAD_BESIDE_THE_FIRST)
    answer = answer_of(limited, "measure", ordered, asked=asked)
    assert answer == {"end": "limit_reached", "reason": "can't start new thread"}


def test_another_failure_of_a_unit_is_none_of_a_limit(place: Place) -> None:
    change = """import workloads
def joined(children):
    raise RuntimeError("cannot join")
workloads.joined = joined
"""
    ordered, _ = TWO_THREADS["of a graph"]
    with pytest.raises(AssertionError, match="\nRuntimeError: cannot join"):
        answer_of(changed(place, "threads", change), "measure", ordered)


# What refuses the second or third unit, and what is said then.
REFUSALS = {
    "threads": (ONE_THREAD_BESIDE_THE_FIRST, "can't start new thread"),
    "processes": (
        """import errno
honest, forks = os.fork, itertools.count()
def fork():
    if next(forks) == 2:
        raise OSError(errno.EAGAIN, "no process left")
    return honest()
os.fork = fork
""",
        "no process left",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_connections_whose_unit_cannot_be_made_do_not_wait_for_their_clients(
    place: Place, name: str
) -> None:
    change, complaint = REFUSALS[name]
    with echoing(changed(place, name, change)) as (started, _):
        answer = json.loads(started.communicate(timeout=20)[0])
    assert answer["end"] == "limit_reached" and complaint in answer["reason"]


@pytest.mark.parametrize(
    "name", [name for name in UNITS if "echo" in UNITS[name].get("latency", ())]
)
def test_a_connection_that_is_reset_is_not_served_and_not_waited_for(name: str) -> None:
    with echoing(program(name)) as (started, clients):
        assert [echoed(client, b"ab") for client in clients] == [b"ab"] * 3
        at_once = struct.pack("ii", 1, 0)
        clients[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        for client in clients:
            client.close()
        told = started.communicate(timeout=20)[0]
    if name == "threads":  # which fail as their unit does
        assert (told, started.returncode) == (b"", 1)
    else:
        assert facts(json.loads(told)) == ("ok", 2, f"{4:016x}")
