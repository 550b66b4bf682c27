"""The bill: what 1, 1,000, 100,000 and 1,000,000 units cost, and where each model stops and why.

One unit was measured. Where a case of the run had as many alive, what they took is told; else more are
predicted from the slope, and called so. Where a limit is known, nothing is predicted beyond it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from unitcost_scripts.advice import wording
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.limits import limits_of, stops_of
from unitcost_scripts.advice.many_units import most_alive, taken_by
from unitcost_scripts.advice.prediction import MEASURED, Prediction
from unitcost_scripts.advice.unit_memory import TOTAL, UnitMemory, memory_by_model
from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import reading_order
from unitcost_scripts.runs.records import parameters_in
from unitcost_scripts.runs.run_directory import Run

UNITS = (1, 1_000, 100_000, 1_000_000)
PREDICTED = "predicted"
NOT_KNOWN = "not known"
BEYOND = "beyond a limit"
_SPAWN = "spawn_latency_ns"
_LEAST_BYTES = 1e-3  # a slope below it is none


@dataclass(frozen=True)
class Column:
    measure: str
    metric: str
    heading: str
    unit: str


COLUMNS = (
    Column("footprint", "reserved_bytes_per_unit", "reserved", "bytes"),
    Column("footprint", "resident_bytes_per_unit", "user", "bytes"),
    Column("footprint", "kernel_bytes_per_unit", "kernel", "bytes"),
    Column("footprint", TOTAL, "user + kernel", "bytes"),
    Column("spawn", _SPAWN, "creation, one after the other", "ns"),
)


@dataclass(frozen=True)
class Charge:
    """One cell."""

    kind: str  # MEASURED, INTERPOLATED, PREDICTED, BEYOND or NOT_KNOWN
    text: str
    interval: str
    explanation: str  # case and lines, or why there is no number
    value: float | None = None


@dataclass(frozen=True)
class Line:
    model: str
    units: int
    charges: tuple[Charge, ...]  # as COLUMNS


@dataclass(frozen=True)
class Bill:
    lines: tuple[Line, ...]
    stops: dict[str, list[str]]  # by model: how far it was tried, and what ends it

    @property
    def headings(self) -> list[str]:
        """Of the charges."""
        return [column.heading for column in COLUMNS]


@dataclass(frozen=True)
class _Known:
    evidence: Evidence
    memory: dict[str, UnitMemory]


def spawn_column() -> Column:
    return COLUMNS[-1]


def headline_of(evidence: Evidence, model: str, column: Column) -> Prediction | None:
    """Of one unit, from the case that stands for its model."""
    for case in evidence.cases(column.measure, model):
        found = evidence.summary(case, column.metric)
        if found is not None and evidence.records(case)[0].headline:
            return Prediction(found.median, found.interval, MEASURED, (case,))
    return None


def ends_at(evidence: Evidence, model: str, memory: UnitMemory | None) -> tuple[float, str]:
    """The fewest units that are too many, and why."""
    limits = [(each.units, each.why) for each in limits_of(evidence, model, memory)]
    full = _full_memory(evidence, memory)
    return min([*limits, *([full] if full else [])], default=(float("inf"), ""))


def _full_memory(evidence: Evidence, memory: UnitMemory | None) -> tuple[float, str] | None:
    has_bytes = evidence.run.manifest["machine"].get("memory_bytes")
    if memory is None or not has_bytes or memory.per_unit.median <= 0:
        return None
    most = max(1, int(has_bytes / max(memory.per_unit.median, _LEAST_BYTES)))
    holds = humanise(has_bytes, "bytes")
    return most, f"the machine's {holds} are full at {most:,} units, as predicted from the slope"


def _charge(
    known: _Known, model: str, column: Column, units: int, end: tuple[float, str]
) -> Charge:
    evidence = known.evidence
    one = headline_of(evidence, model, column)
    if one is None:
        return Charge(NOT_KNOWN, "–", "", evidence.why_not(model, column.measure))
    cited = "; ".join(evidence.cited(case) for case in one.cases)
    if units == 1:
        return _told(one, column, MEASURED, f"{cited}, {column.metric}")
    alive = _alive(known, model, column, units)
    if alive is not None:
        return alive
    if units > end[0]:
        return Charge(BEYOND, "–", "", end[1])
    how = f"{units:,} times what one takes, not measured: {cited}, {column.metric}"
    return _told(one.times(units), column, PREDICTED, how)


def _alive(known: _Known, model: str, column: Column, units: int) -> Charge | None:
    """Where a case of the run had so many alive at once."""
    memory = known.memory.get(model)
    if memory is None or column.measure != "footprint":
        return None
    taken = taken_by(known.evidence, memory, column.metric, units)
    if taken is None:
        return None
    cited = known.evidence.cited(taken.cases[0])
    how = "with so many alive" if taken.is_measured else "between readings with fewer and with more"
    return _told(taken, column, taken.kind, f"{how}: {cited}, {column.metric}")


def _told(what: Prediction, column: Column, kind: str, explanation: str) -> Charge:
    between = wording.interval(what, column.unit)
    return Charge(kind, wording.number(what, column.unit), between, explanation, what.value)


def _stops(evidence: Evidence, model: str, memory: UnitMemory | None) -> Iterator[str]:
    if memory is not None:
        most = most_alive(evidence, memory)
        if most is not None:
            yield f"tried with up to {most[0]:,.0f} alive ({evidence.cited(most[1])})"
        yield from _of_other_units(evidence, memory)
    yield from stops_of(evidence, model)
    for limit in limits_of(evidence, model, memory):
        yield f"{'met' if limit.was_met else 'known'}: {limit.why}"
    full = _full_memory(evidence, memory)
    if full is not None:
        yield full[1]
    yield from _of_bursts(evidence, model)


def _of_other_units(evidence: Evidence, memory: UnitMemory) -> Iterator[str]:
    """Many that were alive, but not of the kind that stands for its model: with smaller stacks, mostly."""
    for case in evidence.cases("footprint", memory.model):
        units = parameters_in(case).get("units", "")
        if memory.is_of(case) or not units:
            continue
        one, alive = evidence.summary(case, TOTAL), evidence.summary(case, "units_alive")
        if one is not None and units.isdigit():
            each = humanise(one.median, "bytes")
            yield f"{int(units):,} of another kind were alive, {each} each ({evidence.cited(case)})"
        elif alive is not None:
            yield f"{alive.median:,.0f} of another kind were alive at most ({evidence.cited(case)})"


def _of_bursts(evidence: Evidence, model: str) -> Iterator[str]:
    """What came of a burst where memory or tasks are limited."""
    for case in evidence.cases("burst", model):
        survived = evidence.summary(case, "survived")
        if survived is not None:
            yield (
                f"of bursts of up to {survived.median:,.0f} requests at once none failed"
                f" ({evidence.cited(case)})"
            )
            continue
        held, deaths = (evidence.summary(case, name) for name in ("most_held", "server_deaths"))
        if held is not None and deaths is not None:
            yield (
                f"in a burst at most {held.median:.0f} requests at once,"
                f" {deaths.median:.0f} deaths of the server ({evidence.cited(case)})"
            )


def bill(run: Run) -> Bill:
    """Of all models that have a number in it."""
    evidence = Evidence(run)
    memory = memory_by_model(evidence)
    known = _Known(evidence, memory)
    with_number = [
        model
        for model in sorted(evidence.models, key=reading_order)
        if any(headline_of(evidence, model, column) for column in COLUMNS)
    ]
    lines = []
    for model in with_number:
        end = ends_at(evidence, model, memory.get(model))
        for units in UNITS:
            charges = (_charge(known, model, column, units, end) for column in COLUMNS)
            lines.append(Line(model, units, tuple(charges)))
    stops = {model: list(_stops(evidence, model, memory.get(model))) for model in with_number}
    return Bill(tuple(lines), stops)
