"""How the questions are answered of which claims are made: by an interval, by agreement, or not at all."""

import pytest
from claims_worlds import CASE, Document, judged, plain, run_of, switch_question
from synthetic_run import metric, record, repeated
from unitcost_scripts.claims import sentences
from unitcost_scripts.claims.bounds import ANY, Bound, about, at_least, exactly, less_than
from unitcost_scripts.claims.evidence import Evidence, Reading
from unitcost_scripts.claims.questions import Answer, Question, Wanted, ask
from unitcost_scripts.claims.verdict import Rule
from unitcost_scripts.statistics import Interval


def _answers(documents: list[Document], question: Question) -> list[Answer]:
    return [each.answer for each in ask(question, Evidence(run_of(documents)))]


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
    assert _answers(plain(CASE, values), switch_question(at_least(10))) == [answer]


def test_one_repetition_that_disagrees_leaves_a_counted_fact_undecided() -> None:
    documents = plain(CASE, [1.0] * 9 + [0.0])
    assert _answers(documents, switch_question(exactly(1), counted=True)) == [Answer.UNDECIDED]
    assert _answers(documents, switch_question(exactly(1))) == [Answer.YES]  # where it is timed


def test_two_of_ten_repetitions_may_fail_and_three_may_not() -> None:
    def with_failures(count: int) -> list[Document]:
        good = plain(CASE, [11.0] * 10)
        spoilt = [{**each, "end": "unstable", "reason": "disturbed"} for each in good[:count]]
        return spoilt + good[count:]

    assert _answers(with_failures(2), switch_question(at_least(10))) == [Answer.YES]
    (third,) = ask(switch_question(at_least(10)), Evidence(run_of(with_failures(3))))
    assert third.answer is Answer.MISSING
    assert third.reason == f"3 of 10 repetitions of {CASE} ended unstable: disturbed"


def test_a_figure_says_that_a_few_of_its_repetitions_failed() -> None:
    good = plain(CASE, [11.0] * 10)
    crashed = [{**each, "end": "crashed", "reason": "signal 11"} for each in good[:2]]
    found = judged(Rule((switch_question(at_least(10)),)), crashed + good[2:])
    said = "A switch 11.0 [11.0 – 11.0; 2 of 10 ended crashed]."
    assert sentences.figures_sentence(found) == said
    counted = judged(Rule((switch_question(at_least(10), counted=True),)), crashed + good[2:])
    said = "A switch 11 in all 8 [2 of 10 ended crashed]."
    assert sentences.figures_sentence(counted) == said
    assert sentences.figures_sentence(judged(Rule((switch_question(at_least(10)),)), good)) == (
        "A switch 11.0 [11.0 – 11.0]."
    )


def test_discarded_repetitions_are_no_evidence() -> None:
    spoilt = [{**each, "discarded": True} for each in plain(CASE, [1.0] * 10)]
    assert _answers(spoilt + plain(CASE, [11.0] * 10), switch_question(at_least(10))) == [
        Answer.YES
    ]
    assert _answers(spoilt, switch_question(at_least(10))) == [Answer.MISSING]


def test_a_metric_that_is_absent_is_missing() -> None:
    (found,) = ask(switch_question(at_least(10)), Evidence(run_of(plain(CASE, [1.0] * 8, "other"))))
    assert found.reason == f"8 of 8 repetitions of {CASE} have no switch_ns"


def test_a_number_in_another_unit_is_not_compared() -> None:
    bytes_of_it = repeated(CASE, [11.0] * 10, unit="bytes")
    assert _answers(bytes_of_it, switch_question(at_least(10, "bytes"))) == [Answer.YES]
    assert _answers(bytes_of_it, switch_question(at_least(10, "ns"))) == [Answer.MISSING]


def test_a_ratio_is_of_one_run_and_needs_six_repetitions_a_side() -> None:
    base = "switch/std_thread/idle"
    wanted = Wanted("a switch over a thread's", CASE, Reading("switch_ns"), base=base)
    question = Question(wanted, less_than(0.5))
    ten = plain(CASE, [1.0 + index / 100 for index in range(10)])
    assert _answers(ten + plain(base, [10.0] * 6), question) == [Answer.YES]
    assert _answers(ten + plain(base, [10.0] * 5), question) == [Answer.UNDECIDED]
    assert _answers(ten + plain(base, [0.0] * 6), question) == [Answer.MISSING]


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
        *plain("switch/stackful/idle", [11.0] * 6),
        *plain("switch/tbb/idle", [9.0] * 6),
        record("switch/null/idle", end="skipped", reason="no units"),
        *plain("switch/tbb/idle/cores:2", [9.0] * 6),
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
    found = ask(Question(wanted, at_least(10)), Evidence(run_of(plain(CASE, [11.0] * 6))))
    assert [each.answer for each in found] == [Answer.YES, Answer.MISSING]
    assert found[1].reason == "only 1 of 2 cases like switch/*/idle was measured in this run"
