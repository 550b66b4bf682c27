"""Lifts documents of earlier schema versions, step by step, to the one that the rest of the package
knows.

A new version adds one function to its chain here and changes results/schema.json; nothing else
reads old forms.
"""

from collections.abc import Callable, Mapping
from typing import Any

from unitcost_scripts.errors import InputError

Document = dict[str, Any]
Step = Callable[[Document], Document]

_CURRENT = {"record": 2, "manifest": 1}


def _record_0_to_1(old: Document) -> Document:
    """The preliminary form: metrics had no label, and their direction was "lower" or "higher"."""
    directions = {"lower": "smaller", "higher": "greater"}
    metrics = old.get("metrics")
    if not isinstance(metrics, list):
        return old
    lifted = []
    for metric in metrics:
        if isinstance(metric, dict):
            direction = metric.get("direction")
            name = str(metric.get("name", ""))
            metric = {
                "label": name.replace("_", " "),
                **metric,
                "direction": directions.get(str(direction), direction),
            }
        lifted.append(metric)
    return {**old, "metrics": lifted}


def _record_1_to_2(old: Document) -> Document:
    """Every direction of version 1 is one of version 2, which has "neither" beside them: what a metric
    was then said to be is kept.
    """
    return old


# kind -> version -> the step to version + 1
_STEPS: Mapping[str, Mapping[int, Step]] = {
    "record": {0: _record_0_to_1, 1: _record_1_to_2},
    "manifest": {},
}


def known_schemas(kind: str) -> list[str]:
    """The schema names of this kind that can be read, oldest first."""
    versions = [*sorted(_STEPS[kind]), _CURRENT[kind]]
    return [f"unitcost.{kind}/{version}" for version in versions]


def to_current(document: Document, kind: str, where: str) -> Document:
    """`document` in the current form of its kind."""
    schema = document.get("schema")
    if schema is None:
        raise InputError(f"{where}: not a unitcost {kind} (it has no 'schema').")
    known = known_schemas(kind)
    if schema not in known:
        raise InputError(
            f"{where}: schema {schema!r} is not known; this version reads {', '.join(known)}."
        )
    for version in range(int(str(schema).rpartition("/")[2]), _CURRENT[kind]):
        document = {**_STEPS[kind][version](document), "schema": f"unitcost.{kind}/{version + 1}"}
    return document
