"""The conditions of several runs beside each other: what differs, and how much is equal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.runs.conditions import manifest_rows

_GROUPS = {
    "machine": "machine",
    "mitigations": "mitigations",
    "build": "compiler",
    "libraries": "libraries",
    "limits": "limits",
    "tool": "tool",
    "selection": "selection",
}
_OTHER = "run"
# Who measured, when, and what the machine was doing: told elsewhere, or never the same twice.
_NO_CONDITIONS = (
    *("schema", "command_line", "started_utc", "finished_utc", "seed"),
    *("machine.host", "machine.user"),
)
_NO_CONDITION_GROUPS = ("noise.", "selection.contenders")


@dataclass(frozen=True)
class Difference:
    group: str
    what: str
    values: tuple[str, ...]  # one for each run


@dataclass(frozen=True)
class SideBySide:
    differences: list[Difference]
    equal: dict[str, int]  # how many are, by group


def _conditions(manifest: dict[str, Any]) -> dict[str, str]:
    return {
        name: text or "none"
        for name, text in manifest_rows(manifest)
        if name not in _NO_CONDITIONS and not name.startswith(_NO_CONDITION_GROUPS)
    }


def _place(name: str) -> tuple[str, str]:
    """Group and what: "machine.cpu_model" as "machine", "cpu model"."""
    top, _, rest = name.partition(".")
    group = _GROUPS.get(top, _OTHER)
    return group, (name if group == _OTHER else rest).replace("_", " ").replace(".", ": ")


def side_by_side(manifests: Sequence[dict[str, Any]]) -> SideBySide:
    """Groups in a fixed order, in each by name."""
    each_run = [_conditions(manifest) for manifest in manifests]
    differences: list[Difference] = []
    equal: Counter[str] = Counter()
    for name in {name: None for conditions in each_run for name in conditions}:
        values = tuple(conditions.get(name, "absent") for conditions in each_run)
        group, what = _place(name)
        if len(set(values)) == 1:
            equal[group] += 1
        else:
            differences.append(Difference(group, what, values))
    order = [*_GROUPS.values(), _OTHER]
    differences.sort(key=lambda each: (order.index(each.group), each.what))
    return SideBySide(differences, {group: equal[group] for group in order if equal[group]})
