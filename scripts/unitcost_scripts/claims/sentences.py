"""Rules, figures and reasons in words, the same in the terminal, in the report and in the tables."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from unitcost_scripts.claims.bounds import bound_text, shortest
from unitcost_scripts.claims.crossovers import Turn, turns
from unitcost_scripts.claims.questions import Answer, Answered, Figure, Found, Place, Question
from unitcost_scripts.claims.verdict import Judgement, Rule, Verdict
from unitcost_scripts.numbers import humanise, humanise_interval

_MOST_REASONS = 3
_MOST_FIGURES = 6  # of one kind in one sentence; all are in the table of numbers and in the JSON
_SAID = {
    Answer.YES: "holds",
    Answer.NO: "does not hold",
    Answer.UNDECIDED: "undecided",
    Answer.MISSING: "missing",
}

Item = TypeVar("Item")


def _grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _with_subjects(text: str, subjects: Iterable[str]) -> str:
    named = ", ".join(dict.fromkeys(filter(None, subjects)))
    return f"{text} ({named})" if named else text


def _subject_of(question: Question) -> str:
    """ "stackless", or what a * stands for: "each model", "each bytes and handler_us"."""
    varied = [
        "model" if place == 1 else part.partition(":")[0].replace("*", "way")
        for place, part in enumerate(question.wanted.case.split("/"))
        if "*" in part
    ]
    return f"each {' and '.join(varied)}" if varied else question.wanted.subject


def _conditions(questions: Sequence[Question]) -> str:
    """ "start of a thread over that of a unit ≥ 10 (stackful, stackless); …"."""
    groups = _grouped(questions, lambda each: f"{each.wanted.says} {bound_text(each.bound)}")
    return "; ".join(
        _with_subjects(text, map(_subject_of, members)) for text, members in groups.items()
    )


def rule_text(rule: Rule) -> str:
    """The rule in one line, as docs/claims.json has it."""
    parts = _grouped(rule.questions, lambda each: each.part)
    said = [f"{part}: {_conditions(of)}" if part else _conditions(of) for part, of in parts.items()]
    text = "; ".join(said)
    if rule.provided:
        text += f"; provided that {_conditions(rule.provided)}"
    return text + "."


def figure_text(figure: Figure, counted: bool = False) -> str:
    """ "812 [790 – 840]", or of what is counted "7 in all 10"; "812 [790 – 840; 1 of 10 ended crashed]"."""
    failures = "; ".join(dict.fromkeys(each.failures for each in figure.sources if each.failures))
    if counted and figure.values:
        low = shortest(min(figure.values), figure.unit)
        high = shortest(max(figure.values), figure.unit)
        count = len(figure.values)
        said = f"{low} in all {count}" if low == high else f"{low} to {high} in {count}"
        return f"{said} [{failures}]" if failures else said
    between = humanise_interval(figure.interval, figure.unit) if figure.interval else "no interval"
    beside = f"; {failures}" if failures else ""
    return f"{humanise(figure.value, figure.unit)} [{between}{beside}]"


def _figures(found: Sequence[tuple[Found, bool]]) -> str:
    """Those that have a number, by what they are, and of these those that are the same together."""
    told: list[str] = []
    for says, members in _grouped(found, lambda item: item[0].wanted.says).items():
        texts = _grouped(
            (item for item in members if item[0].figure is not None),
            lambda item: figure_text(item[0].figure, item[1]) if item[0].figure else "",
        )
        figures = [
            _with_subjects(text, (each.wanted.subject for each, _ in of))
            for text, of in texts.items()
        ]
        if len(figures) > _MOST_FIGURES:
            figures[_MOST_FIGURES:] = [f"and {len(figures) - _MOST_FIGURES} more"]
        if figures:
            told.append(f"{says} {', '.join(figures)}")
    return "; ".join(told)


def _answers(answers: Sequence[Answered], verdict: Verdict) -> str:
    """Those that decide; of what was not tested all that there is."""
    if verdict is not Verdict.NOT_TESTED:
        answers = [each for each in answers if each.answer in (Answer.YES, Answer.NO)]
    by_answer = _grouped(answers, lambda each: each.answer.value)
    told = []
    for answer, members in by_answer.items():
        text = _figures([(each.found, each.question.counted) for each in members])
        if text:
            told.append(f"{_SAID[Answer(answer)]}: {text}" if len(by_answer) > 1 else text)
    return "; ".join(told)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def figures_sentence(judgement: Judgement) -> str:
    """The figures that decide, each with its interval."""
    parts = judgement.parts
    if not parts:
        said = _answers(judgement.answers, judgement.verdict)
        return _sentence(said) if said else ""
    told = []
    for part, verdict in parts.items():
        of_part = [each for each in judgement.answers if each.question.part == part]
        told.append(f"{part} – {verdict.value}: {_answers(of_part, verdict)}".rstrip(": "))
    return _sentence("; ".join(told))


def beside_sentence(judgement: Judgement) -> str:
    said = _figures([(each, False) for each in judgement.beside])
    return f"Beside it: {said}." if said else ""


def _place(place: Place) -> str:
    return shortest(place.at, place.unit)


def _turn_text(turn: Turn) -> str:
    before, after = _SAID[turn.answer_before], _SAID[turn.answer_after]
    between = f"between {_place(turn.before)} ({before}) and {_place(turn.after)} ({after})"
    return f"{turn.before.sweep}: {between}"


def crossovers(judgement: Judgement) -> list[str]:
    """Where the answer turns, as far as the records tell; nothing where it does not."""
    if judgement.verdict is not Verdict.DEPENDS:
        return []
    looked_for = _figures([(each, False) for each in judgement.turns_at])
    said = [_turn_text(each) for each in turns(judgement.answers)]
    return [looked_for, *said] if looked_for else said


def what_it_depends_on(judgement: Judgement) -> str:
    if judgement.verdict is not Verdict.DEPENDS:
        return ""
    which = "part of the claim" if judgement.parts else "of these numbers"
    return f"It depends on {judgement.rule.depends_on or f'which {which} is meant'}."


def open_sentence(judgement: Judgement) -> str:
    """Why there is no verdict, or what is not known beside it."""
    if not judgement.reasons:
        return ""
    head = "Not tested" if judgement.verdict is Verdict.NOT_TESTED else "Left open"
    return f"{head}: {reason_sentence(judgement.reasons)}"


def reason_sentence(reasons: Sequence[str]) -> str:
    """The first few; all are in the JSON."""
    different = list(dict.fromkeys(reasons))
    told, left = different[:_MOST_REASONS], len(different) - _MOST_REASONS
    more = f"; and {left} more" if left > 0 else ""
    return f"{'; '.join(told)}{more}." if told else ""
