"""Where the answer turns: between two neighbours of a sweep that were answered differently."""

from collections.abc import Sequence
from dataclasses import dataclass

from unitcost_scripts.claims.questions import Answer, Answered, Place


@dataclass(frozen=True)
class Turn:
    """At `before` it is answered so, at `after` otherwise; between, nobody looked or it is undecided."""

    before: Place
    answer_before: Answer
    after: Place
    answer_after: Answer


def turns(answers: Sequence[Answered]) -> list[Turn]:
    """Of each sweep, between neighbours of those that were decided."""
    sweeps: dict[tuple[str, str], list[tuple[Place, Answer]]] = {}
    for each in answers:
        if each.place is not None and each.answer in (Answer.YES, Answer.NO):
            key = (each.question.part, each.place.sweep)
            sweeps.setdefault(key, []).append((each.place, each.answer))
    found = []
    for decided in sweeps.values():
        decided.sort(key=lambda item: item[0].at)
        for (before, first), (after, second) in zip(decided, decided[1:], strict=False):
            if first is not second:
                found.append(Turn(before, first, after, second))
    return found
