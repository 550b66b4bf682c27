"""compare.sh: several runs against the first, what is told beside the verdicts, and what is refused."""

import json
from pathlib import Path

import pytest
from compared_runs import noisy
from conftest import Command
from synthetic_run import MANIFEST, metric, record, repeated, write_run
from unitcost_scripts.comparing.comparison import BETTER, WORSE
from unitcost_scripts.comparing.likeness import differences
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run


def test_each_further_run_is_compared_with_the_first(tmp_path: Path, command: Command) -> None:
    def run(name: str, factor: float) -> Path:
        values = [factor * (100 + index) for index in range(10)]
        return write_run(tmp_path / name, repeated("switch/tbb/idle", values))

    paths = [run("first", 1), run("second", 2), run("third", 0.5)]
    code, out, _ = command("compare", *paths, "--json", tmp_path / "out.json")
    assert code == 0
    assert f"B ({paths[1]}) against A ({paths[0]})" in out and "C/A" in out
    others = json.loads((tmp_path / "out.json").read_text())["others"]
    assert [(each["name"], list(each["cases"].values())) for each in others] == [
        ("B", [WORSE]),
        ("C", [BETTER]),
    ]


def test_more_runs_than_letters_are_bad_input(tmp_path: Path, command: Command) -> None:
    code, _, err = command("compare", *[tmp_path] * 27)
    assert (code, err) == (2, "compare: 27 runs: at most 26 can be told apart.\n")


def test_one_file_for_json_and_page_is_refused(tmp_path: Path, command: Command) -> None:
    run = write_run(tmp_path / "run", repeated("switch/tbb/idle", [1.0]))
    target, same = tmp_path / "out", tmp_path / "run" / ".." / "out"
    code, out, err = command("compare", run, run, "--json", target, "--html", same)
    said = f"compare: --json {target} and --html {same} are one file: name two.\n"
    assert (code, out, err) == (2, "", said)
    assert not target.exists()


def test_the_command_warns_of_what_differs_between_the_builds(
    tmp_path: Path, command: Command
) -> None:
    values = repeated("switch/tbb/idle", [float(each) for each in range(10, 20)])
    other = {
        **MANIFEST,
        "build": {**MANIFEST["build"], "compiler": "clang 19"},
        "libraries": {**MANIFEST["libraries"], "tbb": "2022.0.0"},
        "limits": {"pid_max": 4096, "max_map_count": 65530},
    }
    base = write_run(tmp_path / "a", values)
    changed = write_run(tmp_path / "b", values, other)
    code, out, _ = command("compare", base, changed)
    warnings = [line for line in out.splitlines() if line.startswith("warning: ")]
    assert code == 0
    assert warnings == [
        "warning: compiler: g++ 12.2.0 in A, clang 19 in B",
        "warning: libraries: tbb: 2021.8.0 in A, 2022.0.0 in B",
        "warning: limits: pid_max: 32768 in A, 4096 in B",
    ]


@pytest.mark.parametrize(("ns", "told"), [(120.0, False), (190.0, True)])
def test_cpus_that_were_farther_apart_in_one_run_are_told(
    tmp_path: Path, ns: float, told: bool
) -> None:
    def run(name: str, distance_ns: float) -> Run:
        records = []
        for index in range(3):
            one = record("switch/tbb/idle/cores:2", index, [metric("switch_ns", 20.0, "ns")])
            one["conditions"] = {**one["conditions"], "cpu_round_trip_ns": distance_ns}
            records.append(one)
        return run_directory.load(write_run(tmp_path / name, records))

    said = [each for each in differences(run("a", 105.0), run("b", ns)) if "distance" in each]
    assert bool(said) == told
    if told:
        assert "after 105 ns in A and 190 ns in B" in said[0]


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path, command: Command) -> None:
    base = write_run(tmp_path / "a", noisy(1))
    other = write_run(tmp_path / "b", noisy(2, {"tbb": 1.5}))
    target = tmp_path / "out.json"
    code, out, _ = command("compare", base, other, "--json", target)
    assert code == 0
    assert "70 cases: 10 worse" in out
    whole = json.loads(target.read_text())
    assert whole["schema"] == "unitcost.comparison/2"
    (pair,) = whole["others"]
    assert (pair["name"], pair["run"], whole["run_a"]) == ("B", str(other), str(base))
    assert len(pair["comparisons"]) == len(pair["cases"]) == 70
    found = pair["comparisons"][0]
    assert found["ratio_low"] <= found["ratio"] <= found["ratio_high"]


def test_the_comparison_is_the_same_every_time(tmp_path: Path, command: Command) -> None:
    base, other = (write_run(tmp_path / str(seed), noisy(seed)) for seed in (1, 2))
    assert command("compare", base, other) == command("compare", base, other)


def test_runs_that_share_no_case_are_bad_input_and_leave_the_json(
    tmp_path: Path, command: Command
) -> None:
    base = write_run(tmp_path / "a", repeated("switch/tbb/idle", [1.0]))
    other = write_run(tmp_path / "b", repeated("spawn/tbb/idle", [1.0]))
    target = tmp_path / "out.json"
    target.write_text("from before")
    code, out, err = command("compare", base, other, "--json", target)
    assert (code, out) == (2, "")
    assert "no case ended ok in both runs" in err
    assert target.read_text() == "from before"
