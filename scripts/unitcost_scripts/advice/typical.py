"""Six needs that people come with, and how this run answers them."""

from dataclasses import dataclass

from unitcost_scripts.advice import wording
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.question import Question
from unitcost_scripts.advice.ranking import Advice, advise
from unitcost_scripts.runs.run_directory import Run

_GIB = 2.0**30
_NS_PER_US = 1e3

# What each assumes is said beside its answer; advise.sh asks with other numbers.
TYPICAL: dict[str, Question] = {
    "a crawler with 10,000 pages in flight": Question(10_000, 50_000 * _NS_PER_US, 0.999, 1 * _GIB),
    "a server with fast handlers": Question(1_000, 1_000 * _NS_PER_US, 0.99, 1 * _GIB),
    "image resizing": Question(64, 20_000 * _NS_PER_US, 0, 4 * _GIB, ("parallelism",)),
    "calls into a library that may crash": Question(
        100, 1_000 * _NS_PER_US, 0, 4 * _GIB, ("isolation", "blocking-calls")
    ),
    "a million idle sessions": Question(1_000_000, memory_bytes=8 * _GIB),
    "many 10 µs tasks": Question(1_000, 10 * _NS_PER_US, 0, 1 * _GIB, ("parallelism",)),
}


@dataclass(frozen=True)
class Answer:
    """What the report shows of one need."""

    name: str
    question: str
    verdict: str
    advice: Advice
    headings: list[str]
    rows: list[list[str]]
    ruled_out: list[tuple[str, str]]  # model, reasons
    not_judged: list[tuple[str, str]]
    remarks: list[tuple[str, str]]
    citations: list[str]


def answer_of(evidence: Evidence, name: str, question: Question) -> Answer:
    advice = advise(evidence, question)
    return Answer(
        name,
        question.text,
        wording.verdict(advice),
        advice,
        wording.headings(advice),
        wording.rows(advice),
        [(each.model, wording.reasons(each)) for each in advice.ruled_out],
        [(each.model, wording.reasons(each)) for each in advice.not_judged],
        [
            (each.candidate.model, "; ".join(each.candidate.remarks))
            for each in advice.ranked
            if each.candidate.remarks
        ],
        wording.citations(evidence, advice),
    )


def answers(run: Run) -> list[Answer]:
    """In the order in which they stand above."""
    evidence = Evidence(run)
    return [answer_of(evidence, name, question) for name, question in TYPICAL.items()]
