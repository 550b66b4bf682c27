"""The models in the order in which they suit a question, with what each would cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from unitcost_scripts.advice.abilities import NEEDS, unit_is_worker
from unitcost_scripts.advice.cost_curve import CostCurve
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.limits import limits_of
from unitcost_scripts.advice.many_units import most_alive
from unitcost_scripts.advice.prediction import Prediction
from unitcost_scripts.advice.question import Question
from unitcost_scripts.advice.time_curves import (
    Curves,
    request_curves,
    task_curves,
    why_no_curve,
)
from unitcost_scripts.advice.unit_memory import UnitMemory, memory_by_model
from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs.records import parameters_in

_NS_PER_S = 1e9
_FAR = 4  # times beyond what was measured; said from there on


@dataclass(frozen=True)
class Candidate:
    """One model before one question."""

    model: str
    memory: Prediction | None  # of all units in flight
    cost: Prediction | None  # of a task, ns: see Advice.cost_is
    rate: Prediction | None  # tasks per second
    against: tuple[str, ...] = ()  # what rules it out
    unknown: tuple[str, ...] = ()  # what this run does not tell, so that it is not ranked
    remarks: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()  # of its cases, where a few repetitions left no number

    @property
    def is_ranked(self) -> bool:
        return not self.against and not self.unknown

    @property
    def deciding(self) -> Prediction:
        """What models are ranked by: the cost of a task, or of idle units their memory."""
        decides = self.cost or self.memory
        assert decides is not None, "only who has a number is ranked"
        return decides

    @property
    def cases(self) -> tuple[str, ...]:
        """All that its numbers are made of."""
        predictions = [each for each in (self.memory, self.cost) if each is not None]
        return tuple(dict.fromkeys(case for each in predictions for case in each.cases))


@dataclass(frozen=True)
class Ranked:
    place: int  # shared by those between whom no difference is seen
    candidate: Candidate


@dataclass(frozen=True)
class Advice:
    question: Question
    cost_is: str  # "" where memory alone decides
    rate_is: str
    ranked: tuple[Ranked, ...]
    ruled_out: tuple[Candidate, ...]
    not_judged: tuple[Candidate, ...]
    notes: tuple[str, ...]  # of all models alike

    @property
    def best(self) -> list[Candidate]:
        return [each.candidate for each in self.ranked if each.place == 1]


def _ranked(candidates: Sequence[Candidate]) -> Iterator[Ranked]:
    """By what decides; those who cannot be told from the first of their place share it, and stand in
    the order of their memory."""
    left = sorted(candidates, key=lambda each: each.deciding.value)
    place = 1
    while left:
        first = left[0]
        alike = [each for each in left if each is first or each.deciding.overlaps(first.deciding)]
        for each in sorted(alike, key=lambda one: one.memory.value if one.memory else 0):
            yield Ranked(place, each)
        place += len(alike)
        left = [each for each in left if each not in alike]


@dataclass(frozen=True)
class _Known:
    """All of the run that a question needs."""

    evidence: Evidence
    question: Question
    curves: Curves
    memory: dict[str, UnitMemory]
    cap_bytes: float | None


def _memory(known: _Known, model: str) -> tuple[Prediction | None, list[str]]:
    """With remarks. Tasks that only compute wait in a pool's queue, whose workers are few."""
    unit = known.memory.get(model)
    if unit is None:
        return None, []
    question = known.question
    worker = unit_is_worker(known.evidence, model)
    if not question.waits and worker.holds:
        workers = min(question.units, known.evidence.workers)
        said = f"memory of {workers} workers; that of queued tasks is not measured"
        return unit.of(workers), [said]
    remarks = []
    most = most_alive(known.evidence, unit)
    if most is not None and question.units > _FAR * most[0]:
        remarks.append(
            f"{question.units / most[0]:.0f} times as many units as were alive"
            f" at most ({most[0]:,.0f})"
        )
    return unit.of(question.units), remarks


def _of_cap(known: _Known, memory: Prediction) -> tuple[list[str], list[str]]:
    """(against, remarks): ruled out only where the whole interval is above the cap."""
    cap_bytes = known.cap_bytes
    if cap_bytes is None:
        return [], []
    low = memory.value if memory.interval is None else memory.interval.low
    high = memory.value if memory.interval is None else memory.interval.high
    if low > cap_bytes:
        taken, cap = humanise(memory.value, "bytes"), humanise(cap_bytes, "bytes")
        cases = "; ".join(map(known.evidence.cited, memory.cases))
        return [f"takes {taken}, more than {cap} ({cases})"], []
    return [], (["may not fit: the interval reaches beyond the cap"] if high > cap_bytes else [])


def _rate(question: Question, cost: Prediction | None) -> Prediction | None:
    """No more than so many units in flight can begin in the length of a task, whether it waits or
    computes: one unit has one CPU.
    """
    if cost is None:
        return None
    return cost.at_least(question.task_ns / question.units).inverse(_NS_PER_S)


def _candidate(known: _Known, model: str) -> Candidate:
    question, evidence = known.question, known.evidence
    memory, remarks = _memory(known, model)
    curve = known.curves.get(model)
    cost, beyond = _cost(question, curve)
    remarks += beyond
    against: list[str] = []
    unknown = [] if memory else [evidence.why_not(model, "footprint")]
    if cost is None and known.curves:
        unknown.append(why_no_curve(evidence, model, question.waits))
    for need in question.needs:
        finding = NEEDS[need](evidence, model)
        if finding.holds is None:
            unknown.append(f"{need}: {finding.why}")
        elif not finding.holds:
            against.append(f"{need}: {finding.why}")
    if memory is not None:
        of_cap = _of_cap(known, memory)
        against += of_cap[0]
        remarks += of_cap[1]
    if question.waits or not unit_is_worker(evidence, model).holds:
        limits = limits_of(evidence, model, known.memory.get(model))
        against += [limit.why for limit in limits if limit.units < question.units]
    rate = _rate(question, cost)
    found = Candidate(model, memory, cost, rate, tuple(against), tuple(unknown), tuple(remarks))
    return replace(found, failures=tuple(_failures(evidence, found.cases)))


def _cost(question: Question, curve: CostCurve | None) -> tuple[Prediction | None, list[str]]:
    """With remarks."""
    if curve is None or question.is_idle:
        return None, []
    beyond = curve.beyond(question.computing_ns)
    length = humanise(question.computing_ns, "ns")
    return curve.at(question.computing_ns), ([f"computes for {length}, {beyond}"] if beyond else [])


def _failures(evidence: Evidence, cases: Sequence[str]) -> Iterator[str]:
    """ "2 of 10 ended crashed (CASE)"."""
    for case in cases:
        failures = evidence.failures(case)
        if failures:
            yield f"{failures} ({case})"


def advise(evidence: Evidence, question: Question) -> Advice:
    """Ranks every model of the run, or says why it does not."""
    curves: Curves = {}
    if not question.is_idle:
        curves = (
            request_curves(evidence, question.units) if question.waits else task_curves(evidence)
        )
    cap_bytes = question.memory_bytes or evidence.run.manifest["machine"].get("memory_bytes")
    known = _Known(evidence, question, curves, memory_by_model(evidence), cap_bytes)
    models = sorted(evidence.models, key=reading_order)
    candidates = [_candidate(known, model) for model in models]
    of_waiting = "CPU time of a task, on one CPU"
    of_computing = f"time of a task, on {evidence.workers} CPUs"
    cost_is = "" if not curves else of_waiting if question.waits else of_computing
    return Advice(
        question,
        cost_is,
        "tasks per second, one CPU" if question.waits else "tasks per second",
        tuple(_ranked([each for each in candidates if each.is_ranked])),
        tuple(each for each in candidates if each.against),
        tuple(each for each in candidates if each.unknown and not each.against),
        tuple(_notes(question, candidates)),
    )


def _notes(question: Question, candidates: Sequence[Candidate]) -> Iterator[str]:
    """What is left out of the predictions, and what is not between them but beside them."""
    costs = [each.cost for each in candidates if each.cost is not None]
    if not costs and not question.is_idle:
        needed = "latency of echo and mixed" if question.waits else "grain"
        yield f"What a task costs is not known: {needed} is no part of this run. Memory alone decides."
    if question.waits and costs:
        in_flight = int(parameters_in(costs[0].cases[0])["connections"])
        if not in_flight / _FAR <= question.units <= in_flight * _FAR:
            yield (
                f"What a task costs was measured with {in_flight} in flight, of {question.units:,} it may"
                " be more: no interval holds that."
            )
        yield "A task waits once, for a message; answering it, with a read and a write, is in its cost."
    if any(each.deciding.interval is None for each in candidates if each.is_ranked):
        yield "Fewer than six repetitions have no interval: such models are ranked by medians alone."
