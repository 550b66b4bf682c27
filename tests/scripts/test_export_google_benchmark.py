"""The export for Google Benchmark's tools, beside what the binary writes and read by compare.py."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compare_tool import compare_tool
from script_sandbox import ROOT
from synthetic_run import metric, record, repeated, write_run
from unitcost_scripts.export import google_benchmark
from unitcost_scripts.runs import run_directory

VIEWS = sorted((ROOT / "results").glob("20*/results.json"), key=lambda view: view.stat().st_size)
CASE = "switch/tbb/idle"


def entries(run: Path) -> list[dict[str, Any]]:
    document = json.loads(google_benchmark.text(run_directory.load(run)))
    found: list[dict[str, Any]] = document["benchmarks"]
    return found


def test_iterations_are_what_the_binary_writes() -> None:
    """results.json of a real run, the smallest, has each of them, but for what the export adds."""

    def by_repetition(each: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
        return {
            (one["name"], one["repetition_index"]): {
                key: value for key, value in one.items() if key not in ("label", "family_index")
            }
            for one in each
            if one["run_type"] == "iteration"
        }

    written = json.loads(VIEWS[0].read_text(encoding="utf-8"))
    assert by_repetition(entries(VIEWS[0].parent)) == by_repetition(written["benchmarks"])


def test_medians_and_intervals_are_aggregates_of_every_metric(tmp_path: Path) -> None:
    records = [
        record(
            CASE,
            index,
            [metric("bytes_per_unit", 100.0 + index, "bytes"), metric("switch_ns", 1.0, "ns")],
        )
        for index in range(7)
    ]
    found = {each["name"]: each for each in entries(write_run(tmp_path, records))}
    statistics = {
        name: found[f"{CASE}_{name}"] for name in ("median", "interval_low", "interval_high")
    }
    assert [each["bytes_per_unit"] for each in statistics.values()] == [103.0, 100.0, 106.0]
    for name, each in statistics.items():
        assert (each["run_type"], each["aggregate_name"]) == ("aggregate", name)
        assert (each["real_time"], each["label"]) == (1.0, "switch_ns")


def test_a_case_without_a_time_says_that_its_time_is_the_wall_s(tmp_path: Path) -> None:
    records = repeated("footprint/tbb/idle", [1.0], "bytes_per_unit", "bytes")
    iteration, _ = entries(write_run(tmp_path, records))
    assert iteration["label"] == "wall time of the repetition"
    assert iteration["real_time"] == records[0]["conditions"]["wall_ns"]


@pytest.mark.parametrize(("always", "label"), [(True, "switch_ns"), (False, "wall time of the")])
def test_the_time_of_a_case_is_the_same_metric_of_every_repetition(
    tmp_path: Path, always: bool, label: str
) -> None:
    first, second = metric("warm_ns", 5.0, "ns"), metric("switch_ns", 1.0, "ns")
    records = [
        record(
            CASE, index, [*([first] if index else []), *([second] if always or not index else [])]
        )
        for index in range(6)
    ]
    found = entries(write_run(tmp_path, records))
    times = {each["real_time"] for each in found}
    assert times == {1.0 if always else records[0]["conditions"]["wall_ns"]}
    assert all(each["label"].startswith(label) for each in found)


def test_the_compare_tool_of_google_benchmark_reads_it(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    paths = []
    for name, factor in (("before", 1), ("after", 2)):
        records = repeated(CASE, [factor * (100.0 + index) for index in range(10)])
        run = run_directory.load(write_run(tmp_path / name, records))
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(google_benchmark.text(run), encoding="utf-8")
    compared = subprocess.run(
        [sys.executable, compare_tool(), "--no-color", "benchmarks", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode == 0, compared.stderr
    rows = {
        line.split()[0]: line.split()[1] for line in compared.stdout.splitlines() if CASE in line
    }
    for name in (CASE, f"{CASE}_median", f"{CASE}_interval_low", f"{CASE}_interval_high"):
        assert rows[name] == "+1.0000", compared.stdout
    assert float(rows[f"{CASE}_pvalue"]) < 0.001
