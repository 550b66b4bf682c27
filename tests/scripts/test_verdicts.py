"""A verdict is made of the answers to a claim's questions, and told with where they turn."""

from claims_worlds import CASE, judged, plain, switch_question
from synthetic_run import metric, record
from unitcost_scripts.claims import sentences
from unitcost_scripts.claims.bounds import at_least, less_than
from unitcost_scripts.claims.crossovers import turns
from unitcost_scripts.claims.evidence import Reading
from unitcost_scripts.claims.questions import Place, Question, Sweep, Wanted
from unitcost_scripts.claims.verdict import Judgement, Rule, Verdict


def test_what_has_no_meaning_without_its_premise_is_not_tested() -> None:
    rule = Rule((switch_question(at_least(10)),), provided=(switch_question(at_least(20)),))
    assert judged(rule, plain(CASE, [25.0] * 10)).verdict is Verdict.SUPPORTED
    found = judged(rule, plain(CASE, [11.0] * 10))
    assert found.verdict is Verdict.NOT_TESTED
    assert found.reasons == (f"{CASE}: a switch is not ≥ 20",)


def test_without_the_premise_no_part_has_a_verdict() -> None:
    rule = Rule(
        (switch_question(at_least(10), part="quick"),), provided=(switch_question(at_least(20)),)
    )
    assert judged(rule, plain(CASE, [25.0] * 10)).parts == {"quick": Verdict.SUPPORTED}
    found = judged(rule, plain(CASE, [11.0] * 10))
    assert found.parts == {"quick": Verdict.NOT_TESTED}
    assert sentences.figures_sentence(found).startswith("Quick – not tested: a switch 11")


def test_yes_and_no_say_that_it_depends_and_what_is_missing_is_left_open() -> None:
    absent = Question(Wanted("a start", "spawn/stackful/idle", Reading("spawn_ns")), at_least(10))
    rule = Rule(
        (switch_question(at_least(10)), switch_question(at_least(20)), absent),
        depends_on="the moon",
    )
    found = judged(rule, plain(CASE, [11.0] * 10))
    assert found.verdict is Verdict.DEPENDS
    assert sentences.what_it_depends_on(found) == "It depends on the moon."
    said = sentences.open_sentence(found)
    assert said == "Left open: spawn/stackful/idle is not part of this run."


def test_a_sentence_does_not_list_more_figures_than_one_reads() -> None:
    wanted = Wanted("a switch", "switch/*/idle", Reading("switch_ns"))
    documents = [
        each for number in range(9) for each in plain(f"switch/m{number}/idle", [11.0 + number] * 6)
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
