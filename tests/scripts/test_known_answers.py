"""A known answer is judged by the interval, and a wrong one warns of the whole run."""

from pathlib import Path

import pytest
from synthetic_run import metric, record, write_run
from unitcost_scripts.runs import conditions, run_directory
from unitcost_scripts.runs.known_answers import NO, NONE, UNDECIDED, YES, holds
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise


def _run(tmp_path: Path, values: list[float], **expected: float) -> Run:
    case = "selftest/null/idle/check:one"
    records = [
        record(case, index, [metric("ratio", value, "1", **expected)])
        for index, value in enumerate(values)
    ]
    return run_directory.load(write_run(tmp_path, records))


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.99, 1.0, 1.0, 1.0, 1.0, 1.01], YES),
        ([1.05, 1.06, 1.06, 1.06, 1.06, 1.07], NO),
        ([1.01, 1.03, 1.03, 1.03, 1.03, 1.04], UNDECIDED),
        ([1.05] * 5, UNDECIDED),
    ],
)
def test_only_an_interval_elsewhere_is_a_no(
    tmp_path: Path, values: list[float], verdict: str
) -> None:
    run = _run(tmp_path, values, expected_low=0.98, expected_high=1.02)
    (summary,) = summarise(run.counted)
    assert holds(summary) == verdict
    assert any("known answer" in each for each in conditions.warnings(run)) == (verdict == NO)


def test_a_metric_without_an_expectation_is_not_judged(tmp_path: Path) -> None:
    (summary,) = summarise(_run(tmp_path, [1.0] * 6).counted)
    assert holds(summary) == NONE


@pytest.mark.parametrize(
    ("ok", "unstable", "named"), [(0, 6, True), (5, 1, True), (6, 4, False), (3, 0, False)]
)
def test_an_answer_that_instability_left_unjudged_is_named(
    tmp_path: Path, ok: int, unstable: int, named: bool
) -> None:
    case = "selftest/null/idle/check:one"
    records = [record(case, index, [metric("ratio", 1.0, "1")]) for index in range(ok)]
    records += [
        record(case, ok + index, end="unstable", reason="others") for index in range(unstable)
    ]
    run = run_directory.load(write_run(tmp_path, records))
    said = [each for each in conditions.warnings(run) if "not established" in each]
    assert bool(said) == named
    if named:
        assert f"{unstable} of {ok + unstable} repetitions of {case}" in said[0]


def test_another_measure_that_is_unstable_establishes_nothing_to_begin_with(tmp_path: Path) -> None:
    unstable = record("spawn/tbb/idle/cores:1", 0, end="unstable", reason="others")
    run = run_directory.load(write_run(tmp_path, [unstable]))
    assert not any("not established" in each for each in conditions.warnings(run))
