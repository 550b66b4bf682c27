"""JUnit XML: what became of each case, as a library that reads such files sees it."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from script_sandbox import ROOT
from synthetic_run import metric, record, repeated, write_run
from unitcost_scripts.export import junit
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.outcomes import outcomes
from unitcost_scripts.runs.run_directory import Run

CASE = "switch/tbb/idle"


def text_of(directory: Path, records: list[Any]) -> str:
    return junit.text(run_directory.load(write_run(directory / "run", records)))


def cases_in(text: str) -> dict[str, ElementTree.Element]:
    return {each.attrib["name"]: each for each in ElementTree.fromstring(text).iter("testcase")}


def known_answer(value: float) -> list[Any]:
    case = "selftest/null/idle/check:harness_unit"
    answer = {"expected_low": 0, "expected_high": 3}
    return [record(case, index, [metric("unit_ns", value, "ns", **answer)]) for index in range(6)]


def test_a_case_fails_if_one_of_its_repetitions_does_and_says_why(tmp_path: Path) -> None:
    crashed = record(CASE, 6, end="crashed", reason="signal 11 after 17 units")
    test = cases_in(text_of(tmp_path, [*repeated(CASE, [1.0] * 6), crashed]))[CASE]
    failure = test.find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "crashed"
    assert failure.attrib["message"] == (
        "crashed in 1 of 7 repetitions: signal 11 after 17 units (journal.jsonl:7)"
    )


def test_skipped_is_skipped_and_unstable_is_no_failure(tmp_path: Path) -> None:
    records = [
        record("spawn/null/idle", end="skipped", reason="null has no units"),
        record("spawn/tbb/idle", 0, end="unstable", reason="disturbed"),
        record("spawn/tbb/idle", 1, end="unstable", reason="disturbed"),
        record("spawn/gil/idle", discarded=True),
    ]
    tests = cases_in(text_of(tmp_path, records))
    told = {}
    for name, test in tests.items():
        mark = test.find("skipped")
        assert mark is not None and test.find("failure") is None
        told[name] = (mark.attrib["type"], mark.attrib["message"])
    assert told == {
        "spawn/null/idle": (
            "skipped",
            "skipped in 1 of 1 repetitions: null has no units (journal.jsonl:1)",
        ),
        "spawn/tbb/idle": (
            "unstable",
            "unstable in 2 of 2 repetitions: disturbed (journal.jsonl:2, 3)",
        ),
        "spawn/gil/idle": ("discarded", "every repetition was disturbed"),
    }


def test_what_passed_says_its_numbers_with_their_lines(tmp_path: Path) -> None:
    unstable = record(CASE, 6, end="unstable", reason="disturbed")
    test = cases_in(text_of(tmp_path, [*repeated(CASE, range(10, 16)), unstable]))[CASE]
    assert [each.tag for each in test] == ["system-out"]
    assert test.findtext("system-out") == (
        "switch_ns: 12.5 ns [10.0 – 15.0 ns], n=6, journal.jsonl:1, 2, 3, 4, 5, 6"
    )
    assert test.attrib["time"] == "0.700"


@pytest.mark.parametrize(("value", "verdict"), [(1.2, "passed"), (9.0, "failed")])
def test_a_known_answer_that_is_not_found_fails(tmp_path: Path, value: float, verdict: str) -> None:
    (outcome,) = outcomes(run_directory.load(write_run(tmp_path, known_answer(value))))
    assert outcome.verdict == verdict
    if verdict == "failed":
        assert outcome.reason == "unit_ns is 9.00 ns, known to be within 0 – 3.00 ns"


def test_what_a_crashed_program_said_stays_xml(tmp_path: Path) -> None:
    reason = 'said "\x1b[31m<oops>\x00 & ]]>'
    text = text_of(tmp_path, [record(CASE, end="crashed", reason=reason)])
    (failure,) = ElementTree.fromstring(text).iter("failure")
    assert '"\ufffd[31m<oops>\ufffd & ]]>' in failure.attrib["message"]


@pytest.fixture(scope="module")
def run(rich_run: Path) -> Run:
    return run_directory.load(rich_run)


def test_our_own_sum_of_tests_counts_it(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "junit.xml"
    target.write_text(junit.text(run), encoding="utf-8")
    summed = subprocess.run(
        [sys.executable, ROOT / "scripts/sum_junit.py", target],
        capture_output=True,
        text=True,
        check=False,
    )
    cases = len({record.case for record in run.records})
    assert summed.returncode == 1
    assert summed.stdout == f"{cases - 2} passed, 1 failed, 1 skipped\n"


def test_a_library_that_reads_junit_files_sees_the_same(tmp_path: Path, run: Run) -> None:
    junitparser = pytest.importorskip(
        "junitparser", reason="python3-junitparser; scripts/setup.sh --for-tests installs it"
    )
    target = tmp_path / "junit.xml"
    target.write_text(junit.text(run), encoding="utf-8")
    suites = junitparser.JUnitXml.fromfile(str(target))
    counts = (suites.tests, suites.failures, suites.errors, suites.skipped)
    suites.update_statistics()  # counts for itself
    assert counts == (suites.tests, suites.failures, suites.errors, suites.skipped)
    assert {suite.name for suite in suites} == {record.measure for record in run.records}
    results = {
        test.name: [(type(mark).__name__, mark.type) for mark in test.result]
        for suite in suites
        for test in suite
        if test.result
    }
    assert results == {
        "spawn/gil/idle": [("Failure", "crashed")],
        "switch/null/idle/by:yield/cores:1/units:2": [("Skipped", "skipped")],
    }
