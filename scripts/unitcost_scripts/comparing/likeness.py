"""What differs between the circumstances of two runs and moves numbers by itself."""

from collections.abc import Iterable
from typing import Any

from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import median

_MOVED = 1.25  # times as far apart; cpu_distance.hpp says where it comes from
_Path = tuple[str, ...]  # of keys in the manifest

# Runs that agree in these are taken to be of one machine, as it was at two times.
_MACHINE: tuple[tuple[str, _Path], ...] = (
    ("mitigations", ("mitigations",)),
    ("CPU", ("machine", "cpu_model")),
    ("architecture", ("machine", "architecture")),
    ("CPUs", ("machine", "logical_cpus")),
    ("CPUs used", ("machine", "cores_used")),
    ("kernel", ("machine", "kernel")),
)
# What differs here moves numbers without any change of the code.
_DECISIVE: tuple[tuple[str, _Path], ...] = (
    ("compiler", ("build", "compiler")),
    ("compiler flags", ("build", "flags")),
    ("build type", ("build", "type")),
    ("libraries", ("libraries",)),
    ("limits", ("limits",)),
    ("limits enforced by", ("limit_enforcement",)),
    ("profile", ("profile",)),
    *_MACHINE,
)


def _at(manifest: dict[str, Any], path: _Path) -> Any:
    value: Any = manifest
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _differences(what: str, first: Any, second: Any, name: str) -> list[str]:
    if first == second:
        return []
    if isinstance(first, dict) and isinstance(second, dict):
        return [
            text
            for key in sorted({*first, *second})
            for text in _differences(f"{what}: {key}", first.get(key), second.get(key), name)
        ]
    return [f"{what}: {_shown(first)} in A, {_shown(second)} in {name}"]


def _shown(value: Any) -> str:
    return "absent" if value is None else str(value) or "none"


def _sources(run: Run, measure: str) -> str:
    """Where a measure's numbers were read; a clock's own cost differs in every repetition."""
    found = {
        source
        for record in run.counted
        if record.measure == measure
        for source in record.sources.values()
    }
    return "; ".join(sorted(found))


def _cpu_distance_ns(run: Run) -> float | None:
    """What was usual."""
    seen = [record.conditions.get("cpu_round_trip_ns") for record in run.counted]
    known = [float(distance) for distance in seen if distance is not None]
    return median(known) if known else None


def _of_cpu_distance(base: Run, other: Run, name: str) -> list[str]:
    first, second = _cpu_distance_ns(base), _cpu_distance_ns(other)
    if first is None or second is None or max(first, second) < _MOVED * min(first, second):
        return []
    return [
        f"distance of the CPUs: a cache line came back after {first:.0f} ns in A and {second:.0f}"
        f" ns in {name}, so whatever crosses between them differs"
    ]


def of_records(base: Run, other: Run, name: str = "B") -> list[str]:
    """What the manifests do not tell: one warning for each."""
    first, second = (_sources(run, "footprint") for run in (base, other))
    told = first and second
    of_accounts = _differences("memory account", first, second, name) if told else []
    return of_accounts + _of_cpu_distance(base, other, name)


def _of_manifests(
    base: Run, other: Run, name: str, decisive: Iterable[tuple[str, _Path]]
) -> list[str]:
    return [
        text
        for what, path in decisive
        for text in _differences(what, _at(base.manifest, path), _at(other.manifest, path), name)
    ]


def of_machines(base: Run, other: Run, name: str = "B") -> list[str]:
    """Empty where what moved all cases alike is no difference of two machines, but one that drifted."""
    return _of_manifests(base, other, name, _MACHINE)


def differences(base: Run, other: Run, name: str = "B") -> list[str]:
    """One warning for each; A is `base`, `other` is called `name`."""
    return _of_manifests(base, other, name, _DECISIVE) + of_records(base, other, name)
