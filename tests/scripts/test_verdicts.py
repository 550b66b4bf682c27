"""Verdicts on what textbooks say: how questions are answered, and what the command tells."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from claims_worlds import Document, judged, run_of
from conftest import Command
from synthetic_run import metric, record, repeated, write_run
from unitcost_scripts import claims
from unitcost_scripts.claims import sentences, thresholds
from unitcost_scripts.claims.bounds import ANY, Bound, about, at_least, exactly, less_than
from unitcost_scripts.claims.catalogue import CATALOGUE
from unitcost_scripts.claims.catalogue import claims as catalogue
from unitcost_scripts.claims.crossovers import turns
from unitcost_scripts.claims.direct_answer import QUESTION, direct_answer
from unitcost_scripts.claims.evidence import Evidence, Reading
from unitcost_scripts.claims.questions import Answer, Place, Question, Sweep, Wanted, ask
from unitcost_scripts.claims.rules import RULES
from unitcost_scripts.claims.rules.cost import COROUTINES_IDLE, PROCESS_IDLE, THREAD_IDLE
from unitcost_scripts.claims.verdict import Judgement, Rule, Verdict
from unitcost_scripts.comparing import comparison
from unitcost_scripts.errors import InputError
from unitcost_scripts.page.html_page import render
from unitcost_scripts.statistics import Interval

CASE = "switch/stackful/idle"


def _answers(documents: list[Document], question: Question) -> list[Answer]:
    return [each.answer for each in ask(question, Evidence(run_of(documents)))]


def _switch(bound: Bound, **more: Any) -> Question:
    """Of a metric that has no unit."""
    return Question(Wanted("a switch", CASE, Reading("switch_ns")), bound, **more)


def _plain(case: str, values: list[float], name: str = "switch_ns") -> list[Document]:
    return repeated(case, values, name, "1")


# --- bounds and questions


@pytest.mark.parametrize(
    ("bound", "low", "high", "holds", "fails"),
    [
        (at_least(10), 10, 12, True, False),
        (at_least(10), 9, 12, False, False),
        (at_least(10), 8, 9.9, False, True),
        (less_than(7), 7, 7, False, True),
        (exactly(0), 0, 0, True, False),
        (about(6, 2), 3, 12, True, False),
        (about(6, 2), 13, 14, False, True),
        (ANY, -5, 5, True, False),
    ],
)
def test_an_interval_is_inside_outside_or_neither(
    bound: Bound, low: float, high: float, holds: bool, fails: bool
) -> None:
    interval = Interval(low, high, 0.95)
    assert (bound.holds(interval), bound.fails(interval)) == (holds, fails)


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ([11.0] * 10, Answer.YES),
        ([9.0] * 10, Answer.NO),
        ([9.0, 11.0] * 5, Answer.UNDECIDED),
        ([11.0] * 5, Answer.UNDECIDED),
    ],
)
def test_a_number_answers_by_its_interval(values: list[float], answer: Answer) -> None:
    assert _answers(_plain(CASE, values), _switch(at_least(10))) == [answer]


def test_one_repetition_that_disagrees_leaves_a_counted_fact_undecided() -> None:
    documents = _plain(CASE, [1.0] * 9 + [0.0])
    assert _answers(documents, _switch(exactly(1), counted=True)) == [Answer.UNDECIDED]
    assert _answers(documents, _switch(exactly(1))) == [Answer.YES]  # where it is timed


def test_two_of_ten_repetitions_may_fail_and_three_may_not() -> None:
    def with_failures(count: int) -> list[Document]:
        good = _plain(CASE, [11.0] * 10)
        spoilt = [{**each, "end": "unstable", "reason": "disturbed"} for each in good[:count]]
        return spoilt + good[count:]

    assert _answers(with_failures(2), _switch(at_least(10))) == [Answer.YES]
    (third,) = ask(_switch(at_least(10)), Evidence(run_of(with_failures(3))))
    assert third.answer is Answer.MISSING
    assert third.reason == f"3 of 10 repetitions of {CASE} ended unstable: disturbed"


def test_discarded_repetitions_are_no_evidence() -> None:
    spoilt = [{**each, "discarded": True} for each in _plain(CASE, [1.0] * 10)]
    assert _answers(spoilt + _plain(CASE, [11.0] * 10), _switch(at_least(10))) == [Answer.YES]
    assert _answers(spoilt, _switch(at_least(10))) == [Answer.MISSING]


def test_a_metric_that_is_absent_is_missing() -> None:
    (found,) = ask(_switch(at_least(10)), Evidence(run_of(_plain(CASE, [1.0] * 8, "other"))))
    assert found.reason == f"8 of 8 repetitions of {CASE} have no switch_ns"


def test_a_number_in_another_unit_is_not_compared() -> None:
    bytes_of_it = repeated(CASE, [11.0] * 10, unit="bytes")
    assert _answers(bytes_of_it, _switch(at_least(10, "bytes"))) == [Answer.YES]
    assert _answers(bytes_of_it, _switch(at_least(10, "ns"))) == [Answer.MISSING]


def test_a_ratio_is_of_one_run_and_needs_six_repetitions_a_side() -> None:
    base = "switch/std_thread/idle"
    wanted = Wanted("a switch over a thread's", CASE, Reading("switch_ns"), base=base)
    question = Question(wanted, less_than(0.5))
    ten = _plain(CASE, [1.0 + index / 100 for index in range(10)])
    assert _answers(ten + _plain(base, [10.0] * 6), question) == [Answer.YES]
    assert _answers(ten + _plain(base, [10.0] * 5), question) == [Answer.UNDECIDED]
    assert _answers(ten + _plain(base, [0.0] * 6), question) == [Answer.MISSING]


def test_a_ratio_within_one_case_is_taken_in_each_repetition() -> None:
    documents = [
        record(CASE, index, [metric("wait", 2.0 * turn, "1"), metric("turn", turn, "1")])
        for index, turn in enumerate([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    ]
    wanted = Wanted("a wait", CASE, Reading("wait"), base=CASE, base_reading=Reading("turn"))
    (found,) = ask(Question(wanted, about(2, 1.1)), Evidence(run_of(documents)))
    assert found.answer is Answer.YES  # as two samples they would differ by a factor of 32
    figure = found.found.figure
    assert figure is not None and figure.interval is not None
    assert (figure.value, figure.interval.low, figure.interval.high) == (2, 2, 2)


def test_a_star_stands_for_all_that_the_run_has_but_for_what_was_skipped() -> None:
    documents = [
        *_plain("switch/stackful/idle", [11.0] * 6),
        *_plain("switch/tbb/idle", [9.0] * 6),
        record("switch/null/idle", end="skipped", reason="no units"),
        *_plain("switch/tbb/idle/cores:2", [9.0] * 6),
    ]
    question = Question(Wanted("a switch", "switch/*/idle", Reading("switch_ns")), at_least(10))
    found = ask(question, Evidence(run_of(documents)))
    assert [(each.found.wanted.subject, each.answer) for each in found] == [
        ("tbb", Answer.NO),
        ("stackful", Answer.YES),
    ]
    assert _answers([record("switch/null/idle", end="skipped")], question) == [Answer.MISSING]


def test_too_few_cases_for_a_star_are_missing_beside_what_they_say() -> None:
    wanted = Wanted("a switch", "switch/*/idle", Reading("switch_ns"), fewest=2)
    found = ask(Question(wanted, at_least(10)), Evidence(run_of(_plain(CASE, [11.0] * 6))))
    assert [each.answer for each in found] == [Answer.YES, Answer.MISSING]
    assert found[1].reason == "only 1 of 2 cases like switch/*/idle was measured in this run"


# --- verdicts


def test_what_has_no_meaning_without_its_premise_is_not_tested() -> None:
    rule = Rule((_switch(at_least(10)),), provided=(_switch(at_least(20)),))
    assert judged(rule, _plain(CASE, [25.0] * 10)).verdict is Verdict.SUPPORTED
    found = judged(rule, _plain(CASE, [11.0] * 10))
    assert found.verdict is Verdict.NOT_TESTED
    assert found.reasons == (f"{CASE}: a switch is not ≥ 20",)


def test_without_the_premise_no_part_has_a_verdict() -> None:
    rule = Rule((_switch(at_least(10), part="quick"),), provided=(_switch(at_least(20)),))
    assert judged(rule, _plain(CASE, [25.0] * 10)).parts == {"quick": Verdict.SUPPORTED}
    found = judged(rule, _plain(CASE, [11.0] * 10))
    assert found.parts == {"quick": Verdict.NOT_TESTED}
    assert sentences.figures_sentence(found).startswith("Quick – not tested: a switch 11")


def test_yes_and_no_say_that_it_depends_and_what_is_missing_is_left_open() -> None:
    absent = Question(Wanted("a start", "spawn/stackful/idle", Reading("spawn_ns")), at_least(10))
    rule = Rule((_switch(at_least(10)), _switch(at_least(20)), absent), depends_on="the moon")
    found = judged(rule, _plain(CASE, [11.0] * 10))
    assert found.verdict is Verdict.DEPENDS
    assert sentences.what_it_depends_on(found) == "It depends on the moon."
    said = sentences.open_sentence(found)
    assert said == "Left open: spawn/stackful/idle is not part of this run."


def test_a_sentence_does_not_list_more_figures_than_one_reads() -> None:
    wanted = Wanted("a switch", "switch/*/idle", Reading("switch_ns"))
    documents = [
        each
        for number in range(9)
        for each in _plain(f"switch/m{number}/idle", [11.0 + number] * 6)
    ]
    found = judged(Rule((Question(wanted, at_least(10)),)), documents)
    assert len(found.answers) == 9
    assert sentences.figures_sentence(found).endswith("16.0 [16.0 – 16.0] (m5), and 3 more.")


def _sweep(ratios: dict[int, float]) -> Judgement:
    wanted = Wanted("ratio", "server/pool/requests/bytes:*/us:*", Reading("ratio"))
    rule = Rule((Question(wanted, at_least(1.05), sweep=Sweep("payload,", "bytes", "bytes")),))
    documents = [
        record(f"server/pool/requests/bytes:{size}/us:0", index, [metric("ratio", ratio, "1")])
        for size, ratio in ratios.items()
        for index in range(6)
    ]
    return judged(rule, documents)


def test_a_crossover_lies_between_the_neighbours_that_answer_differently() -> None:
    found = _sweep({0: 0.9, 1024: 1.0, 16384: 1.2, 1048576: 1.3})
    assert found.verdict is Verdict.DEPENDS
    assert sentences.crossovers(found) == [
        "payload, us:0: between 1 KiB (does not hold) and 16 KiB (holds)"
    ]
    assert _sweep({0: 1.2, 1024: 1.3}).verdict is Verdict.SUPPORTED
    assert turns(_sweep({0: 1.2, 1024: 1.3}).answers) == []


def test_a_place_may_be_told_by_the_rule_itself() -> None:
    rule = Rule(
        tuple(
            Question(
                Wanted("efficiency", CASE, Reading(name)),
                less_than(0.95),
                sweep=Place("units a CPU", "1", at),
            )
            for name, at in (("at_4", 4), ("at_64", 64))
        )
    )
    documents = [
        record(CASE, index, [metric("at_4", 1.0, "1"), metric("at_64", 0.5, "1")])
        for index in range(6)
    ]
    (said,) = sentences.crossovers(judged(rule, documents))
    assert said == "units a CPU: between 4 (does not hold) and 64 (holds)"


# --- the catalogue


def test_every_claim_has_a_rule_and_every_rule_a_claim() -> None:
    assert [each.id for each in catalogue()] == list(dict.fromkeys(each.id for each in catalogue()))
    assert {each.id for each in catalogue()} == set(RULES)


@pytest.mark.parametrize("claim", catalogue(), ids=lambda claim: str(claim.id))
def test_the_catalogue_says_the_rule_that_the_code_applies(claim: Any) -> None:
    said = sentences.rule_text(RULES[claim.id])
    assert claim.rule == said, f'in docs/claims.json "rule" has to be: {said}'


def test_thresholds_are_those_of_comparing() -> None:
    assert thresholds.DIFFERENT == 1 + comparison.MARGIN


def test_a_catalogue_without_a_rule_is_named_with_its_field(tmp_path: Path) -> None:
    whole = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    del whole["claims"][2]["rule"]
    spoilt = tmp_path / "claims.json"
    spoilt.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(InputError, match="field claims/2: 'rule' is a required property"):
        catalogue(spoilt)


# --- 5 KB and 512 KB


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


# --- what is printed and written


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
