"""A stranger's program that serves our clients: what goes wrong on the way gets its typed end."""

import json
import os
from pathlib import Path

import pytest
from contenders import server
from ends import check_end
from supervised import UNITCOST, Finished, Place, counted_in
from trial import STILL_RUNNING, Trial, try_programs

pytestmark = pytest.mark.skipif(
    len(os.sched_getaffinity(0)) < 2, reason="server and clients need a CPU each"
)

LISTENS, ENDS = "tell(listening=port)", "end(len(sent), sum(sent))"
_LATER = (
    "index == 7 and answers == 3"  # one was first, one makes it steady: in the time that counts
)

# What each program does for a message, at first and at last; its end, and what the reason says.
SERVERS = {
    "honest": ("pass", LISTENS, ENDS, "ok", "^$"),
    "damages_a_byte": (
        f"if {_LATER}: message = message[:-1] + bytes([message[-1] ^ 1])",
        LISTENS,
        ENDS,
        "wrong_result",
        r"^1 of \d+ answers were not the bytes that were sent$",
    ),
    "answers_the_first_wrongly": (
        "if index == 0 and answers == 1: message = bytes(64)",
        LISTENS,
        ENDS,
        "wrong_result",
        r"^1 of \d+ answers",
    ),
    "says_too_much": (
        f"if {_LATER}: message += b'!'",
        LISTENS,
        ENDS,
        "wrong_result",
        r"^\d+ of \d+ answers",
    ),
    "hangs_up": (
        f"if {_LATER}: connection.shutdown(socket.SHUT_RDWR); break",
        LISTENS,
        ENDS,
        "wrong_result",
        "^1 of 64 connections were closed by it, or not answered in time$",
    ),
    "forgets_a_client": (
        f"if {_LATER}: continue",
        LISTENS,
        ENDS,
        "wrong_result",
        "^1 of 64 connections",
    ),
    "never_answers": ("continue", LISTENS, ENDS, "wrong_result", "^64 of 64 connections"),
    "serves_fewer": ("pass", LISTENS, "end(63, sum(sent))", "wrong_result", "63 units where 64"),
    "counts_too_much": ("pass", LISTENS, "end(64, sum(sent) + 64)", "wrong_result", "checksum"),
    "falls_in_the_middle": (
        f"if {_LATER}: print('about to fall', flush=True); os.kill(os.getpid(), signal.SIGSEGV)",
        LISTENS,
        ENDS,
        "crashed",
        "^killed by Segmentation fault: about to fall$",
    ),
    "leaves_in_the_middle": (
        f"if {_LATER}: os._exit(3)",
        LISTENS,
        ENDS,
        "crashed",
        "^ended with status 3",
    ),
    "falls_before_it_listens": (
        "pass",
        "os._exit(4)",
        ENDS,
        "crashed",
        r'when asked \{"serve": 64\}, and ended with status 4',
    ),
    "mumbles": ("pass", "os.write(3, b'fine\\n')", ENDS, "crashed", 'connections it wrote "fine"'),
    "has_no_port": ("pass", "tell(listening=0)", ENDS, "wrong_result", "port 0: there is none"),
    "listens_elsewhere": (
        "pass",
        "door.close(); tell(listening=port); sys.exit()",
        ENDS,
        "crashed",
        "says that it listens on port",
    ),
    "says_nothing_at_the_end": ("pass", LISTENS, "pass", "crashed", "nothing was written"),
    "hangs_at_first": ("pass", "time.sleep(60)", ENDS, "timed_out", STILL_RUNNING),
    "hangs_at_the_end": ("pass", LISTENS, "time.sleep(60)", "timed_out", STILL_RUNNING),
    "meets_a_limit": (
        "pass",
        "tell(end='limit_reached', reason='no more sockets'); sys.exit()",
        ENDS,
        "limit_reached",
        "^no more sockets$",
    ),
    "has_had_enough": (
        "pass",
        "end(64, 0); sys.exit()",
        ENDS,
        "wrong_result",
        "came to its end when asked to serve 64 connections",
    ),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def run_servers(place: Place, models: str, *options: object, out: str = "run") -> Finished:
    chosen = f"^latency/{models}/echo/load:closed/connections:64/bytes:64$"
    once = ["--filter", chosen, "--repetitions", 1, "--seed", 1]
    return place.run(UNITCOST, "run", *once, *options, "--out", place.home / out)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    place = Place(tmp_path_factory.mktemp("servers"))
    programs = {name: server(place, name, *does) for name, (*does, _, _) in SERVERS.items()}
    hanging = [name for name, (*_, end, _) in SERVERS.items() if end == "timed_out"]
    return try_programs(place, programs, hanging, run_servers)


@pytest.mark.parametrize("name", SERVERS)
def test_a_program_that_serves_gets_its_typed_end(servers: Trial, name: str) -> None:
    record = servers.record_of(name)
    *_, expected_end, expected_reason = SERVERS[name]
    check_end(record, expected_end, expected_reason)


def test_nothing_of_them_is_left_behind(servers: Trial) -> None:
    assert servers.remains == []


def test_the_honest_one_has_the_numbers_of_a_model(servers: Trial) -> None:
    record = servers.record_of("honest")
    assert record["checks"]["units"] == record["checks"]["expected_units"] == 64
    assert int(record["checks"]["checksum"], 16) % 64 == 0
    if record["end"] != "ok":
        pytest.skip("the machine is in use")
    values = {metric["name"]: metric["value"] for metric in record["metrics"]}
    assert list(values) == ["cpu_ns_per_request", "requests_per_second", "latency_ns"]
    assert all(value > 0 for value in values.values())


def test_it_is_told_its_case_and_has_the_first_cpu_alone(place: Place) -> None:
    told = "json.dumps([case, asked, sorted(os.sched_getaffinity(0))])"
    first = f"tell(end='skipped', reason={told}); sys.exit()"
    run_servers(place, "curious", *server(place, "curious", first=first))
    (record,) = counted_in(place.home / "run")
    assert record["end"] == "skipped", record["reason"]
    case, asked, affinity = json.loads(record["reason"])
    assert (case["measure"], case["workload"]) == ("latency", "echo")
    assert case["parameters"] == {"load": "closed", "connections": 64, "bytes": 64}
    assert case["cpus"] == affinity and len(affinity) == 1
    assert asked == {"serve": 64}
