"""What the command, the chapter and the tables tell of claims."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from claims_worlds import CASE, Document, run_of
from conftest import Command
from synthetic_run import metric, record, repeated, write_run
from unitcost_scripts import claims
from unitcost_scripts.claims.catalogue import claims as catalogue
from unitcost_scripts.claims.direct_answer import QUESTION, direct_answer
from unitcost_scripts.claims.rules.cost import COROUTINES_IDLE, PROCESS_IDLE, THREAD_IDLE
from unitcost_scripts.claims.verdict import Verdict
from unitcost_scripts.page.rendering import render


def _footprints(
    thread_kib: float, coroutine_kib: float, process_kib: float = 2048
) -> list[Document]:
    def one(case: str, kib: float, index: int) -> Document:
        columns = {"total": 1.0, "resident": 0.75, "kernel": 0.25, "reserved": 1.0}
        return record(
            case,
            index,
            [
                metric(f"{name}_bytes_per_unit", share * kib * 1024, "bytes")
                for name, share in columns.items()
            ],
        )

    cases = {PROCESS_IDLE: process_kib, THREAD_IDLE: thread_kib}
    cases |= dict.fromkeys(COROUTINES_IDLE.values(), coroutine_kib)
    return [one(case, kib, index) for case, kib in cases.items() for index in range(6)]


@pytest.mark.parametrize(
    ("thread_kib", "coroutine_kib", "short"),
    [
        (
            500,
            4,
            "Yes, on this machine: a coroutine takes 4.00 KiB [4.00 – 4.00 KiB] (boost_fiber)",
        ),
        (35, 0.1, "No, not on this machine: a coroutine takes 102 B [102 – 102 B] (boost_fiber)"),
        (35, 4, "Only in part, on this machine: "),
    ],
)
def test_the_first_line_answers_from_the_figures(
    thread_kib: float, coroutine_kib: float, short: str
) -> None:
    said = direct_answer(claims.judge(run_of(_footprints(thread_kib, coroutine_kib))))
    assert said.startswith(f"{QUESTION} {short}")
    assert f"; a thread takes {thread_kib}" in said


def test_without_the_cases_the_first_line_says_why_there_is_no_answer() -> None:
    said = direct_answer(claims.judge(run_of(repeated(CASE, [1.0]))))
    assert said.startswith(f"{QUESTION} Not tested: footprint/boost_fiber")
    assert "is not part of this run" in said


def test_the_first_line_says_what_is_missing_beside_what_was_measured() -> None:
    without_threads = [each for each in _footprints(35, 4) if each["case"] != THREAD_IDLE]
    said = direct_answer(claims.judge(run_of(without_threads)))
    assert said.startswith(f"{QUESTION} Not tested: a coroutine takes 4.00 KiB")
    assert said.endswith(f". Left open: {THREAD_IDLE} is not part of this run.")


def test_memory_order_tells_its_three_parts_apart() -> None:
    (found,) = [
        each for each in claims.judge(run_of(_footprints(35, 4))) if each.id == "memory-order"
    ]
    assert found.verdict is Verdict.DEPENDS
    assert list(found.parts.values()) == [
        Verdict.SUPPORTED,
        Verdict.REFUTED,
        Verdict.SUPPORTED,
    ]


def test_the_command_tells_every_claim_in_the_catalogues_order(
    rich_run: Path, tmp_path: Path, command: Command
) -> None:
    target = tmp_path / "verdicts.json"
    code, out, err = command("claims", rich_run, "--json", target)
    assert (code, err) == (0, "")
    assert out.startswith(QUESTION)
    heads = re.findall(r"^([a-z-]+): (?:supported|refuted|depends|not tested)$", out, re.MULTILINE)
    assert heads == [each.id for each in catalogue()]
    whole = json.loads(target.read_text(encoding="utf-8"))
    assert whole["schema"] == "unitcost.verdicts/1"
    assert [each["id"] for each in whole["claims"]] == heads


def test_each_number_leads_back_to_its_lines(tmp_path: Path, command: Command) -> None:
    run = write_run(tmp_path / "run", _footprints(35, 4))
    target = tmp_path / "verdicts.json"
    assert command("claims", run, "--json", target)[0] == 0
    journal = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    (found,) = [
        each for each in json.loads(target.read_text())["claims"] if each["id"] == "memory-order"
    ]
    for answer in found["answers"]:
        for read in answer["read"]:
            assert len(read["journal_lines"]) == 6
            for line in read["journal_lines"]:
                assert journal[line - 1]["case"] == read["case"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda run: None, "no such run directory"),
        (lambda run: write_run(run, []), "holds no record"),
        (
            lambda run: (write_run(run, repeated(CASE, [1.0])) / "journal.jsonl").write_text('{"a'),
            "truncated",
        ),
        (
            lambda run: write_run(run, [{**record(CASE), "schema": "unitcost.record/9"}]),
            "unitcost.record/9",
        ),
    ],
)
def test_bad_input_is_named_in_one_sentence_and_leaves_earlier_verdicts(
    tmp_path: Path, command: Command, spoil: Any, said: str
) -> None:
    spoil(tmp_path / "run")
    target = tmp_path / "verdicts.json"
    target.write_text("from before", encoding="utf-8")
    code, out, err = command("claims", tmp_path / "run", "--json", target)
    assert (code, out) == (2, "")
    assert said in err and err.startswith("claims: ") and err.count("\n") == 1
    assert target.read_text(encoding="utf-8") == "from before"


def test_an_unwritable_target_is_named(rich_run: Path, tmp_path: Path, command: Command) -> None:
    code, out, err = command("claims", rich_run, "--json", tmp_path / "nowhere" / "v.json")
    assert (code, out) == (2, "")
    assert "cannot be written" in err


def test_the_chapter_answers_in_its_first_line_and_shows_every_verdict() -> None:
    judgements = claims.judge(run_of(_footprints(35, 4)))
    facts = {"chapter": claims.chapter_of(judgements), "plotted": {"footprint"}}
    page = render("claims.html.j2", facts)
    assert page.startswith('<p class="claims-answer">Is it true that a coroutine')
    assert page.count('<article class="claim"') == len(judgements)
    assert page.count("<td>provided that: speed-up of two that compute without a lock</td>") == 1
    assert '<a href="#plots-footprint">' in page and "#plots-ipc" not in page
    assert re.search(r"footprint/stackful\S+, total_bytes_per_unit, journal.jsonl:\d+, \d+", page)


def test_the_tables_hold_a_row_for_each_claim(tmp_path: Path) -> None:
    judgements = claims.judge(run_of(_footprints(35, 4)))
    claims.write_tables(tmp_path, judgements, "a run")
    assert len(json.loads((tmp_path / "claims.json").read_text())["claims"]) == len(judgements)
    table = (tmp_path / "claims.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in table) == len(judgements) + 2  # headings and rule
