"""Builds run directories out of invented numbers, so that tests need neither the C++ nor a quiet
machine.
"""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Document = dict[str, Any]

CONDITIONS: Document = {
    "wall_ns": 100_000_000,
    "harness_ns": 9_000_000,
    "cpu_ns": 90_000_000,
    "run_queue_wait_ns": 1_000_000,
    "steal_ns": 0,
    "others_cpu_ns": 2_000_000,
    "voluntary_switches": 12,
    "involuntary_switches": 3,
    "minor_faults": 800,
    "major_faults": 0,
    "disturbed": False,
}

MANIFEST: Document = {
    "schema": "unitcost.manifest/1",
    "tool": {
        "version": "0.1.0",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "dirty": False,
    },
    "command_line": ["unitcost", "run", "--profile", "quick"],
    "started_utc": "2026-01-02T03:04:05Z",
    "finished_utc": "2026-01-02T03:06:00Z",
    "profile": "quick",
    "seed": 1,
    "repetitions": 6,
    "machine": {
        "host": None,
        "user": None,
        "cpu_model": "Example CPU 3000 @ 2.60GHz",
        "architecture": "x86_64",
        "logical_cpus": 2,
        "cores_used": [0, 1],
        "memory_bytes": 8 * 2**30,
        "kernel": "6.1.0",
        "virtualised": "kvm",
    },
    "limits": {"pid_max": 32768, "max_map_count": 65530},
    "libraries": {"boost": "1.81.0", "tbb": "2021.8.0"},
    "build": {"compiler": "g++ 12.2.0", "flags": "-O3", "type": "Release"},
    "mitigations": {"spectre_v2": "Retpolines"},
    "noise": {"before": {"steal_share": 0.0}, "after": {"steal_share": 0.01}},
    "memory_source": "cgroup-v1 memory.usage_in_bytes",
}


def metric(name: str, value: float, unit: str, **more: Any) -> Document:
    label = more.pop("label", name.replace("_", " "))
    direction = more.pop("direction", "smaller")
    return {
        "name": name,
        "label": label,
        "value": value,
        "unit": unit,
        "direction": direction,
        **more,
    }


def series(name: str, points: Sequence[Sequence[float]], x_unit: str = "ns") -> Document:
    """A curve over time, of what has no unit."""
    return {
        "name": name,
        "label": name.replace("_", " "),
        "x_name": "time",
        "x_unit": x_unit,
        "y_name": name,
        "y_unit": "1",
        "points": points,
    }


def record(
    case: str, repetition: int = 0, metrics: Iterable[Document] = (), **more: Any
) -> Document:
    """A valid journal record of `case`; `more` replaces or adds keys."""
    measure, model, workload, *variant = case.split("/")
    chosen = list(metrics)
    return {
        "schema": "unitcost.record/2",
        "case": case,
        "measure": measure,
        "model": model,
        "workload": workload,
        "parameters": dict(part.split(":", 1) for part in variant),
        "repetition": repetition,
        "end": "ok",
        "reason": None,
        "discarded": False,
        "metrics": chosen,
        "histograms": [],
        "series": [],
        "checks": {},
        "sources": {each["name"]: "synthetic" for each in chosen},
        "notes": [],
        "conditions": dict(CONDITIONS),
        **more,
    }


def repeated(
    case: str, values: Sequence[float], name: str = "switch_ns", unit: str = "ns"
) -> list[Document]:
    """One record of `case` for each value."""
    return [record(case, index, [metric(name, value, unit)]) for index, value in enumerate(values)]


def write_run(
    directory: Path, records: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any] | None = None
) -> Path:
    """Writes manifest and journal; returns the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    whole = copy.deepcopy(dict(MANIFEST if manifest is None else manifest))
    (directory / "manifest.json").write_text(json.dumps(whole), encoding="utf-8")
    lines = [json.dumps(each) + "\n" for each in records]
    (directory / "journal.jsonl").write_text("".join(lines), encoding="utf-8")
    return directory
