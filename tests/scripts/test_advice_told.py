"""What advice says: the sentence, six typical needs, the command and what it refuses."""

from pathlib import Path

import advice_run
import pytest
from conftest import Command
from synthetic_run import MANIFEST, metric, record, write_run
from unitcost_scripts.advice import answers, wording
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.question import Question, parsed
from unitcost_scripts.advice.ranking import Advice, Candidate, advise
from unitcost_scripts.advice.typical import TYPICAL
from unitcost_scripts.errors import InputError
from unitcost_scripts.runs import run_directory

_GIB = 2.0**30
_MS = 1e6


def _places(advice: Advice) -> dict[str, int]:
    return {each.candidate.model: each.place for each in advice.ranked}


def _one(candidates: tuple[Candidate, ...], model: str) -> Candidate:
    (found,) = [each for each in candidates if each.model == model]
    return found


def test_the_verdict_names_the_best_and_tells_the_others_in_times_of_it(evidence: Evidence) -> None:
    said = wording.verdict(advise(evidence, Question(1_000, memory_bytes=1e8)))
    assert said.startswith("Best: stackless (")
    assert "std_thread 3" in said and "Ruled out: process" in said


def test_what_several_best_differ_by_is_their_memory(evidence: Evidence) -> None:
    advice = advise(evidence, Question(64, 1 * _MS, 0.97, needs=("blocking-calls",)))
    said = wording.verdict(advice)
    first, second = (each.model for each in advice.best)
    assert f"no difference seen between them: {first} and {second} (" in said
    assert {first, second} == {"std_thread", "thread_pool"}
    assert f"({first}: " in said or f"({second}: " in said
    assert "; memory: 2." in said and f"MiB ({first}) to 2." in said


def test_of_a_best_that_takes_nothing_there_are_no_times(tmp_path: Path) -> None:
    made = advice_run.records(6)
    for each in made:
        if each["case"] == "footprint/stackless/idle/touch:0":
            each["metrics"] = [metric("total_bytes_per_unit", 0, "bytes")]
            each["series"] = []
    advice = advise(advice_run.evidence(tmp_path, made), Question(10))
    assert [row[3] for row in wording.rows(advice)] == ["1", "–", "–", "–"]


def test_six_typical_needs_are_answered(evidence: Evidence) -> None:
    found = answers(evidence.run)
    assert [each.name for each in found] == list(TYPICAL)
    assert len(found) == 6
    by_name = {each.name: each for each in found}
    crash = by_name["calls into a library that may crash"]
    assert [row[1] for row in crash.rows] == ["process"]
    assert all("journal.jsonl:" in cited for each in found for cited in each.citations)


def test_a_run_that_measured_nothing_of_it_answers_without_an_error(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [record("zoology/fox/meadow")]))
    for answer in answers(run):
        assert answer.verdict.startswith("No model") and answer.rows == []


def test_an_unlimited_setting_is_no_limit(tmp_path: Path) -> None:
    manifest = {**MANIFEST, "limits": {"pid_max": None, "processes": {"soft": "unlimited"}}}
    run = run_directory.load(write_run(tmp_path, advice_run.records(6), manifest))
    advice = advise(Evidence(run), Question(100_000, memory_bytes=100 * _GIB))
    assert "std_thread" in _places(advice)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("0", "0", "0", None, ""), "--units"),
        (("ten", "0", "0", None, ""), "--units 10000"),
        (("1.5", "0", "0", None, ""), "whole number"),
        (("5", "-1", "0", None, ""), "--task-us"),
        (("5", "nan", "0", None, ""), "--task-us"),
        (("5", "10", "90", None, ""), "0.9 for 90 %"),
        (("5", "0", "0.5", None, ""), "--task-us"),
        (("5", "10", "0", "much", ""), "--memory 512MiB"),
        (("5", "10", "0", "0", ""), "more than nothing"),
        (("5", "10", "0", "1e308TiB", ""), "more than any machine has"),
        (("5", "10", "0", "1e300", ""), "more than any machine has"),
        (("5", "10", "0", "5 parsec", ""), "KiB, MiB"),
        (("5", "10", "0", None, "speed"), "known are isolation"),
    ],
)
def test_a_bad_option_is_refused_with_the_remedy(
    options: tuple[str, str, str, str | None, str], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        parsed(*options)
    assert said in str(refused.value)


def test_options_are_read() -> None:
    question = parsed("10,000", "50", "0.5", "2GiB", "isolation, parallelism,isolation")
    assert question == Question(10_000, 50_000, 0.5, 2 * _GIB, ("isolation", "parallelism"))
    assert parsed("1e6", "0", "0", "1.5e3", "") == Question(1_000_000, memory_bytes=1500)


def test_the_command_prints_a_table_its_reasons_and_its_records(
    evidence: Evidence, command: Command
) -> None:
    code, out, _ = command("advise", evidence.run.path, "--units", "100", "--needs", "isolation")
    assert code == 0
    assert "Best: process" in out and "ruled out:" in out and "std_thread: isolation:" in out
    assert "footprint/process/idle/touch:0, journal.jsonl:1," in out


@pytest.mark.parametrize(
    ("journal", "said"),
    [
        ("", "holds no record"),
        ('{"schema": "unitcost.rec', "truncated"),
        ('{"schema": "unitcost.record/9"}\n', "unitcost.record/9"),
    ],
)
def test_bad_runs_are_refused_in_one_sentence(
    tmp_path: Path, command: Command, journal: str, said: str
) -> None:
    run = write_run(tmp_path / "run", [])
    (run / "journal.jsonl").write_text(journal, encoding="utf-8")
    code, out, err = command("advise", run, "--units", "5")
    assert (code, out) == (2, "") and said in err and len(err.splitlines()) == 1


def test_a_missing_run_or_number_of_units_is_refused(tmp_path: Path, command: Command) -> None:
    assert "no such run directory" in command("advise", tmp_path / "none", "--units", "5")[2]
    code, _, err = command("advise", tmp_path)
    assert code == 2 and "--units is missing" in err
