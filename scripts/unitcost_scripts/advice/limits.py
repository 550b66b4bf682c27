"""How many units there can be: what this run met, what the machine's settings allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.advice.abilities import shares_memory, unit_is_kernel_task
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.unit_memory import UnitMemory
from unitcost_scripts.numbers import humanise
from unitcost_scripts.runs.citations import cited
from unitcost_scripts.runs.summary import Summary

_RESERVED = "reserved_bytes_per_unit"
# A unit for which so much is reserved has mappings of its own: allocators share theirs among
# smaller ones. A stack and its guard page are two.
_OWN_MAPPING_BYTES = 2**20
_MAPPINGS = 2
_STOPS = ("limit_reached", "out_of_memory")


@dataclass(frozen=True)
class Limit:
    units: int  # at most
    why: str
    was_met: bool  # by units of this run; else it follows from settings


def _count(value: Any) -> int | None:
    """Of a setting: soft where it has two, nothing where it is unlimited or not known."""
    if isinstance(value, Mapping):
        value = value.get("soft")
    return int(value) if isinstance(value, (int, float)) and value > 0 else None


def _of_tasks(limits: Mapping[str, Any]) -> Iterator[Limit]:
    for name in ("pid_max", "threads_max", "processes", "pids_cgroup_max"):
        most = _count(limits.get(name))
        if most is not None:
            yield Limit(most, f"{name} allows {most:,} tasks of the kernel", False)


def _of_mappings(limits: Mapping[str, Any], reserved: Summary | None) -> Iterator[Limit]:
    most = _count(limits.get("max_map_count"))
    if most is None or reserved is None or reserved.median < _OWN_MAPPING_BYTES:
        return
    each = humanise(reserved.median, "bytes")
    yield Limit(
        most // _MAPPINGS,
        f"max_map_count allows {most:,} mappings in a process, and a unit that reserves {each} has"
        f" {_MAPPINGS} of its own",
        False,
    )


def _met(evidence: Evidence, model: str, memory: UnitMemory | None) -> Iterator[Limit]:
    """Cases of `full` that grow until something ends it say how many were alive: of the same units, where
    it is known which those are."""
    for case in evidence.cases("footprint", model):
        if memory is not None and not memory.is_of(case):
            continue
        alive = evidence.summary(case, "units_alive")
        if alive is not None:
            notes = {note for record in evidence.records(case) for note in record.notes}
            said = "; ".join(sorted(notes))
            yield Limit(int(alive.median), f"{said} ({evidence.cited(case)})", True)


def limits_of(evidence: Evidence, model: str, memory: UnitMemory | None) -> list[Limit]:
    """The lowest first; of memory none, since a question brings its own bound."""
    settings = evidence.run.manifest.get("limits", {})
    found = list(_met(evidence, model, memory))
    if unit_is_kernel_task(evidence, model).holds:
        found += _of_tasks(settings)
    if memory is not None and shares_memory(evidence, model).holds:
        found += _of_mappings(settings, evidence.summary(memory.case, _RESERVED))
    return sorted(found, key=lambda limit: limit.units)


def stops_of(evidence: Evidence, model: str) -> list[str]:
    """Repetitions that ended because there could be no more units, in their own words."""
    said: dict[tuple[str, str], list[int]] = {}
    for record in evidence.run.records:
        if record.model == model and record.end in _STOPS:
            key = (record.case, f"{record.end}: {record.reason}")
            said.setdefault(key, []).append(record.line)
    return [f"{reason} ({case}, {cited(lines, most=1)})" for (case, reason), lines in said.items()]
