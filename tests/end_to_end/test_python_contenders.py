"""The contenders in CPython: their graphs are unitcost's, and what they cannot do says why."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ends import is_sound, seen_end
from supervised import ROOT, UNITCOST, Place, counted_in

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
        "latency": ["sleep"],
    },
    "processes": {
        "footprint": ["process"],
        "spawn": ["unit"],
        "switch": ["pipe"],
        "latency": ["sleep"],
    },
    "process_pool": {"spawn": ["client"]},
    "asyncio_tasks": {
        "footprint": ["coroutine"],
        "spawn": ["unit"],
        "switch": ["yield"],
        "latency": ["sleep"],
    },
    "greenlets": {"footprint": ["coroutine"], "spawn": ["unit"], "switch": ["transfer"]},
    "gevents": {
        "footprint": ["coroutine"],
        "spawn": ["unit"],
        "switch": ["yield"],
        "latency": ["sleep"],
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


def answer_of(*command: object, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What is written to descriptor 3."""
    ran = subprocess.run(
        ["bash", "-c", 'exec "$@" 3>&1 >&2', "bash", *(str(word) for word in command)],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


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


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_contender_tells_what_a_reader_of_its_figures_has_to_know(name: str) -> None:
    program(name)
    told = about(name)
    version = subprocess.check_output([PYTHON, "--version"], text=True).split()[1]
    assert f"CPython {version} " in told and "switch interval 5 ms" in told
    library = PROGRAMS[name]
    if library:
        command = [PYTHON, "-c", f"import {library}; print({library}.__version__)"]
        assert f"{library} {subprocess.check_output(command, text=True).strip()}" in told


@pytest.mark.parametrize("graph", KNOWN)
@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_the_graphs_of_the_protocol_have_their_units_and_checksums(name: str, graph: str) -> None:
    table = (ROOT / "docs/CONTENDERS.md").read_text(encoding="utf-8")
    (due,) = [line.split(" | ") for line in table.splitlines() if line.startswith(f"| {graph} |")]
    workload, parameters = KNOWN[graph]
    answer = answer_of(program(name), "measure", order(workload, parameters))
    if parameters["spawn_depth"] == "all" and name not in ON_ONE_THREAD:
        assert answer["end"] == "skipped" and "every call" in answer["reason"]
        return
    assert facts(answer) == ("ok", int(due[1]), due[2].removesuffix(" |"))
    assert answer["runs"] >= 1 and answer["elapsed_ns"] > 0


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_small_graphs_have_the_units_and_values_that_are_counted_by_hand(name: str) -> None:
    chosen = program(name)
    for what, (workload, parameters, units, value) in SMALL.items():
        if parameters["spawn_depth"] == "all" and name not in ON_ONE_THREAD:
            continue
        answer = answer_of(chosen, "measure", order(workload, parameters))
        assert facts(answer) == ("ok", units, f"{value:016x}"), what


@pytest.mark.parametrize(
    ("name", "spawn_depth"),
    [(name, 5) for name in WITH_GRAPHS] + [(name, "all") for name in ON_ONE_THREAD],
)
def test_the_text_of_brackets_is_ours(name: str, spawn_depth: int | str) -> None:
    one = order("brackets", {"blocks": 64, "block_bytes": 4096, "spawn_depth": spawn_depth})
    due = answer_of(UNITCOST, "contend", "serial", "measure", one)
    answer = answer_of(program(name), "measure", one)
    assert facts(answer) == facts(due) and answer["end"] == "ok"


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_of_two_workers_a_contender_uses_both_or_says_why_not(name: str) -> None:
    answer = answer_of(program(name), "measure", order("fib", {"n": 15, "spawn_depth": 3}, 2))
    if name in ON_ONE_THREAD:
        assert answer["end"] == "skipped" and "thread" in answer["reason"]
    else:
        assert facts(answer) == ("ok", 15, f"{987:016x}")


def test_a_graph_that_is_not_written_is_skipped() -> None:
    answer = answer_of(program("threads"), "measure", order("skynet", {"levels": 2}))
    assert answer == {
        "end": "skipped",
        "reason": "throughput of skynet is not written here",
    }


def job_order(job: str) -> str:
    changed = json.loads(order("fib", {}))
    cpus = sorted(os.sched_getaffinity(0))[:2]
    changed |= {"measure": "interpreter_lock", "workload": job, "cpus": cpus}
    return json.dumps(changed)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("name", WITH_JOBS)
def test_the_jobs_have_all_steps_and_samples(name: str, job: str) -> None:
    answer = answer_of(program(name), "measure", job_order(job))
    steps, samples = JOBS[job]
    assert answer["units"] == steps
    assert {key: len(values) for key, values in answer["samples"].items()} == samples
    assert all(value > 0 for values in answer["samples"].values() for value in values)


def test_greenlets_have_no_jobs_since_nobody_wakes_them() -> None:
    answer = answer_of(program("greenlets"), "measure", job_order("cpu_bound"))
    assert answer["end"] == "skipped"


@pytest.mark.parametrize(("name", "library"), [each for each in PROGRAMS.items() if each[1]])
def test_without_its_library_a_contender_skips_and_says_how_to_get_it(
    tmp_path: Path, name: str, library: str
) -> None:
    absent = "raise ImportError('no module of that name')\n"
    (tmp_path / f"{library}.py").write_text(absent, encoding="utf-8")
    hidden = {"PYTHONPATH": str(tmp_path)}
    remedy = f"no module of that name: scripts/setup.sh --contenders installs python3-{library}"
    assert about(name, hidden).startswith(remedy)
    one = order("fib", {"n": 5, "spawn_depth": 2})
    answer = answer_of(FOLDER / f"{name}.py", "measure", one, environment=hidden)
    assert answer == {"end": "skipped", "reason": remedy}


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


def damaged(place: Place, name: str, fault: str) -> Path:
    """The program with another `joined`, which may call the honest one."""
    return changed(
        place,
        name,
        f"""import workloads
honest, calls = workloads.joined, itertools.count()
workloads.joined = lambda children: {fault}""",
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_runs_that_differ_are_a_wrong_result(place: Place) -> None:
    path = damaged(place, "asyncio_tasks", "(honest(children)[0], next(calls))")
    answer = answer_of(path, "measure", order("fib", {"n": 6, "spawn_depth": 3}))
    assert answer["end"] == "wrong_result" and answer["reason"].startswith("runs differ: ")


def test_they_join_a_run_beside_our_models(place: Place) -> None:
    """And one of them that loses a unit of each parent is caught."""
    names = [name for name in WITH_GRAPHS if INSTALLED.get(PROGRAMS[name] or "", True)]
    lossy = damaged(place, "asyncio_tasks", "(honest(children)[0] - 1, honest(children)[1])")
    options = [f"py_{name}={FOLDER / name}.py" for name in names] + [f"py_lossy={lossy}"]
    filtered = ["--filter", "^throughput/(serial|py_[a-z_]+)/fib/n:24/spawn_depth:4/"]
    run = place.home / "run"
    ran = place.run(
        UNITCOST,
        "run",
        *(*filtered, "--workers", 1, "--repetitions", 1, "--out", run),
        *(word for option in options for word in ("--contender", option)),
    )
    records = {record["model"]: record for record in counted_in(run)}
    assert set(records) == {"serial", "py_lossy", *(f"py_{name}" for name in names)}
    end, reason = seen_end(records["py_lossy"])
    assert end == "wrong_result" and "16 units where 31 were due" in reason
    assert ran.code == 1
    del records["py_lossy"]
    assert [record["reason"] for record in records.values() if not is_sound(record)] == []
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    told = {each["name"]: each["about"] for each in manifest["selection"]["contenders"]}
    assert all("CPython" in told[name] and "switch interval" in told[name] for name in told)
    assert place.remains_of(ran.pid) == []


def test_their_jobs_join_a_run_beside_ours_under_a_lock(place: Place) -> None:
    """And a program that loses a step of each unit is caught."""
    lossy = place.home / "lossy.py"
    lossy.write_text(
        f"""#!{PYTHON}
import runpy, sys
sys.path.insert(0, {str(FOLDER)!r})
import jobs
honest = jobs.unit
def lossy(*order):
    ended = yield from honest(*order)
    ended.made -= 1
    return ended
jobs.unit = lossy
runpy.run_path({str(FOLDER / "threads.py")!r}, run_name="__main__")
""",
        encoding="utf-8",
    )
    lossy.chmod(0o755)
    run = place.home / "run"
    place.run(
        UNITCOST,
        "run",
        *("--filter", "^interpreter_lock/(gil|py_[a-z]+)/io_bound/", "--repetitions", 1),
        *("--contender", f"py_threads={FOLDER / 'threads.py'}"),
        *("--contender", f"py_lossy={lossy}", "--out", run),
    )
    records = {record["model"]: record for record in counted_in(run)}
    end, reason = seen_end(records.pop("py_lossy"))
    assert end == "wrong_result" and "165 units where 192 were due" in reason
    assert sorted(records) == ["gil", "py_threads"]
    assert [record["reason"] for record in records.values() if not is_sound(record)] == []


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


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_short_and_started_by_the_python_that_sees_its_packages(name: str) -> None:
    path = FOLDER / f"{name}.py"
    assert os.access(path, os.X_OK)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"#!{PYTHON}" and len(lines) <= 165
