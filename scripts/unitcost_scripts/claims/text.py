"""The verdicts in the terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import fill

from unitcost_scripts.claims import sentences
from unitcost_scripts.claims.direct_answer import direct_answer
from unitcost_scripts.claims.verdict import Judgement, Verdict

_WIDTH = 120


def lines_of(judgement: Judgement) -> Iterator[str]:
    """What follows id and verdict, a sentence each."""
    yield judgement.claim
    yield sentences.figures_sentence(judgement)
    yield sentences.beside_sentence(judgement)
    yield sentences.what_it_depends_on(judgement)
    for crossover in sentences.crossovers(judgement):
        yield f"Crossover: {crossover}."
    yield sentences.open_sentence(judgement)
    yield f"Rule: {judgement.rule_text}"


def _paragraph(judgement: Judgement) -> str:
    head = f"{judgement.id}: {judgement.verdict}"
    told = [
        fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        for line in lines_of(judgement)
        if line
    ]
    return "\n".join([head, *told]) + "\n"


def closing(judgements: Sequence[Judgement]) -> str:
    counts = Counter(each.verdict for each in judgements)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])


def whole(judgements: Sequence[Judgement]) -> str:
    paragraphs = "\n".join(map(_paragraph, judgements))
    return (
        f"{direct_answer(judgements)}\n\n{paragraphs}\n"
        f"{len(judgements)} claims: {closing(judgements)}."
        " In brackets: the 95 % interval of the median or of the ratio.\n"
    )
