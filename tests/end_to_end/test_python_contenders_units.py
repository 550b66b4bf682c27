"""Units of the contenders in CPython, whose memory, start and hand-over are measured beside ours."""

import json
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
    changed,
    echoed,
    echoing,
    facts,
    program,
    unit_order,
)
from supervised import UNITCOST, Place, counted_in


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("name", [name for name in UNITS if "switch" in UNITS[name]])
def test_rings_of_several_sizes_hand_over_in_turn(name: str) -> None:
    chosen = program(name)
    for units in (2, 5, 64):
        ring = {"by": UNITS[name]["switch"][0], "cores": 1, "units": units}
        answer = answer_of(chosen, "measure", unit_order("switch", "idle", ring))
        if answer["end"] == "limit_reached" and units == 64:
            continue  # of descriptors, where a user has few
        assert facts(answer) == ("ok", answer["runs"] * units, "0" * 16), units


@pytest.mark.parametrize("name", [name for name in UNITS if "spawn" in UNITS[name]])
def test_each_spawned_unit_answers_and_is_joined(name: str) -> None:
    spawned = {"from": UNITS[name]["spawn"][0], "cores": 1}
    answer = answer_of(program(name), "measure", unit_order("spawn", "idle", spawned))
    latency_ns, joined_ns = (answer["samples"][key] for key in ("latency_ns", "joined_ns"))
    assert len(latency_ns) == len(joined_ns) == answer["runs"] >= 8
    assert all(0 < ran <= joined for ran, joined in zip(latency_ns, joined_ns, strict=True))
    assert facts(answer) == ("ok", answer["runs"], "0" * 16)


def spawn_order(name: str) -> str:
    return unit_order("spawn", "idle", {"from": UNITS[name]["spawn"][0], "cores": 1})


@pytest.mark.parametrize("name", [name for name in UNITS if "spawn" in UNITS[name]])
@pytest.mark.parametrize("clock", ["0", "begun", "2**62"])
def test_a_unit_whose_clock_is_of_another_time_is_not_counted(
    place: Place, name: str, clock: str
) -> None:
    """As one that never ran would leave its forerunner's reading."""
    change = f"""import spawning
spawning.begun = time.monotonic_ns()
exec("def unit(): return {clock}", vars(spawning))
"""
    answer = answer_of(changed(place, name, change), "measure", spawn_order(name))
    assert answer["units"] == 0 and answer["runs"] >= 8


def test_units_that_are_too_short_for_the_clock_are_skipped(place: Place) -> None:
    path = changed(place, "threads", "import spawning; spawning.clock_ns = lambda: 1e9")
    answer = answer_of(path, "measure", spawn_order("threads"))
    assert answer["end"] == "skipped" and "less than 40 readings" in answer["reason"]


@pytest.mark.parametrize("name", [name for name in UNITS if "switch" in UNITS[name]])
def test_tokens_that_come_out_of_turn_are_counted(place: Place, name: str) -> None:
    """Unit 2 of five is due for other tokens than come."""
    change = """import ring
honest = ring.Track.due
ring.Track.due = lambda self, index: honest(self, index)[::-1] if index == 2 else honest(self, index)
"""
    ordered = unit_order("switch", "idle", {"by": UNITS[name]["switch"][0], "units": 5})
    answer = answer_of(changed(place, name, change), "measure", ordered)
    laps = answer["runs"] + 2
    in_turn = laps % 2  # the one in the middle
    assert facts(answer) == ("ok", answer["runs"] * 5, f"{laps - in_turn:016x}")


def test_a_unit_of_a_ring_that_falls_at_its_end_is_missing(place: Place) -> None:
    change = """import ring
honest = ring.Track.due
def due(self, index):
    yield from honest(self, index)
    if index == 2:
        os._exit(1)
ring.Track.due = due
"""
    ordered = unit_order("switch", "idle", {"by": "pipe", "units": 5})
    answer = answer_of(changed(place, "processes", change), "measure", ordered)
    assert answer["units"] == answer["runs"] * 4


def sleep_order() -> str:
    return unit_order("latency", "sleep", {"units": 64, "delay_ms": 1})


def test_each_sleeper_is_a_thread_of_its_own(place: Place) -> None:
    """Also where the first have ended before the last is made: a pool would give them more."""
    change = """import sleeping
threads = []
def sleep_once(index, delay_s):
    threads.append(threading.current_thread())
    now_ns = time.monotonic_ns()
    return sleeping.Slept(index, now_ns, now_ns + len(set(threads)))
sleeping.sleep_once = sleep_once
"""
    answer = answer_of(changed(place, "threads", change), "measure", sleep_order())
    distinct = [round(late + 1e6) for late in answer["samples"]["lateness_ns"]]
    assert distinct == list(range(1, 65))


@pytest.mark.parametrize("name", [name for name in UNITS if "latency" in UNITS[name]])
def test_sleepers_tell_when_they_began_and_how_late_they_were(name: str) -> None:
    answer = answer_of(program(name), "measure", sleep_order())
    started_ns, lateness_ns = (answer["samples"][key] for key in ("started_ns", "lateness_ns"))
    assert len(started_ns) == len(lateness_ns) == answer["units"] == 64
    woke_ns = [start + 1e6 + late for start, late in zip(started_ns, lateness_ns, strict=True)]
    assert min(started_ns) > 0 and min(lateness_ns) >= 0 and max(woke_ns) == answer["elapsed_ns"]


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
    asked = ([b"a" * 10_000], [b"b", b"cd"], [])
    with echoing(program(name)) as (started, clients):
        for client, pieces in zip(clients, asked, strict=True):
            assert [echoed(client, piece) for piece in pieces] == pieces
        for client in clients:
            client.close()
        answer = json.loads(started.communicate(timeout=20)[0])
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
    refused = [each for each in theirs if seen_end(each)[0] == "limit_reached"]
    unsound = [each for each in theirs if not is_sound(each) and each not in refused]
    assert [(each["case"], each["reason"]) for each in unsound] == []
    assert all("Too many open files" in each["reason"] for each in refused)
    for name in names:
        measured = {each["measure"] for each in theirs if each["model"] == f"py_{name}"}
        assert measured == set(UNITS[name]), name
    assert place.remains_of(ran.pid) == []
