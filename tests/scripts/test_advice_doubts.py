"""What weakens advice is said in its sentence: lengths beyond all that were measured, repetitions that failed."""

from pathlib import Path

import advice_run
import pytest
from synthetic_run import Document, record
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.question import Question
from unitcost_scripts.advice.typical import Answer, answer_of


def _answer(evidence: Evidence, task_ns: float) -> Answer:
    return answer_of(evidence, "", Question(10, task_ns))


@pytest.mark.parametrize(
    ("task_ns", "said"),
    [
        (20, "computes for 20.0 ns, shorter than the shortest that was measured (100 ns)"),
        (1e9, "computes for 1.00 s, longer than the longest that was measured (51.2 µs)"),
    ],
)
def test_a_task_beyond_all_lengths_is_said_to_be_so_at_either_end(
    evidence: Evidence, task_ns: float, said: str
) -> None:
    answer = _answer(evidence, task_ns)
    assert "Beyond all lengths that were measured, and to be believed less: all costs" in (
        answer.verdict
    )
    assert len(answer.remarks) == len(answer.rows) == len(advice_run.LAWS)
    assert all(said in remark for _, remark in answer.remarks)
    assert all("cost extrapolated" in " ".join(row) for row in answer.rows)


@pytest.mark.parametrize("task_ns", [0, 100, 150, 51_200])
def test_between_lengths_that_were_measured_nothing_is_beyond(
    evidence: Evidence, task_ns: float
) -> None:
    answer = _answer(evidence, task_ns)
    assert "eyond" not in answer.verdict
    assert not any("measured (" in remark for _, remark in answer.remarks)


def test_only_those_are_named_whose_lengths_end_before(tmp_path: Path) -> None:
    made = advice_run.records(6)
    for each in made:
        if each["measure"] == "grain" and each["model"] == "process":
            each["series"][0]["points"] = each["series"][0]["points"][4:]
    answer = _answer(advice_run.evidence(tmp_path, made), 200)
    assert "believed less: the cost of process" in answer.verdict


def _with_failures(count: int) -> list[Document]:
    case = "footprint/stackless/idle/touch:0"
    failed = [record(case, 20 + index, end="crashed", reason="signal 11") for index in range(count)]
    return [*advice_run.records(), *failed]


def test_a_case_that_failed_now_and_then_says_so_in_the_sentence(tmp_path: Path) -> None:
    evidence = advice_run.evidence(tmp_path / "run", _with_failures(2))
    answer = answer_of(evidence, "", Question(1_000))
    said = "2 of 12 ended crashed (footprint/stackless/idle/touch:0)"
    assert f"Repetitions without a number: {said}" in answer.verdict
    assert any("(2 of 12 ended crashed)" in cited for cited in answer.citations)
    sound = answer_of(
        advice_run.evidence(tmp_path / "sound", _with_failures(0)), "", Question(1_000)
    )
    assert "without a number" not in sound.verdict


def test_failures_of_a_model_that_is_not_ranked_are_not_in_the_sentence(tmp_path: Path) -> None:
    evidence = advice_run.evidence(tmp_path, _with_failures(2))
    answer = answer_of(evidence, "", Question(1_000, needs=("isolation",)))
    assert "without a number" not in answer.verdict
