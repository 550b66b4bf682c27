"""The verdicts as files: JSON for programs, with the way back to each line of the journal, and Markdown
for people.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unitcost_scripts import tables
from unitcost_scripts.claims import sentences
from unitcost_scripts.claims.bounds import bound_text
from unitcost_scripts.claims.direct_answer import direct_answer
from unitcost_scripts.claims.questions import Answered, Found
from unitcost_scripts.claims.verdict import Judgement


def _number(found: Found) -> dict[str, Any]:
    figure = found.figure
    described: dict[str, Any] = {"what": found.wanted.says, "subject": found.wanted.subject}
    if figure is None:
        return {**described, "value": None, "reason": found.reason}
    return {
        **described,
        "value": figure.value,
        "low": figure.interval.low if figure.interval else None,
        "high": figure.interval.high if figure.interval else None,
        "unit": figure.unit,
        "repetitions": figure.repetitions,
        "is_ratio": found.wanted.is_ratio,
        "read": [
            {
                "case": each.case,
                "metric": each.reading.text,
                "journal_lines": list(each.lines),
                "failures": each.failures,
            }
            for each in figure.sources
        ],
    }


def _answer(answered: Answered) -> dict[str, Any]:
    question = answered.question
    return {
        "part": question.part,
        **_number(answered.found),
        "holds_where": bound_text(question.bound),
        "decided_by": "every repetition" if question.counted else "interval",
        "answer": answered.answer.value,
        "reason": answered.reason,
    }


def _judgement(judged: Judgement) -> dict[str, Any]:
    return {
        "id": judged.id,
        "claim": judged.claim,
        "verdict": judged.verdict.value,
        "parts": {part: verdict.value for part, verdict in judged.parts.items()},
        "sentence": sentences.figures_sentence(judged),
        "rule": judged.rule_text,
        "depends_on": sentences.what_it_depends_on(judged),
        "crossovers": sentences.crossovers(judged),
        "reasons": list(judged.reasons),
        "measures": judged.measures,
        "provided": [_answer(each) for each in judged.provided],
        "answers": [_answer(each) for each in judged.answers],
        "beside": [_number(each) for each in (*judged.beside, *judged.turns_at)],
    }


def json_text(judgements: Sequence[Judgement], run: str) -> str:
    document = {
        "schema": "unitcost.verdicts/1",
        "run": run,
        "answer": direct_answer(judgements),
        "claims": [_judgement(each) for each in judgements],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


HEADINGS = ("id", "verdict", "claim", "figures", "rule", "crossover", "left open")


def rows(judgements: Sequence[Judgement]) -> list[list[str]]:
    return [
        [
            each.id,
            each.verdict.value,
            each.claim,
            sentences.figures_sentence(each),
            each.rule_text,
            "; ".join(sentences.crossovers(each)),
            sentences.open_sentence(each),
        ]
        for each in judgements
    ]


def markdown_text(judgements: Sequence[Judgement]) -> str:
    return f"{direct_answer(judgements)}\n\n{tables.markdown(HEADINGS, rows(judgements))}"


def write_tables(directory: Path, judgements: Sequence[Judgement], run: str) -> None:
    """claims.json and claims.md."""
    (directory / "claims.json").write_text(json_text(judgements, run), encoding="utf-8")
    (directory / "claims.md").write_text(markdown_text(judgements), encoding="utf-8")
