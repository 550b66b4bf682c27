"""The verdicts as the report's chapter shows them; templates/claims.html.j2 only lays them out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unitcost_scripts.claims import sentences
from unitcost_scripts.claims.bounds import bound_text
from unitcost_scripts.claims.direct_answer import direct_answer
from unitcost_scripts.claims.evidence import Values
from unitcost_scripts.claims.questions import Answered, Found
from unitcost_scripts.claims.text import closing
from unitcost_scripts.claims.verdict import Judgement, Verdict
from unitcost_scripts.runs.citations import cited

_MARKS = {
    Verdict.SUPPORTED: "✓",
    Verdict.REFUTED: "✗",
    Verdict.DEPENDS: "±",
    Verdict.NOT_TESTED: "–",
}


@dataclass(frozen=True)
class Row:
    """A number, what was asked of it, and where it is from."""

    what: str
    figure: str
    holds_where: str  # empty beside the question
    answer: str
    records: list[str]  # "CASE, METRIC, journal.jsonl:12,431"


@dataclass(frozen=True)
class Entry:
    id: str
    claim: str
    verdict: str
    badge: str  # part of a class: "not-tested"
    mark: str
    figures: str
    more: list[str]  # what it depends on, crossovers, what is left open, what stands beside
    rule: str
    measures: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Chapter:
    answer: str
    counts: str
    entries: list[Entry]


def _record(values: Values) -> str:
    return f"{values.case}, {values.reading.text}, {cited(values.lines)}"


def _what(found: Found) -> str:
    wanted = found.wanted
    return f"{wanted.says} ({wanted.subject})" if wanted.subject else wanted.says


def _row(found: Found, counted: bool = False, holds_where: str = "", answer: str = "") -> Row:
    figure = found.figure
    shown = sentences.figure_text(figure, counted) if figure else found.reason
    records = [_record(each) for each in figure.sources] if figure else []
    return Row(_what(found), shown, holds_where, answer, records)


def _answer_row(each: Answered) -> Row:
    bound = bound_text(each.question.bound)
    return _row(each.found, each.question.counted, bound, each.answer.value)


def _rows(judged: Judgement) -> list[Row]:
    """What was asked, the premise, which decides nothing alone, and what decides nothing at all."""
    premise = (_answer_row(each) for each in judged.provided)
    return [
        *map(_answer_row, judged.answers),
        *(replace(row, what=f"provided that: {row.what}") for row in premise),
        *(_row(each) for each in (*judged.turns_at, *judged.beside)),
    ]


def _entry(judged: Judgement) -> Entry:
    more = [
        sentences.what_it_depends_on(judged),
        *(f"Crossover: {each}." for each in sentences.crossovers(judged)),
        sentences.open_sentence(judged),
        sentences.beside_sentence(judged),
    ]
    return Entry(
        id=judged.id,
        claim=judged.claim,
        verdict=judged.verdict.value,
        badge=judged.verdict.value.replace(" ", "-"),
        mark=_MARKS[judged.verdict],
        figures=sentences.figures_sentence(judged),
        more=[each for each in more if each],
        rule=judged.rule_text,
        measures=judged.measures,
        rows=_rows(judged),
    )


def chapter_of(judgements: Sequence[Judgement]) -> Chapter:
    return Chapter(
        direct_answer(judgements), closing(judgements), [_entry(each) for each in judgements]
    )
