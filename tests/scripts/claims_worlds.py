"""Runs invented so that a rule's questions are answered as a test wants them.

A rule is data: which numbers it reads and where each must lie. So what a record has to say can be looked
for, instead of being written down for each of the rules by hand.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthetic_run import MANIFEST, metric, record, repeated
from unitcost_scripts.claims.bounds import ANY, Bound
from unitcost_scripts.claims.catalogue import Claim
from unitcost_scripts.claims.evidence import Evidence, Reading
from unitcost_scripts.claims.judging import judge_claim
from unitcost_scripts.claims.questions import Question, Wanted
from unitcost_scripts.claims.verdict import Judgement, Rule
from unitcost_scripts.runs import records
from unitcost_scripts.runs.run_directory import Run

REPETITIONS = 10
Document = dict[str, Any]
Key = tuple[str, Reading]  # of a number: its case, and what is read there
World = dict[Key, tuple[float, ...]]  # what each repetition says

_FACTORS = (1, 1.1, 1 / 1.1, 2, 0.5, 1000, 0.001)
_FREE = tuple(1000 * 1.25**power for power in range(-45, 46))


def run_of(documents: Sequence[Document], manifest: Mapping[str, Any] = MANIFEST) -> Run:
    """As it would be loaded, without files."""
    loaded = [
        records.from_document(each, number, f"line {number}")
        for number, each in enumerate(documents, start=1)
    ]
    return Run(Path("a-run"), dict(manifest), tuple(loaded))


@dataclass(frozen=True)
class Wish:
    """A question, and whether its number is to lie inside."""

    question: Question
    inside: bool

    @property
    def of(self) -> Key:
        return self.question.wanted.case, self.question.wanted.reading

    @property
    def base(self) -> Key | None:
        wanted = self.question.wanted
        return (wanted.base, wanted.base_reading or wanted.reading) if wanted.is_ratio else None

    def granted(self, value: float) -> bool:
        return self.question.bound.contains(value) is self.inside


def _stand_in(part: str, which: int) -> str:
    if part == "*":
        return f"model_{which}" if which else "std_thread"  # of which some rules ask more
    return part.replace("*", str(which + 1))


def spelt_out(questions: Sequence[Question]) -> list[Question]:
    """Two cases for each that has a *, or as many as it needs."""
    found = []
    for question in questions:
        wanted = question.wanted
        cases = [
            "/".join(_stand_in(part, which) for part in wanted.case.split("/"))
            for which in range(max(2, wanted.fewest))
        ]
        for case in dict.fromkeys(cases):
            found.append(replace(question, wanted=replace(wanted, case=case)))
    return found


def _candidates(bounds: Sequence[Bound]) -> list[float]:
    ends = [end for bound in bounds for end in (bound.low, bound.high) if math.isfinite(end)]
    if not ends:
        return list(_FREE)
    near = [end + step for end in ends for step in (0, 1, -1, 0.4, -0.4)]
    return [*near, *(end * factor for end in ends for factor in _FACTORS), 1.0, 100.0]


def _fits(wishes: Sequence[Wish], chosen: Mapping[Key, float]) -> bool:
    for wish in wishes:
        base = wish.base
        if wish.of not in chosen or (base is not None and base not in chosen):
            continue
        below = chosen[base] if base is not None else 1.0
        if below <= 0 or (base is not None and chosen[wish.of] <= 0):
            return False
        if not wish.granted(chosen[wish.of] / below):
            return False
    return True


def _search(
    left: Sequence[Key],
    of: Mapping[Key, Sequence[float]],
    wishes: Sequence[Wish],
    chosen: dict[Key, float],
) -> Iterator[dict[Key, float]]:
    if not left:
        yield dict(chosen)
        return
    key, *others = left
    for value in of[key]:
        chosen[key] = value
        about_it = [wish for wish in wishes if key in (wish.of, wish.base)]
        if _fits(about_it, chosen):
            yield from _search(others, of, wishes, chosen)
        del chosen[key]


def world_of(wishes: Sequence[Wish]) -> World | None:
    """The first that is found, or None where the wishes contradict each other."""
    keys = dict.fromkeys(key for wish in wishes for key in (wish.of, wish.base) if key is not None)
    bounds = {
        key: [wish.question.bound for wish in wishes if wish.of == key and wish.base is None]
        for key in keys
    }
    bounded_first = sorted(keys, key=lambda key: not bounds[key])
    candidates = {key: _candidates(bounds[key]) for key in keys}
    for found in _search(bounded_first, candidates, wishes, {}):
        return {key: (value,) * REPETITIONS for key, value in found.items()}
    return None


def _unit_of(key: Key, questions: Sequence[Question]) -> str:
    direct = [each for each in questions if (each.wanted.case, each.wanted.reading) == key]
    return next((each.bound.unit for each in direct if not each.wanted.is_ratio), "1")


def _add(document: Document, reading: Reading, value: float, unit: str) -> None:
    if reading.at is None and not reading.last:
        document["metrics"].append(metric(reading.name, value, unit))
        return
    x = 1.0 if reading.at is None else reading.at
    found = [each for each in document["series"] if each["name"] == reading.name]
    if not found:
        found = [{"name": reading.name, "label": reading.name, "x_name": "x", "x_unit": "1",
                  "y_name": "y", "y_unit": unit, "points": []}]  # fmt: skip
        document["series"] += found
    found[0]["points"].append([x, value])


def documents_of(world: World, questions: Sequence[Question]) -> list[Document]:
    made: list[Document] = []
    for repetition in range(REPETITIONS):
        by_case: dict[str, Document] = {}
        for (case, reading), values in world.items():
            if repetition < len(values):
                document = by_case.setdefault(case, record(case, repetition))
                unit = _unit_of((case, reading), questions)
                _add(document, reading, values[repetition], unit)
        made += by_case.values()
    return made


def judged(rule: Rule, documents: Sequence[Document], **manifest: Any) -> Judgement:
    run = run_of(documents, {**MANIFEST, **manifest})
    claim = Claim("a-claim", "So it is.", "a rule.")
    return judge_claim(claim, rule, Evidence(run))


def is_certain(question: Question) -> bool:
    """That it was measured is all that it asks."""
    return question.bound == ANY


CASE = "switch/stackful/idle"


def switch_question(bound: Bound, **more: Any) -> Question:
    """Of a metric that has no unit."""
    return Question(Wanted("a switch", CASE, Reading("switch_ns")), bound, **more)


def plain(case: str, values: list[float], name: str = "switch_ns") -> list[Document]:
    return repeated(case, values, name, "1")
