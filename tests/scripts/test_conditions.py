"""What weakens a run as a whole is said, and nothing when it is little."""

from pathlib import Path

import pytest
from synthetic_run import MANIFEST, metric, record, write_run
from unitcost_scripts.runs import conditions, run_directory


@pytest.mark.parametrize(("shared", "warned"), [(0, False), (1, False), (2, True), (20, True)])
def test_numbers_from_a_shared_core_are_warned_of_when_they_are_many(
    tmp_path: Path, shared: int, warned: bool
) -> None:
    records = []
    for index in range(20):
        one = record("spawn/tbb/idle/cores:1", index, [metric("spawn_ns", 20.0, "ns")])
        one["conditions"] = {**one["conditions"], "core_shared": index < shared}
        records.append(one)
    run = run_directory.load(write_run(tmp_path, records))
    said = [each for each in conditions.warnings(run) if "shared a core" in each]
    assert bool(said) == warned
    if warned:
        assert said[0].startswith(f"{shared} of 20 repetitions that count")


@pytest.mark.parametrize(("moved", "warned"), [(0, False), (1, True), (10, True)])
def test_moved_cpus_are_warned_of_among_the_repetitions_that_use_several(
    tmp_path: Path, moved: int, warned: bool
) -> None:
    records = []
    for index in range(20):
        one = record("switch/tbb/idle/cores:2", index, [metric("switch_ns", 20.0, "ns")])
        if index < 10:
            distance = {"cpu_round_trip_ns": 190.0, "cpus_moved": index < moved}
            one["conditions"] = {**one["conditions"], **distance}
        records.append(one)
    run = run_directory.load(write_run(tmp_path, records))
    said = [each for each in conditions.warnings(run) if "farther apart" in each]
    assert bool(said) == warned
    if warned:
        assert said[0].startswith(f"{moved} of 10 repetitions on more than one CPU")


@pytest.mark.parametrize("disturbed", [True, False])
def test_others_are_blamed_for_what_is_unstable_only_if_they_were_there(
    tmp_path: Path, disturbed: bool
) -> None:
    one = record("latency/floor/echo/load:open", end="unstable", reason="generator behind")
    one["conditions"] = {**one["conditions"], "disturbed": disturbed}
    run = run_directory.load(write_run(tmp_path, [one]))
    said = [each for each in conditions.warnings(run) if "were disturbed by others" in each]
    assert bool(said) == disturbed


@pytest.mark.parametrize(
    ("stolen_ns", "warned"), [(0, False), (5_000_000, False), (6_000_000, True)]
)
def test_a_hypervisor_that_took_much_is_warned_of(
    tmp_path: Path, stolen_ns: int, warned: bool
) -> None:
    one = record("switch/tbb/idle/cores:1", 0, [metric("switch_ns", 20.0, "ns")])
    one["conditions"] = {**one["conditions"], "wall_ns": 100_000_000, "steal_ns": stolen_ns}
    run = run_directory.load(write_run(tmp_path, [one]))
    said = [each for each in conditions.warnings(run) if "hypervisor" in each]
    expected = (
        "The hypervisor took CPU time worth 6 % of the wall time of the repetitions that count."
    )
    assert said == ([expected] if warned else [])


def test_an_unfinished_run_of_modified_sources_says_both(tmp_path: Path) -> None:
    tool = {**MANIFEST["tool"], "dirty": True}
    manifest = {**MANIFEST, "finished_utc": None, "tool": tool}
    found = conditions.warnings(
        run_directory.load(write_run(tmp_path, [record("a/b/c")], manifest))
    )
    assert [each.split(":")[0] for each in found] == [
        "The run was not finished",
        "The tool was built from modified sources",
    ]
