"""What a reader must know of the circumstances before believing a number."""

import json
from typing import Any

from unitcost_scripts.numbers import humanise
from unitcost_scripts.runs.known_answers import NO, holds, unestablished
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise

_WORTH_A_WARNING = 0.05


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)


def manifest_rows(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """The manifest, flattened: ("machine.cpu_model", "…")."""
    rows: list[tuple[str, str]] = []

    def flatten(name: str, value: Any) -> None:
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                flatten(f"{name}.{key}" if name else key, inner)
        else:
            rows.append((name, _text(value)))

    flatten("", manifest)
    return rows


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _disturbed(record: Record) -> bool:
    """By others: what a measure does not stand by is unstable too, and says why itself."""
    return record.discarded or (record.end == "unstable" and record.conditions["disturbed"])


def warnings(run: Run) -> list[str]:
    """What weakens this run as a whole."""
    found = [
        f"A known answer was not found, so numbers like it are not to be believed: {summary.case}"
        f" says {humanise(summary.median, summary.quantity.unit)}."
        for summary in summarise(run.counted)
        if holds(summary) == NO
    ]
    found.extend(
        "A known answer was not established, so nothing vouches for numbers like it:"
        f" {unstable} of {repetitions} repetitions of {case} were unstable."
        for case, unstable, repetitions in unestablished(run.records)
    )
    if run.manifest["finished_utc"] is None:
        found.append("The run was not finished: cases or repetitions are missing.")
    if run.manifest["tool"]["dirty"]:
        found.append("The tool was built from modified sources: its commit does not identify it.")
    started = [record for record in run.records if record.end != "skipped"]
    disturbed = sum(_disturbed(record) for record in started)
    if _share(disturbed, len(started)) > _WORTH_A_WARNING:
        share = 100 * _share(disturbed, len(started))
        found.append(
            f"{disturbed} of {len(started)} repetitions ({share:.0f} %) were disturbed by others"
            " and count for nothing."
        )
    shared = sum(bool(record.conditions.get("core_shared")) for record in run.counted)
    if _share(shared, len(run.counted)) > _WORTH_A_WARNING:
        share = 100 * _share(shared, len(run.counted))
        found.append(
            f"{shared} of {len(run.counted)} repetitions that count ({share:.0f} %) ran while somebody"
            " shared a core: their times are too long."
        )
    distances = [record for record in run.counted if "cpu_round_trip_ns" in record.conditions]
    moved = sum(bool(record.conditions.get("cpus_moved")) for record in distances)
    if _share(moved, len(distances)) > _WORTH_A_WARNING:
        share = 100 * _share(moved, len(distances))
        found.append(
            f"{moved} of {len(distances)} repetitions on more than one CPU ({share:.0f} %) ran while"
            " these were nearer or farther apart than usual: what crosses between them took"
            " shorter or longer."
        )
    stolen, wall = (
        sum(int(record.conditions[key]) for record in run.counted)
        for key in ("steal_ns", "wall_ns")
    )
    if _share(stolen, wall) > _WORTH_A_WARNING:
        found.append(
            f"The hypervisor took CPU time worth {100 * _share(stolen, wall):.0f} % of the wall"
            " time of the repetitions that count."
        )
    return found
