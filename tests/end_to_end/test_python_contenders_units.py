"""Units of the contenders in CPython, whose memory, start and hand-over are measured beside ours."""

import json
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
