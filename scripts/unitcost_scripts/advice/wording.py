"""Predictions, rankings and what rules a model out, in words that terminal and report share."""

from collections.abc import Sequence

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import EXTRAPOLATED, Prediction
from unitcost_scripts.advice.ranking import Advice, Candidate
from unitcost_scripts.numbers import humanise, humanise_interval

_NONE = "–"
_FAILURES_SHOWN = 3


def number(prediction: Prediction | None, unit: str) -> str:
    """ "34.1 MiB", with ~ where there are too few repetitions for an interval."""
    if prediction is None:
        return _NONE
    mark = "~" if prediction.interval is None else ""
    return mark + humanise(prediction.value, unit)


def interval(prediction: Prediction | None, unit: str) -> str:
    """ "33.9 – 34.3 MiB", empty where there is none."""
    if prediction is None or prediction.interval is None:
        return ""
    return humanise_interval(prediction.interval, unit)


def both(prediction: Prediction | None, unit: str) -> str:
    between = interval(prediction, unit)
    return number(prediction, unit) + (f" [{between}]" if between else "")


def _least(advice: Advice) -> Candidate:
    """Who has the smallest number: all others are told in times of it."""
    return min((each.candidate for each in advice.ranked), key=lambda each: each.deciding.value)


def times_best(advice: Advice, candidate: Candidate) -> str:
    """How many times the first one's: "2.31 [2.20 – 2.44]"; the best itself is 1. Of nothing there are no
    times.
    """
    best = _least(advice)
    if candidate is best:
        return "1"
    if best.deciding.value <= 0:
        return _NONE
    ratio, between = candidate.deciding.ratio_to(best.deciding)
    return humanise(ratio, "1") + (f" [{humanise_interval(between, '1')}]" if between else "")


def headings(advice: Advice) -> list[str]:
    memory = f"memory of {advice.question.units:,}"
    if not advice.cost_is:
        return ["place", "model", memory, "times the best", "is", "from"]
    return [
        "place",
        "model",
        advice.cost_is,
        "times the best",
        advice.rate_is,
        memory,
        "is",
        "from",
    ]


def rows(advice: Advice) -> list[list[str]]:
    """One for each model that is ranked; places that several share are marked by =."""
    places = [each.place for each in advice.ranked]
    found = []
    for each in advice.ranked:
        one = each.candidate
        place = f"{each.place}{'=' if places.count(each.place) > 1 else ''}"
        memory, ratio = both(one.memory, "bytes"), times_best(advice, one)
        numbers = [memory, ratio]
        if advice.cost_is:
            numbers = [both(one.cost, "ns"), ratio, both(one.rate, "1/s"), memory]
        found.append([place, one.model, *numbers, kinds(one), " ".join(one.cases)])
    return found


def kinds(candidate: Candidate) -> str:
    """Whether memory and cost were measured, or how they were predicted."""
    said = []
    for name, prediction in (("cost", candidate.cost), ("memory", candidate.memory)):
        if prediction is not None:
            said.append(f"{name} {prediction.kind}")
    return ", ".join(said)


def reasons(candidate: Candidate) -> str:
    return "; ".join([*candidate.against, *candidate.unknown])


def verdict(advice: Advice) -> str:
    """The answer in a sentence or two: who is best, what the others cost in times of that."""
    if not advice.ranked:
        return "No model of this run is known to fit: see what rules each out."
    best = advice.best
    said = "Best: " if len(best) == 1 else "Best, with no difference seen between them: "
    said += _enumerated([each.model for each in best])
    least = _least(advice)
    whose = f"{least.model}: " if best[1:] else ""
    if advice.cost_is:
        said += f" ({whose}{both(least.deciding, 'ns')}, {advice.cost_is}){_memory_of(best)}"
    else:
        said += f" ({whose}{both(least.deciding, 'bytes')} of memory)"
    rest = [each.candidate for each in advice.ranked if each.place > 1]
    if rest:
        others = ", ".join(f"{each.model} {times_best(advice, each)}" for each in rest)
        said += f". The others, in times of that: {others}"
    said += _weakened(advice)
    if advice.ruled_out:
        said += f". Ruled out: {', '.join(each.model for each in advice.ruled_out)}"
    return said + "."


def _weakened(advice: Advice) -> str:
    """What the numbers of the sentence lack: lengths on either side, or repetitions that failed."""
    said = ""
    ranked = [each.candidate for each in advice.ranked]
    beyond = [each.model for each in ranked if each.cost and each.cost.kind == EXTRAPOLATED]
    if beyond:
        whose = "all costs" if len(beyond) == len(ranked) else f"the cost of {_enumerated(beyond)}"
        said += f". Beyond all lengths that were measured, and to be believed less: {whose}"
    failures = list(dict.fromkeys(told for each in ranked for told in each.failures))
    if failures:
        more = f" and {len(failures) - _FAILURES_SHOWN} more" if failures[_FAILURES_SHOWN:] else ""
        said += f". Repetitions without a number: {'; '.join(failures[:_FAILURES_SHOWN])}{more}"
    return said


def _memory_of(best: Sequence[Candidate]) -> str:
    """What they differ by where no difference is seen; they stand in the order of their memory."""
    least, most = best[0], best[-1]
    said = f"; memory: {number(least.memory, 'bytes')}"
    if most is least:
        return said
    return f"{said} ({least.model}) to {number(most.memory, 'bytes')} ({most.model})"


def _enumerated(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def citations(evidence: Evidence, advice: Advice) -> list[str]:
    """Where each case that a ranked model's numbers come from stands in the journal."""
    cases = [case for each in advice.ranked for case in each.candidate.cases]
    return [evidence.cited(case) for case in dict.fromkeys(cases)]
