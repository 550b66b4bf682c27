"""Short ways to write a rule's questions and figures."""

from collections.abc import Sequence

from unitcost_scripts.claims.bounds import ANY, Bound
from unitcost_scripts.claims.evidence import Reading
from unitcost_scripts.claims.questions import Place, Question, Sweep, Wanted

COROUTINES = ("boost_fiber", "stackful", "stackless")  # units that take turns within a thread


def metric(name: str, case: str, says: str, subject: str = "") -> Wanted:
    return Wanted(says, case, Reading(name), subject)


def point(series: str, at: float, case: str, says: str, subject: str = "") -> Wanted:
    """Of a series the y at this x."""
    return Wanted(says, case, Reading(series, at=at), subject)


def last_point(series: str, case: str, says: str, subject: str = "") -> Wanted:
    return Wanted(says, case, Reading(series, last=True), subject)


def ratio(name: str, case: str, base: str, says: str, subject: str = "") -> Wanted:
    """Of the same metric in two cases."""
    return Wanted(says, case, Reading(name), subject, base)


def timed(
    wanted: Wanted, bound: Bound, part: str = "", sweep: Sweep | Place | None = None
) -> Question:
    """Decided by the interval."""
    return Question(wanted, bound, False, part, sweep)


def measured(wanted: Wanted, part: str = "") -> Question:
    """That it was, often enough: each repetition checks its results."""
    return Question(wanted, ANY, False, part)


def fact(wanted: Wanted, bound: Bound, part: str = "") -> Question:
    """Decided by every repetition."""
    return Question(wanted, bound, True, part)


def in_each(name: str, pattern: str, models: Sequence[str], says: str) -> tuple[Wanted, ...]:
    """The same metric of several models, whose name is the {} of the pattern."""
    return tuple(metric(name, pattern.format(model), says, model) for model in models)
