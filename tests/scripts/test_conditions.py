"""What weakens a run as a whole is said, and nothing when it is little."""

from pathlib import Path

import pytest
from synthetic_run import metric, record, write_run
from unitcost_scripts import conditions, run_directory


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
