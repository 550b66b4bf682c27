"""Every fault gets its right typed end, the run goes on, and nothing is left behind."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from ends import Record, is_sound, seen_end
from supervised import FAULTY, Finished, Place, counted_in, records_in
from unitcost_scripts.runs import run_directory

EXCESSES = "kind:(memory_hog|output|fork_bomb)"
MEMORY_LIMIT_BYTES = 64 << 20

_OVERFLOW = r"stackful: a unit overflowed its stack of 16384 bytes"
_TOO_MUCH = ("out_of_memory", rf"exceeded the memory limit of {MEMORY_LIMIT_BYTES} bytes")
_UNIT_ABORTED = r"^process \d+ was killed by signal 6 \(Aborted\)"
_KILLED = r"process \d+ was killed by signal 9 \(Killed\)"
# What each kind of fault/faulty/idle/kind:… ends with, and what the reason says.
FAULTS = {
    "crash": ("crashed", r"killed by Segmentation fault"),
    "abort": ("crashed", r"killed by Aborted"),
    "exit_with_3": ("crashed", r"ended with status 3"),
    "exit_with_0": ("crashed", r"its record cannot be read"),
    "exception": ("crashed", r"planted"),
    "numbers_it_does_not_stand_by": ("unstable", r"of something else"),
    "foreign_exception": ("crashed", r"threw what is no std::exception"),
    "fiber_that_overflows_into_a_guard_page": (
        "crashed",
        rf"killed by Segmentation fault: {_OVERFLOW}",
    ),
    "fiber_that_overflows_over_a_canary": ("crashed", rf"killed by Aborted: {_OVERFLOW}"),
    "hang": ("timed_out", r"still running after 1 s"),
    "hang_ignoring_sigterm": ("timed_out", r"still running after 1 s"),
    "child_left_behind": ("wrong_result", r"left 1 child processes behind"),
    "daemon_left_behind": ("wrong_result", r"left 1 processes behind"),
    "hang_with_family": ("timed_out", r"still running after 1 s"),
    "crash_with_family": ("crashed", r"killed by Aborted"),
    "fork_bomb": ("limit_reached", r"reached the limit of \d+ processes"),
    "leak": ("wrong_result", r"left \d+ heap bytes behind"),
    "thread_left_behind": ("wrong_result", r"left \d+ threads behind"),
    "descriptor_left_behind": ("wrong_result", r"left 1 descriptors behind"),
    "output_of_1GiB": ("limit_reached", r"wrote more than \d+ bytes of output"),
    "memory_hog": _TOO_MUCH,
    "memory_hog_in_a_child": _TOO_MUCH,
    "memory_hog_of_fibers": _TOO_MUCH,
    "garbage_as_record": ("crashed", r"its record cannot be read"),
    "half_a_record": ("crashed", r"its record cannot be read"),
    "record_of_another_case": ("wrong_result", r"its record is of fault/faulty/idle/kind:crash"),
    "record_of_another_repetition": ("wrong_result", r"its record is of .* #1$"),
    "two_records": ("crashed", r"its record cannot be read"),
    "ok_with_a_wrong_checksum": ("wrong_result", r"differ from the oracle's"),
    "unit_killed_in_an_echo_by_process": ("crashed", _UNIT_ABORTED),
    "unit_killed_in_an_echo_by_process_pool": ("crashed", _UNIT_ABORTED),
    "unit_killed_in_an_echo_by_std_thread": ("crashed", r"killed by Aborted"),
    "unit_killed_in_an_echo_by_stackful": ("crashed", r"killed by Aborted"),
    "unit_killed_in_an_echo_by_stackless": ("crashed", r"killed by Aborted"),
    **{
        f"clients_killed_in_an_echo_by_{model}": ("crashed", rf"^the clients: {_KILLED}")
        for model in ("process", "process_pool", "std_thread", "stackful", "stackless")
    },
    "unit_refused_in_an_echo_by_process": ("limit_reached", r"^planted limit of two units"),
    "unit_refused_in_an_echo_by_std_thread": ("limit_reached", r"^planted limit of two units"),
    "client_that_nobody_answers": ("wrong_result", r"^0 units where 4 were due"),
    **{
        f"page_server_killed_in_a_crawl_by_{model}": ("crashed", rf"^the page server: {_KILLED}")
        for model in ("std_thread", "stackful")
    },
}
_FIB = "fib/n:12/spawn_depth:all"
_IDLE = "idle/touch:0"
_ORDER = "order/units:8/steps:10/workers:1"
_CHECKSUM_ONLY = r"^(\d+) units where \1 were due, checksum"
_COUNT = r"^(\d+) units where (?!\1 )\d+ were due, checksum"
FAULTY_MODELS = {
    f"throughput/loses_a_unit/{_FIB}": _COUNT,
    f"throughput/damages_a_result/{_FIB}": r"units where \d+ were due, checksum",
    f"footprint/loses_a_unit/{_IDLE}": r"^1023 units where 1024 were due",
    f"footprint/repeats_a_unit/{_IDLE}": r"^1025 units where 1024 were due",
    f"footprint/damages_a_result/{_IDLE}": _CHECKSUM_ONLY,
    f"primitives/loses_a_unit/{_ORDER}": r"^70 units where 80 were due",
    "primitives/loses_a_message/session/by:automatic/capacity:1": _COUNT,
}
SOUND = [
    *(f"neighbour/sound/idle/number:{number}" for number in range(1, 5)),
    f"throughput/sound/{_FIB}",
    f"footprint/sound/{_IDLE}",
    f"primitives/sound/{_ORDER}",
]


@dataclass(frozen=True)
class FaultyRuns:
    directories: list[Path]
    listed: list[str]  # the names of the program's cases
    finished: list[Finished]
    remains: list[str]

    @property
    def counted(self) -> list[Record]:
        return [record for directory in self.directories for record in counted_in(directory)]

    def record_of(self, case: str) -> Record:
        (record,) = [each for each in self.counted if each["case"] == case]
        return record


@pytest.fixture(scope="module")
def faulty_runs(tmp_path_factory: pytest.TempPathFactory) -> FaultyRuns:
    """All faulty cases and their neighbours, once. Excesses are apart: on a busy machine they need
    longer to reach their limit than a test can wait for each case that hangs."""
    place = Place(tmp_path_factory.mktemp("faulty"))
    listing = json.loads(place.run(FAULTY, "list", "--format", "json").out)
    runs = FaultyRuns([], [each["case"] for each in listing["cases"]], [], [])
    for name, limits in {
        "others": [f"--filter=-{EXCESSES}", "--time-limit", 1],
        "excesses": [
            *("--filter", EXCESSES),
            *("--time-limit", 30),
            *("--memory-limit", MEMORY_LIMIT_BYTES),
        ],
    }.items():
        options = ["--repetitions", 1, "--seed", 1, "--out", place.home / name]
        runs.finished.append(place.run(FAULTY, "run", *limits, *options))
        runs.directories.append(place.home / name)
        runs.remains.extend(place.remains_of(runs.finished[-1].pid))
    return runs


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_gets_its_typed_end(faulty_runs: FaultyRuns, kind: str) -> None:
    record = faulty_runs.record_of(f"fault/faulty/idle/kind:{kind}")
    if record["end"] == "skipped":
        pytest.skip(record["reason"])
    end, reason = seen_end(record)
    expected_end, expected_reason = FAULTS[kind]
    assert end == expected_end, reason
    assert re.search(expected_reason, reason)


@pytest.mark.parametrize("case", FAULTY_MODELS)
def test_a_faulty_model_is_found_by_the_oracle(faulty_runs: FaultyRuns, case: str) -> None:
    record = faulty_runs.record_of(case)
    assert record["end"] == "wrong_result", record["reason"]
    assert re.search(FAULTY_MODELS[case], record["reason"])


@pytest.mark.parametrize("case", SOUND)
def test_a_sound_case_is_not_spoilt_by_its_neighbours(faulty_runs: FaultyRuns, case: str) -> None:
    record = faulty_runs.record_of(case)
    assert is_sound(record), record["reason"]


def test_every_case_is_run_whatever_happened_before_it(faulty_runs: FaultyRuns) -> None:
    run = sorted(record["case"] for record in faulty_runs.counted)
    assert run == sorted(faulty_runs.listed)


def test_every_fault_of_the_program_is_expected_here(faulty_runs: FaultyRuns) -> None:
    expected = [*(f"fault/faulty/idle/kind:{kind}" for kind in FAULTS), *FAULTY_MODELS, *SOUND]
    assert sorted(expected) == sorted(faulty_runs.listed)


def test_failed_cases_make_the_run_fail_and_are_named(faulty_runs: FaultyRuns) -> None:
    for directory, finished in zip(faulty_runs.directories, faulty_runs.finished, strict=True):
        assert finished.code == 1
        for record in counted_in(directory):
            if record["end"] not in ("ok", "skipped", "unstable"):
                assert f"{record['case']} #0: {record['end']}: " in finished.err


def test_only_ok_yields_numbers(faulty_runs: FaultyRuns) -> None:
    for directory in faulty_runs.directories:
        for record in records_in(directory):
            if record["end"] != "ok":
                assert record["metrics"] == record["histograms"] == record["series"] == [], record
        viewed = json.loads((directory / "results.json").read_text(encoding="utf-8"))
        assert {each["name"] for each in viewed["benchmarks"]} <= set(SOUND)


def test_the_records_of_faults_keep_the_contract(faulty_runs: FaultyRuns) -> None:
    for directory in faulty_runs.directories:
        assert run_directory.load(directory).manifest["finished_utc"] is not None


def test_no_fault_leaves_a_process_a_control_group_or_a_file(faulty_runs: FaultyRuns) -> None:
    assert faulty_runs.remains == []
