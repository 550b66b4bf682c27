"""All claims of docs/claims.json, judged by one run."""

from collections.abc import Sequence

from unitcost_scripts.claims.catalogue import Claim, claims
from unitcost_scripts.claims.evidence import Evidence
from unitcost_scripts.claims.questions import Answered, Found, Question, Wanted, ask, look_up
from unitcost_scripts.claims.rules import RULES
from unitcost_scripts.claims.verdict import Judgement, Rule, conclude
from unitcost_scripts.runs.run_directory import Run


def _ask_all(questions: Sequence[Question], evidence: Evidence) -> tuple[Answered, ...]:
    return tuple(answer for question in questions for answer in ask(question, evidence))


def _look_up_all(wanted: Sequence[Wanted], evidence: Evidence) -> tuple[Found, ...]:
    return tuple(found for one in wanted for found in look_up(one, evidence))


def judge_claim(claim: Claim, rule: Rule, evidence: Evidence) -> Judgement:
    answers = _ask_all(rule.questions, evidence)
    provided = _ask_all(rule.provided, evidence)
    verdict, reasons = conclude(rule, answers, provided)
    return Judgement(
        id=claim.id,
        claim=claim.text,
        rule=rule,
        rule_text=claim.rule,
        verdict=verdict,
        reasons=tuple(dict.fromkeys(reasons)),
        answers=answers,
        provided=provided,
        beside=_look_up_all(rule.beside, evidence),
        turns_at=_look_up_all(rule.turns_at, evidence),
    )


def judge(run: Run) -> list[Judgement]:
    """In the order of docs/claims.json."""
    evidence = Evidence(run)
    return [judge_claim(claim, RULES[claim.id], evidence) for claim in claims()]
