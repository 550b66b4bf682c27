"""Each rule gives each of its verdicts on invented records, and none where the records do not decide."""

import functools
from collections.abc import Sequence

import pytest
from claims_worlds import (
    Document,
    Wish,
    World,
    documents_of,
    is_certain,
    judged,
    spelt_out,
    world_of,
)
from unitcost_scripts.claims.questions import Question
from unitcost_scripts.claims.rules import RULES
from unitcost_scripts.claims.verdict import Rule, Verdict

EVERY_RULE = pytest.mark.parametrize("name", list(RULES))


def _questions(rule: Rule) -> list[Question]:
    return spelt_out((*rule.questions, *rule.provided))


def _world(rule: Rule, noes: Sequence[Question]) -> World | None:
    wishes = [Wish(each, each not in noes) for each in _questions(rule)]
    return world_of(wishes)


@functools.cache
def _all_yes(name: str) -> tuple[Document, ...]:
    world = _world(RULES[name], [])
    assert world is not None, "no run could support it"
    return tuple(documents_of(world, _questions(RULES[name])))


@EVERY_RULE
def test_a_claim_is_supported_where_all_is_as_it_says(name: str) -> None:
    found = judged(RULES[name], _all_yes(name))
    assert (found.verdict, found.reasons) == (Verdict.SUPPORTED, ())


@pytest.mark.parametrize(
    "name", [name for name in RULES if not any(map(is_certain, RULES[name].questions))]
)
def test_a_claim_is_refuted_where_nothing_is_as_it_says(name: str) -> None:
    rule = RULES[name]
    world = _world(rule, spelt_out(rule.questions))
    assert world is not None
    assert judged(rule, documents_of(world, _questions(rule))).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in RULES
        if len(spelt_out(RULES[name].questions)) > 1
        and not all(map(is_certain, RULES[name].questions))
    ],
)
def test_a_claim_depends_where_some_is_as_it_says(name: str) -> None:
    rule = RULES[name]
    worlds = (_world(rule, [each]) for each in spelt_out(rule.questions) if not is_certain(each))
    world = next((each for each in worlds if each is not None), None)
    assert world is not None
    assert judged(rule, documents_of(world, _questions(rule))).verdict is Verdict.DEPENDS


@EVERY_RULE
def test_without_one_of_its_cases_a_claim_is_not_tested_and_the_case_is_named(name: str) -> None:
    rule, whole = RULES[name], _all_yes(name)
    for question in (*rule.questions, *rule.provided):
        for case in filter(None, (question.wanted.case, question.wanted.base)):
            stem = case.split("*")[0]
            left = [each for each in whole if not each["case"].startswith(stem)]
            found = judged(rule, left)
            assert found.verdict is Verdict.NOT_TESTED, case
            assert any(stem in reason for reason in found.reasons), case


@EVERY_RULE
@pytest.mark.parametrize("end", ["unstable", "skipped", "crashed"])
def test_a_case_that_failed_too_often_leaves_a_claim_untested(name: str, end: str) -> None:
    case = _all_yes(name)[0]["case"]
    spoilt = [
        {**each, "end": end, "reason": "for a test", "metrics": []}
        if each["case"] == case
        else each
        for each in _all_yes(name)
    ]
    named = {each.wanted.case for each in (*RULES[name].questions, *RULES[name].provided)}
    if end == "skipped" and case not in named:
        return  # one of many: a model that cannot do it is no evidence
    found = judged(RULES[name], spoilt)
    assert found.verdict is Verdict.NOT_TESTED
    assert any("for a test" in reason for reason in found.reasons)


@EVERY_RULE
def test_five_repetitions_are_too_few_for_any_verdict(name: str) -> None:
    few = [each for each in _all_yes(name) if each["repetition"] < 5]
    found = judged(RULES[name], few)
    assert found.verdict is Verdict.NOT_TESTED
    assert any("6 are needed" in reason for reason in found.reasons)


@EVERY_RULE
def test_what_straddles_a_threshold_leaves_a_claim_untested(name: str) -> None:
    rule = RULES[name]
    yes = _world(rule, [])
    assert yes is not None
    tried = 0
    for question in spelt_out(rule.questions):
        no = None if is_certain(question) else world_of([Wish(question, False)])
        if no is None:
            continue
        tried += 1
        wish = Wish(question, False)
        keys = [wish.of] if wish.base is None else [wish.of, wish.base]
        mixed = {**yes, **{key: yes[key][:5] + no[key][:5] for key in keys}}
        found = judged(rule, documents_of(mixed, _questions(rule)))
        assert found.verdict is Verdict.NOT_TESTED, question
    assert tried or all(map(is_certain, rule.questions))


@EVERY_RULE
def test_no_verdict_depends_on_the_machine(name: str) -> None:
    other = {"host": "another", "user": "someone", "cpu_model": "Z80", "cores_used": [0]}
    unknown = judged(RULES[name], _all_yes(name), machine=other)
    assert judged(RULES[name], _all_yes(name)) == unknown
