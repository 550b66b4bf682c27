"""Questions to a run, each of a number and of where it must lie, and what the run answers.

A claim is judged by such questions and by nothing else. They are data (rules/), so that all can be asked
in one way and shown in one way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from unitcost_scripts.claims.bounds import ANY, Bound
from unitcost_scripts.claims.evidence import Evidence, Gap, Reading, Values
from unitcost_scripts.runs.records import parameters_in
from unitcost_scripts.statistics import (
    FEWEST_FOR_INTERVAL,
    Interval,
    median,
    median_interval,
    ratio_interval,
)


@dataclass(frozen=True)
class Wanted:
    """A number of one case, or the ratio of two, both of one run. A * in the name of the case stands for
    all that the run has: each is a number of its own.
    """

    says: str  # what the number is: "start of a thread over that of"
    case: str
    reading: Reading
    subject: str = ""  # of whom: "stackless"; where the case has a *, what stands there
    base: str = ""  # the case that it is a ratio to
    base_reading: Reading | None = None  # of the base, where it is another one
    fewest: int = 1  # cases that a * has to stand for

    @property
    def is_ratio(self) -> bool:
        return bool(self.base)


@dataclass(frozen=True)
class Figure:
    """A number, and where it is from."""

    value: float
    interval: Interval | None
    unit: str
    values: tuple[float, ...]  # of each repetition; of a ratio there are none
    sources: tuple[Values, ...]

    @property
    def repetitions(self) -> int:
        return min(len(each.values) for each in self.sources)


@dataclass(frozen=True)
class Found:
    """One wanted number, of one case."""

    wanted: Wanted
    figure: Figure | None
    reason: str = ""  # why there is none


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    MISSING = "missing"


@dataclass(frozen=True)
class Place:
    """Where in a sweep a question is asked: tasks, bytes or units over which an answer may change."""

    sweep: str  # what is varied: "payload"
    unit: str
    at: float


@dataclass(frozen=True)
class Sweep:
    """Places that the names of the cases tell, by one of their parameters."""

    name: str
    unit: str
    parameter: str

    def place_of(self, wanted: Wanted) -> Place:
        """What else stands for a * tells sweeps of one name apart."""
        ours = f"{self.parameter}:"
        others = " ".join(each for each in wanted.subject.split() if not each.startswith(ours))
        at = float(parameters_in(wanted.case)[self.parameter])
        return Place(f"{self.name} {others}".rstrip(), self.unit, at)


@dataclass(frozen=True)
class Question:
    """Does the number lie within the bound, as the claim has it?

    `counted`: a fact that is counted and not timed, so that every repetition has to agree.
    """

    wanted: Wanted
    bound: Bound
    counted: bool = False
    part: str = ""  # of the claim, where it says several things
    sweep: Sweep | Place | None = None


@dataclass(frozen=True)
class Answered:
    question: Question
    found: Found
    answer: Answer
    reason: str = ""  # why it is undecided or missing

    @property
    def place(self) -> Place | None:
        sweep = self.question.sweep
        return sweep.place_of(self.found.wanted) if isinstance(sweep, Sweep) else sweep


def _figure_of(values: Values) -> Figure:
    middle, interval = median(values.values), median_interval(values.values)
    return Figure(middle, interval, values.unit, values.values, (values,))


def _ratio_within(base: Values, other: Values) -> Figure:
    """Of two readings of one case, taken in each repetition: no two samples that know nothing of each
    other, as an interval of the ratio of two cases has them.
    """
    below = dict(zip(base.lines, base.values, strict=True))
    ratios = [
        value / below[line]
        for line, value in zip(other.lines, other.values, strict=True)
        if line in below
    ]
    return Figure(median(ratios), median_interval(ratios), "1", (), (other, base))


def _ratio_of(base: Values, other: Values) -> Figure | Gap:
    if min(base.values) <= 0 or min(other.values) <= 0:
        return Gap(f"no ratio of {other.case} to {base.case}: a value is not above zero")
    if base.case == other.case:
        return _ratio_within(base, other)
    fewest = min(len(base.values), len(other.values))
    enough = fewest >= FEWEST_FOR_INTERVAL
    interval = ratio_interval(base.values, other.values) if enough else None
    return Figure(median(other.values) / median(base.values), interval, "1", (), (other, base))


def _look(wanted: Wanted, evidence: Evidence) -> Found:
    values = evidence.read(wanted.case, wanted.reading)
    if isinstance(values, Gap):
        return Found(wanted, None, values.reason)
    if not wanted.is_ratio:
        return Found(wanted, _figure_of(values))
    base = evidence.read(wanted.base, wanted.base_reading or wanted.reading)
    if isinstance(base, Gap):
        return Found(wanted, None, base.reason)
    ratio = _ratio_of(base, values)
    if isinstance(ratio, Gap):
        return Found(wanted, None, ratio.reason)
    return Found(wanted, ratio)


def look_up(wanted: Wanted, evidence: Evidence) -> list[Found]:
    """One for each case that is meant; at least one, and be it for what is missing."""
    if "*" not in wanted.case:
        return [_look(wanted, evidence)]
    cases = evidence.cases_like(wanted.case)
    cases.pop(wanted.base, None)
    found = [
        _look(replace(wanted, case=case, subject=subject), evidence)
        for case, subject in cases.items()
    ]
    if len(found) < wanted.fewest:
        how_many = f"only {len(found)} of {wanted.fewest} cases" if found else "no case"
        few = f"{how_many} like {wanted.case} was measured in this run"
        found.append(Found(wanted, None, few))
    return found


def _by_interval(bound: Bound, interval: Interval) -> Answer:
    if bound.holds(interval):
        return Answer.YES
    return Answer.NO if bound.fails(interval) else Answer.UNDECIDED


def _by_agreement(bound: Bound, values: Sequence[float]) -> Answer:
    inside = sum(bound.contains(value) for value in values)
    if inside == len(values):
        return Answer.YES
    return Answer.NO if inside == 0 else Answer.UNDECIDED


def _decide(question: Question, found: Found) -> Answered:
    figure = found.figure
    if figure is None:
        return Answered(question, found, Answer.MISSING, found.reason)
    if question.bound != ANY and figure.unit != question.bound.unit:
        other = f"{found.wanted.case}: {figure.unit} is not the unit of the bound, {question.bound.unit}"
        return Answered(question, found, Answer.MISSING, other)
    if figure.interval is None:
        few = f"{found.wanted.case} counts {figure.repetitions} times, {FEWEST_FOR_INTERVAL} are needed"
        return Answered(question, found, Answer.UNDECIDED, few)
    if question.counted:
        answer, why = _by_agreement(question.bound, figure.values), "its repetitions disagree"
    else:
        answer, why = (
            _by_interval(question.bound, figure.interval),
            "its interval holds the threshold",
        )
    reason = f"{found.wanted.case}: {why}" if answer is Answer.UNDECIDED else ""
    return Answered(question, found, answer, reason)


def ask(question: Question, evidence: Evidence) -> list[Answered]:
    return [_decide(question, found) for found in look_up(question.wanted, evidence)]
