"""What a person or a script may rely on: exit codes, and output that its reader can read."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from compare_tool import compare_tool
from supervised import FAULTY, UNITCOST, Finished, Place, counted_in

CHEAP = "^selftest/null/idle/check:(clock|empty)$"
CHEAP_NAMES = ["selftest/null/idle/check:clock", "selftest/null/idle/check:empty"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@contextmanager
def busy_machine() -> Iterator[None]:
    """Somebody else computes, on every CPU."""
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in os.sched_getaffinity(0)
    ]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def one_disturbed_run(place: Place, *options: str) -> Finished:
    filtered = ["--filter", "neighbour/.*number:1$", "--repetitions", "1"]
    with busy_machine():
        ran = place.run(FAULTY, "run", *filtered, *options, "--out", place.home / "run")
    (record,) = counted_in(place.home / "run")
    assert record["end"] == "unstable"
    assert "other processes" in record["reason"] or "hypervisor" in record["reason"]
    return ran


def test_an_unstable_repetition_only_warns(place: Place) -> None:
    ran = one_disturbed_run(place)
    assert ran.code == 0
    assert "1 of 1 repetitions were unstable" in ran.err


def test_strict_makes_an_unstable_repetition_a_failure(place: Place) -> None:
    assert one_disturbed_run(place, "--strict").code == 1


def test_a_dry_run_names_the_cases_and_writes_nothing(place: Place) -> None:
    ran = place.run(UNITCOST, "run", "--dry-run", "--filter", CHEAP, "--out", place.home / "run")
    assert ran.code == 0
    assert sorted(ran.out.splitlines()) == CHEAP_NAMES
    assert "predicted to take" in ran.err
    assert not (place.home / "run").exists()
    assert place.remains_of(ran.pid) == []


def test_the_flags_of_google_benchmark_alone_mean_run(place: Place) -> None:
    listed = place.run(UNITCOST, "--benchmark_list_tests", "--benchmark_filter=" + CHEAP)
    assert listed.code == 0
    assert sorted(listed.out.splitlines()) == CHEAP_NAMES
    assert place.remains_of(listed.pid) == []


def run_as_google_benchmark(place: Place, *more: object) -> Finished:
    flags = ["--benchmark_filter=" + CHEAP, "--benchmark_repetitions=2", "--benchmark_format=json"]
    return place.run(UNITCOST, *flags, *more)


def test_its_format_is_written_where_it_is_asked_for(place: Place) -> None:
    out = place.home / "results.json"
    ran = run_as_google_benchmark(place, f"--benchmark_out={out}")
    assert ran.code == 0, ran.err
    (directory,) = (place.work / "results" / "local").iterdir()
    written = out.read_text(encoding="utf-8")
    assert written == ran.out == (directory / "results.json").read_text(encoding="utf-8")
    viewed = json.loads(written)
    ok = [record for record in counted_in(directory) if record["end"] == "ok"]
    assert len(viewed["benchmarks"]) == len(ok)
    assert {each["name"] for each in viewed["benchmarks"]} == {each["case"] for each in ok}


def test_its_own_compare_tool_reads_the_results(place: Place) -> None:
    pytest.importorskip("scipy")
    tool, results = compare_tool(), place.home / "run" / "results.json"
    options = ["--filter", CHEAP, "--repetitions", 3, "--out", place.home / "run"]
    assert place.run(UNITCOST, "run", *options).code == 0
    compared = subprocess.run(
        [sys.executable, tool, "benchmarks", results, results],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode == 0, compared.stderr
    assert "Traceback" not in compared.stderr
    for record in counted_in(place.home / "run"):
        if record["end"] == "ok":
            assert record["case"] in compared.stdout


def test_the_list_is_json_when_asked_for(place: Place) -> None:
    ran = place.run(UNITCOST, "list", "--profile", "full", "--format", "json")
    assert ran.code == 0
    listing = json.loads(ran.out)
    assert listing["profile"] == "full" and listing["predicted_s"] > 0
    names = [each["case"] for each in listing["cases"]]
    assert len(set(names)) == len(names) > 100
    for each in listing["cases"]:
        assert each["case"].startswith(f"{each['measure']}/{each['model']}/{each['workload']}")
        assert each["question"] and each["skipped"] != ""


def test_a_known_case_is_explained(place: Place) -> None:
    ran = place.run(UNITCOST, "explain", CHEAP_NAMES[0])
    assert ran.code == 0
    for heading in ("question", "from", "to", "method", "source", "measure in", "model in"):
        assert f"\n{heading:<13}" in ran.out


def test_an_unknown_case_is_refused_with_a_remedy(place: Place) -> None:
    ran = place.run(UNITCOST, "explain", "switch/telepathy/idle")
    assert ran.code == 2
    assert ran.out == ""
    assert "switch/telepathy/idle" in ran.err and "unitcost list" in ran.err


def test_the_doctor_speaks_to_people_and_to_programs(place: Place) -> None:
    assert place.run(UNITCOST, "doctor").code == 0
    ran = place.run(UNITCOST, "doctor", "--format", "json")
    assert ran.code == 0
    checks = json.loads(ran.out)
    assert len({each["name"] for each in checks}) == len(checks) > 5
    for each in checks:
        assert each["finding"]
        assert bool(each["affects"]) <= bool(each["remedy"]), each


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["walk"],
        ["run", "--no-such-option"],
        ["run", "--profile", "huge"],
        ["run", "--filter", "("],
        ["run", "--filter", "^no case is named so$"],
        ["run", "--model", "telepathy"],
        ["run", "--repetitions", "0"],
        ["run", "--cpus", "99999"],
        ["run", "--memory-limit", "much"],
        ["run", "--benchmark_format=csv"],
        ["worker", "no order"],
    ],
    ids=" ".join,
)
def test_bad_usage_exits_with_2_and_writes_nothing(place: Place, arguments: list[str]) -> None:
    ran = place.run(UNITCOST, *arguments)
    assert ran.code == 2
    assert ran.err.strip()
    assert place.remains_of(ran.pid) == []
