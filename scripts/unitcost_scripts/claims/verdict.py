"""A claim's verdict, of the answers to its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitcost_scripts.claims.bounds import bound_text
from unitcost_scripts.claims.questions import Answer, Answered, Found, Question, Wanted


class Verdict(StrEnum):
    SUPPORTED = "supported"
    REFUTED = "refuted"
    DEPENDS = "depends"
    NOT_TESTED = "not tested"


@dataclass(frozen=True)
class Rule:
    """What a claim comes to in questions, each worded so that "yes" is what the claim says."""

    questions: tuple[Question, ...]
    provided: tuple[Question, ...] = ()  # what makes the others mean anything: "yes", or no verdict
    beside: tuple[Wanted, ...] = ()  # numbers that decide nothing, and that a reader wants to see
    turns_at: tuple[Wanted, ...] = ()  # where a measure itself looks for the crossover
    depends_on: str = ""  # on what, where the answers to its questions may well differ


@dataclass(frozen=True)
class Judgement:
    """A verdict and all that it rests on."""

    id: str
    claim: str
    rule: Rule
    rule_text: str
    verdict: Verdict
    reasons: tuple[str, ...]  # why it was not tested, or what was left open
    answers: tuple[Answered, ...]
    provided: tuple[Answered, ...]
    beside: tuple[Found, ...]
    turns_at: tuple[Found, ...]

    @property
    def parts(self) -> dict[str, Verdict]:
        """The verdict of each part, where the claim has some; without its premise none is tested."""
        names = dict.fromkeys(each.question.part for each in self.answers)
        if set(names) == {""}:
            return {}
        if _not_provided(self.provided):
            return dict.fromkeys(names, Verdict.NOT_TESTED)
        return {
            name: verdict_of([each for each in self.answers if each.question.part == name])
            for name in names
        }

    @property
    def measures(self) -> list[str]:
        """Whose plots show it."""
        wanted = [each.found.wanted for each in self.answers]
        return list(dict.fromkeys(each.case.split("/")[0] for each in wanted))


def verdict_of(answers: Sequence[Answered]) -> Verdict:
    """Who says yes and no says that it depends, whatever the others would have said; else all have to
    answer.
    """
    given = {each.answer for each in answers}
    if {Answer.YES, Answer.NO} <= given:
        return Verdict.DEPENDS
    if given == {Answer.YES}:
        return Verdict.SUPPORTED
    return Verdict.REFUTED if given == {Answer.NO} else Verdict.NOT_TESTED


def _not_provided(provided: Sequence[Answered]) -> list[str]:
    """Why the other answers would mean nothing."""
    said = []
    for each in provided:
        wanted = each.found.wanted
        if each.answer is Answer.NO:
            said.append(f"{wanted.case}: {wanted.says} is not {bound_text(each.question.bound)}")
        elif each.answer is not Answer.YES:
            said.append(each.reason)
    return said


def conclude(
    rule: Rule, answers: Sequence[Answered], provided: Sequence[Answered]
) -> tuple[Verdict, list[str]]:
    """The verdict, and why it is that nothing was tested, or what was left open beside it."""
    lacking = _not_provided(provided)
    if lacking:
        return Verdict.NOT_TESTED, lacking
    return verdict_of(answers), [each.reason for each in answers if each.reason]
