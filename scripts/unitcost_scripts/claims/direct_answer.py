"""The question that people come with, answered in one line from what memory-order rests on."""

from collections.abc import Sequence

from unitcost_scripts.claims.questions import Answered
from unitcost_scripts.claims.rules.cost import COROUTINE_PART, RESERVED, THREAD_PART, TOTAL
from unitcost_scripts.claims.sentences import figure_text, reason_sentence
from unitcost_scripts.claims.verdict import Judgement, Verdict

QUESTION = "Is it true that a coroutine costs 5 KB and a thread 512 KB?"
_CLAIM = "memory-order"


def _figures(answers: Sequence[Answered], name: str) -> str:
    """ "4.03 KiB [4.03 – 4.04 KiB] (stackful), …"."""
    told = []
    for each in answers:
        wanted = each.found.wanted
        if each.found.figure is not None and wanted.reading.name == name:
            text = figure_text(each.found.figure)
            told.append(f"{text} ({wanted.subject})" if wanted.subject else text)
    return ", ".join(told)


def _short(coroutine: Verdict, thread: Verdict) -> str:
    both = {coroutine, thread}
    if Verdict.NOT_TESTED in both:
        return "Not tested"
    if both == {Verdict.SUPPORTED}:
        return "Yes, on this machine"
    return (
        "No, not on this machine" if both == {Verdict.REFUTED} else "Only in part, on this machine"
    )


def direct_answer(judgements: Sequence[Judgement]) -> str:
    (judged,) = (each for each in judgements if each.id == _CLAIM)
    of = {
        part: [each for each in judged.answers if each.question.part == part]
        for part in (COROUTINE_PART, THREAD_PART)
    }
    coroutine = _figures(of[COROUTINE_PART], TOTAL)
    thread = _figures(of[THREAD_PART], TOTAL)
    reserved = _figures(of[THREAD_PART], RESERVED)
    said = []
    if coroutine:
        said.append(f"a coroutine takes {coroutine}")
    if thread:
        said.append(f"a thread takes {thread}")
    if reserved:
        said.append(f"{reserved} of address space is reserved for a thread")
    short = _short(judged.parts[COROUTINE_PART], judged.parts[THREAD_PART])
    reasons = [each.reason for answers in of.values() for each in answers if each.reason]
    if not said:
        return f"{QUESTION} {short}: {reason_sentence(reasons)}"
    left_open = f" Left open: {reason_sentence(reasons)}" if reasons else ""
    return f"{QUESTION} {short}: {'; '.join(said)}.{left_open}"
