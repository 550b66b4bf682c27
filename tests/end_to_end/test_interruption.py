"""A run that is cut off: what was in flight is gone, what was finished is kept, it can go on."""

import math
import os
import re
import shlex
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ends import is_sound
from supervised import (
    FAULTY,
    UNITCOST,
    Place,
    counted_in,
    finish,
    processes_about,
    processes_of,
    wait_until,
    whole_lines,
)
from unitcost_scripts.runs import run_directory

# Cheap cases of the product, whose repetitions take some 50 ms each.
CASES = r"^selftest/.*check:(clock|empty|harness_unit|kernel_length)$"
CASE_COUNT = 4
REPETITIONS = 4


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def start_run(place: Place, directory: Path) -> subprocess.Popen[str]:
    options = ["--filter", CASES, "--repetitions", REPETITIONS, "--seed", 7, "--out", directory]
    return place.start(UNITCOST, "run", *options)


@contextmanager
def in_mid_run(place: Place, directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A run with some repetitions finished and others to come."""
    running = start_run(place, directory)
    try:
        assert wait_until(lambda: len(whole_lines(directory)) >= 3, at_most_s=60)
        yield running
    finally:
        running.kill()
        running.communicate()


def assert_complete(directory: Path) -> None:
    counts = Counter((each["case"], each["repetition"]) for each in counted_in(directory))
    assert len(counts) == CASE_COUNT * REPETITIONS
    assert set(counts.values()) == {1}
    assert all(is_sound(each) for each in counted_in(directory))
    assert run_directory.load(directory).manifest["finished_utc"] is not None


def test_a_killed_run_goes_on_where_it_was(place: Place) -> None:
    directory = place.home / "run"
    with in_mid_run(place, directory) as running:
        running.send_signal(signal.SIGKILL)
        assert finish(running).code == -signal.SIGKILL
    before = whole_lines(directory)
    assert 3 <= len(before) < CASE_COUNT * REPETITIONS
    resumed = place.run(UNITCOST, "run", "--resume", directory)
    assert resumed.code == 0, resumed.err
    assert whole_lines(directory)[: len(before)] == before
    assert_complete(directory)
    assert (directory / "results.json").exists()
    assert place.remains_of(resumed.pid) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_case_in_flight_and_its_family_go_with_the_supervisor(
    place: Place, number: signal.Signals
) -> None:
    """The worker, a child that ignores SIGTERM and a daemon; the guardian, when its work is done.
    All of that although nobody has waited for the supervisor yet."""
    directory = place.home / "run"
    options = ["--filter", "kind:hang_with_family$", "--time-limit", 50, "--out", directory]
    running = place.start(FAULTY, "run", *options)
    try:
        assert wait_until(lambda: len(processes_of(running.pid)) == 3, at_most_s=30)
        running.send_signal(number)
        gone = wait_until(
            lambda: not place.remains_of(running.pid) and not processes_about(directory),
            at_most_s=3,
        )
        assert gone, (place.remains_of(running.pid), processes_about(directory))
        assert finish(running).code == (-number if number == signal.SIGKILL else 130)
        assert whole_lines(directory) == []
    finally:
        running.kill()
        running.communicate()


def started(process: int) -> float:
    """In clock ticks since boot, proc(5)."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[19])
    except OSError:
        return math.inf  # ended meanwhile


def guardian_of(supervisor: int, directory: Path) -> int:
    """The first of those with the supervisor's command line, which a worker has for a moment."""
    others = [each for each in processes_about(directory) if each != supervisor]
    return min(others, key=started)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_keeps_its_last_words_whatever_is_sent_to_its_guardian(
    place: Place, number: signal.Signals
) -> None:
    """SIGTERM goes to both where it ends a group of processes."""
    directory = place.home / "run"
    with in_mid_run(place, directory) as running:
        os.kill(guardian_of(running.pid, directory), number)
        running.send_signal(signal.SIGTERM)
        ended = finish(running)
    assert ended.code == 130, ended.err
    assert "go on with" in ended.err
    assert (directory / "results.json").exists()
    assert place.remains_of(ended.pid) == []


def test_an_interrupted_run_says_how_to_go_on_and_does(place: Place) -> None:
    directory = place.home / "run"
    with in_mid_run(place, directory) as running:
        running.send_signal(signal.SIGINT)
        interrupted = finish(running)
    assert interrupted.code == 130
    assert place.remains_of(interrupted.pid) == []
    before = whole_lines(directory)
    assert run_directory.load(directory).manifest["finished_utc"] is None
    said = re.search(r"go on with: unitcost (.*)", interrupted.err)
    assert said, interrupted.err
    resumed = place.run(UNITCOST, *shlex.split(said[1]))
    assert resumed.code == 0, resumed.err
    assert whole_lines(directory)[: len(before)] == before
    assert_complete(directory)


@pytest.fixture(scope="module")
def complete_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tests copy it."""
    home = tmp_path_factory.mktemp("complete")
    directory = home / "run"
    finished = finish(start_run(Place(home), directory))
    assert finished.code == 0, finished.err
    return directory


@pytest.mark.parametrize("cut_off", [1, 40], ids=["its newline", "its end"])
def test_a_journal_without_its_very_end_is_resumed(
    complete_run: Path, place: Place, cut_off: int
) -> None:
    """As a supervisor leaves it that is killed while it writes: only that repetition runs again."""
    directory = place.home / "run"
    directory.mkdir()
    for file in complete_run.iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    journal = directory / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-cut_off])
    before = whole_lines(directory)
    resumed = place.run(UNITCOST, "run", "--resume", directory)
    assert resumed.code == 0, resumed.err
    assert whole_lines(directory)[: len(before)] == before
    assert_complete(directory)


def test_a_complete_run_has_nothing_to_resume(complete_run: Path, place: Place) -> None:
    before = whole_lines(complete_run)
    resumed = place.run(UNITCOST, "run", "--resume", complete_run)
    assert resumed.code == 0, resumed.err
    assert whole_lines(complete_run) == before


def test_a_resumed_run_keeps_its_time_limit(place: Place) -> None:
    directory = place.home / "run"
    options = ["--filter", "kind:hang$", "--repetitions", 1, "--time-limit", 0.5]
    assert place.run(FAULTY, "run", *options, "--out", directory).code in (0, 1)
    (directory / "journal.jsonl").write_text("", encoding="utf-8")
    place.run(FAULTY, "run", "--resume", directory)
    assert "still running after 0.5 s" in counted_in(directory)[0]["reason"]


def test_a_resumed_run_keeps_its_worker_counts(place: Place) -> None:
    """They are part of cases' names, so others would be other cases. null skips them all at once."""
    directory = place.home / "run"
    options = ["--filter", "^throughput/null/fib/n:20/", "--workers", 1]
    assert place.run(UNITCOST, "run", *options, "--out", directory).code == 0
    begun = whole_lines(directory)
    assert len(begun) == 1
    assert place.run(UNITCOST, "run", "--resume", directory).code == 0
    assert whole_lines(directory) == begun


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_directory_that_is_no_run_is_not_resumed(place: Place) -> None:
    (place.home / "other").mkdir()
    (place.home / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    before = contents(place.home)
    for wrong in (place.home / "other", place.home / "nowhere", place.home / "other" / "notes.txt"):
        refused = place.run(UNITCOST, "run", "--resume", wrong)
        assert refused.code == 2
        assert str(wrong) in refused.err
    assert contents(place.home) == before


def test_a_run_is_not_overwritten(complete_run: Path, place: Place) -> None:
    before = contents(complete_run)
    refused = place.run(UNITCOST, "run", "--filter", CASES, "--out", complete_run)
    assert refused.code == 2
    assert f"--resume {complete_run}" in refused.err
    assert contents(complete_run) == before
