"""A user without rights or control groups: what can be measured is, the rest says why not."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ends import is_sound, seen_end
from supervised import BUILD, Finished, Place, counted_in
from unitcost_scripts.runs import run_directory

NOBODY = 65534
# Descriptors for 64 pipes, but not for 1024.
SHELL = ["bash", "-c", 'ulimit -n 256 -u 2000 && exec "$@"', "bash"]
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *SHELL]

FOOTPRINT = "footprint/std_thread/idle/stack:default/touch:0"
PIPES_FOR_MANY = "switch/std_thread/idle/by:pipe/cores:1/units:1024"
CASES = "|".join(
    [
        "^footprint/std_thread/idle/stack:default/touch:0$",
        "^spawn/process/idle/launch:fork/from:unit/cores:1$",
        "^switch/std_thread/idle/by:(futex|pipe)/cores:1/units:2$",
        f"^{PIPES_FOR_MANY}$",
    ]
)


@dataclass(frozen=True)
class UnprivilegedRun:
    directory: Path
    finished: Finished
    remains: list[str]


@pytest.fixture(scope="module")
def open_place() -> Iterator[Place]:
    """A place that everyone may write to, with copies of the programs that everyone may start."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user, by setpriv")
    home = Path(tempfile.mkdtemp(prefix="unitcost-unprivileged-"))
    try:
        home.chmod(0o755)
        for program in ("unitcost", "unitcost_unit", "unitcost_faulty"):
            shutil.copy2(BUILD / program, home)
        place = Place(home)
        place.work.chmod(0o777)
        place.scratch.chmod(0o777)
        yield place
    finally:
        shutil.rmtree(home)


def run_as_nobody(place: Place, program: str, *options: object) -> UnprivilegedRun:
    parent = Path(tempfile.mkdtemp(dir=place.home))
    parent.chmod(0o777)
    arguments = ["run", *options, "--repetitions", 1, "--out", parent / "run"]
    finished = place.run(place.home / program, *arguments, before=AS_NOBODY)
    return UnprivilegedRun(parent / "run", finished, place.remains_of(finished.pid))


@pytest.fixture(scope="module")
def real_run(open_place: Place) -> UnprivilegedRun:
    return run_as_nobody(open_place, "unitcost", "--filter", CASES)


@pytest.fixture(scope="module")
def faulty_run(open_place: Place) -> UnprivilegedRun:
    kinds = "kind:(hang_with_family|daemon_left_behind|fork_bomb)$|neighbour"
    return run_as_nobody(open_place, "unitcost_faulty", "--filter", kinds, "--time-limit", 1)


def test_the_run_works_and_keeps_the_contract(real_run: UnprivilegedRun) -> None:
    assert real_run.finished.code in (0, 1), real_run.finished.err
    run = run_directory.load(real_run.directory)
    assert run.manifest["limit_enforcement"].startswith("polled, because ")
    assert real_run.remains == []
    measured = {record.measure for record in run.records}
    assert measured == {"footprint", "spawn", "switch"}


def test_what_cannot_be_measured_says_why(real_run: UnprivilegedRun) -> None:
    for record in counted_in(real_run.directory):
        end, reason = seen_end(record)
        assert end in ("ok", "skipped", "limit_reached") or is_sound(record), reason
        assert end == "ok" or reason


def test_a_limit_of_the_shell_is_named(real_run: UnprivilegedRun) -> None:
    (many,) = [each for each in counted_in(real_run.directory) if each["case"] == PIPES_FOR_MANY]
    end, reason = seen_end(many)
    assert end == "limit_reached"
    assert "ulimit -n" in reason


def test_memory_is_read_from_the_machine_and_says_so(open_place: Place) -> None:
    for _ in range(3):  # a disturbed repetition has no numbers, and no sources
        run = run_as_nobody(open_place, "unitcost", "--filter", f"^{FOOTPRINT}$")
        (record,) = counted_in(run.directory)
        assert is_sound(record), record["reason"]
        if record["end"] == "ok":
            source = record["sources"]["total_bytes_per_unit"]
            assert "machine-wide" in source and "includes what others did" in source
            return
    pytest.skip(f"the machine is in use: {record['reason']}")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("hang_with_family", "timed_out"), ("daemon_left_behind", "wrong_result")],
)
def test_a_limit_that_is_polled_gives_the_same_end(
    faulty_run: UnprivilegedRun, kind: str, expected: str
) -> None:
    case = f"fault/faulty/idle/kind:{kind}"
    (record,) = [each for each in counted_in(faulty_run.directory) if each["case"] == case]
    end, reason = seen_end(record)
    assert end == expected, reason


def test_a_memory_limit_that_is_polled_holds_for_the_whole_family(open_place: Place) -> None:
    limits = ["--time-limit", 30, "--memory-limit", "64MiB"]
    run = run_as_nobody(
        open_place, "unitcost_faulty", "--filter", "kind:memory_hog(_in_a_child)?$", *limits
    )
    assert [seen_end(each)[0] for each in counted_in(run.directory)] == ["out_of_memory"] * 2
    assert run.remains == []


def test_a_fork_bomb_is_not_lit_without_a_control_group(faulty_run: UnprivilegedRun) -> None:
    """…by our own faulty case; what would stop a real one is RLIMIT_NPROC."""
    records = counted_in(faulty_run.directory)
    (bomb,) = [each for each in records if each["parameters"] == {"kind": "fork_bomb"}]
    assert bomb["end"] == "skipped"


def test_faults_of_an_unprivileged_run_spoil_no_neighbour_and_leave_nothing(
    faulty_run: UnprivilegedRun,
) -> None:
    assert faulty_run.finished.code == 1
    neighbours = [
        each for each in counted_in(faulty_run.directory) if each["measure"] == "neighbour"
    ]
    assert len(neighbours) == 4
    for record in neighbours:
        assert is_sound(record), record["reason"]
    assert faulty_run.remains == []
