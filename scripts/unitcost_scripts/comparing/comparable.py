"""Whether two runs measured the same: else what differs between their numbers says nothing.

Machines may differ, that is what a comparison is for. The work and the meaning of a number must
not. Records carry no version of their workload; what stands for it is the tool's version (whoever
changes what a case does, or between which events it is timed, raises the minor one), the
parameters, and the outcome that a task graph's oracle expects.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from unitcost_scripts.errors import InputError
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run

# Its check is the outcome of one graph, whatever the machine; others count what there was time for.
_FIXED_WORK = "throughput"


def _workload_version(run: Run) -> str:
    """ "0.1" of "0.1.7"."""
    return ".".join(str(run.manifest["tool"]["version"]).split(".")[:2])


def _first_counted(run: Run) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in run.counted:
        found.setdefault(record.case, record)
    return found


def _comparable_outcome(base: Run, other: Run) -> tuple[str, ...]:
    """Other instructions may round otherwise, as where a product and a sum are one: the checksum of
    the same work is then another.
    """
    architectures = {run.manifest["machine"]["architecture"] for run in (base, other)}
    of_all = ("expected_units",)
    return (*of_all, "expected_checksum") if len(architectures) == 1 else of_all


def _chosen(document: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: document[key] for key in keys if key in document}


def _of_work(base: Record, other: Record, outcome: tuple[str, ...], name: str) -> Iterator[str]:
    if base.parameters != other.parameters:
        yield (
            f"{base.case} has the parameters {dict(base.parameters)} in A and"
            f" {dict(other.parameters)} in {name}"
        )
    outcomes = [_chosen(each.checks, outcome) for each in (base, other)]
    if base.measure == _FIXED_WORK and all(outcomes) and outcomes[0] != outcomes[1]:
        yield f"{base.case} expects {outcomes[0]} in A and {outcomes[1]} in {name}"


def _of_meaning(base: Record, other: Record, name: str) -> Iterator[str]:
    for metric in base.metrics.keys() & other.metrics.keys():
        first, second = base.metrics[metric].quantity, other.metrics[metric].quantity
        for field in ("unit", "direction", "label"):
            ours, theirs = getattr(first, field), getattr(second, field)
            if ours != theirs:
                where = f"{base.case}: the {field} of {metric}"
                yield f"{where} is {ours!r} in A and {theirs!r} in {name}"


def reasons_against(base: Run, other: Run, name: str = "B") -> list[str]:
    """Why the two must not be compared; A is `base`, `other` is called `name`."""
    found: list[str] = []
    versions = [_workload_version(run) for run in (base, other)]
    if versions[0] != versions[1]:
        found.append(
            f"A is of unitcost {versions[0]} and {name} of {versions[1]}, between which workloads"
            " or what is timed of them changed"
        )
    firsts, seconds = _first_counted(base), _first_counted(other)
    outcome = _comparable_outcome(base, other)
    for case in sorted(firsts.keys() & seconds.keys()):
        found.extend(_of_work(firsts[case], seconds[case], outcome, name))
        found.extend(sorted(_of_meaning(firsts[case], seconds[case], name)))
    return found


def refuse_unlike(base: Run, other: Run, name: str = "B") -> None:
    """Raises InputError unless numbers of the two mean the same."""
    reasons = reasons_against(base, other, name)
    if not reasons:
        return
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    raise InputError(
        f"{base.path} (A) and {other.path} ({name}) must not be compared: {reasons[0]}{more}."
        " Measure both with one version of unitcost."
    )
