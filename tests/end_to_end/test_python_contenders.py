"""The contenders in CPython: their graphs are unitcost's, and what they cannot do says why."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from ends import is_sound, seen_end
from python_contenders import (
    FOLDER,
    INSTALLED,
    JOBS,
    KNOWN,
    ON_ONE_THREAD,
    PROGRAMS,
    PYTHON,
    SMALL,
    WITH_GRAPHS,
    WITH_JOBS,
    about,
    answer_of,
    changed,
    facts,
    order,
    program,
)
from supervised import ROOT, UNITCOST, Place, counted_in


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


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_short_and_started_by_the_python_that_sees_its_packages(name: str) -> None:
    path = FOLDER / f"{name}.py"
    assert os.access(path, os.X_OK)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"#!{PYTHON}" and len(lines) <= 150
