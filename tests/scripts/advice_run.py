"""A run of four invented models whose laws are known, so that a test knows what advice has to say."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.runs import run_directory

LENGTHS_NS = tuple(100.0 * 2**power for power in range(10))
STEPS_OF_COMPUTING = {0: 0.0, 10_000: 10_000.0, 100_000: 100_000.0}  # ns alone
UNITS = (100, 200, 300, 400, 500)
WORKERS = 2


@dataclass(frozen=True)
class Law:
    """What a unit of the model takes, exactly."""

    bytes_per_unit: float
    reserved_bytes: float
    task_ns: float  # beyond a task's own length
    request_ns: float  # beyond its computing
    threads: int  # that 16 units live in
    way: str  # to hand over
    survivors: int  # of 7
    is_seen: int  # by its starter, what a unit writes


LAWS = {
    "process": Law(150_000, 15e6, 200_000, 30_000, 16, "futex", 7, 0),
    "std_thread": Law(36_000, 8.4e6, 40_000, 12_000, 16, "futex", 0, 1),
    "thread_pool": Law(36_100, 8.4e6, 2_000, 12_100, 1, "futex", 0, 1),
    "stackless": Law(100, 100, 500, 6_000, 1, "yield", 0, 1),
}


class Noise:
    def __init__(self, seed: int, spread: float) -> None:
        self._random, self._spread = random.Random(seed), spread

    def __call__(self, value: float) -> float:
        return value * self._random.lognormvariate(0, self._spread)


def _footprint(model: str, law: Law, repetition: int, noise: Noise) -> Document:
    per_unit = noise(law.bytes_per_unit)
    values = [
        metric("total_bytes_per_unit", per_unit, "bytes"),
        metric("resident_bytes_per_unit", 0.3 * per_unit, "bytes"),
        metric("kernel_bytes_per_unit", 0.7 * per_unit, "bytes"),
        metric("reserved_bytes_per_unit", law.reserved_bytes, "bytes"),
    ]
    memory = {
        "name": "memory",
        "label": "memory over units alive",
        "x_name": "units",
        "x_unit": "1",
        "y_name": "total",
        "y_unit": "bytes",
        "points": [[units, 1e6 + units * per_unit] for units in UNITS],
    }
    case = f"footprint/{model}/idle/touch:0"
    return record(case, repetition, values, series=[memory], headline=True)


def _grain(model: str, law: Law, repetition: int, noise: Noise) -> Document:
    points = [[length, length / (length + WORKERS * noise(law.task_ns))] for length in LENGTHS_NS]
    efficiency = {
        "name": "efficiency",
        "label": "share of the possible rate",
        "x_name": "task length",
        "x_unit": "ns",
        "y_name": "efficiency",
        "y_unit": "1",
        "points": points,
    }
    case = f"grain/{model}/grain/workers:{WORKERS}"
    return record(case, repetition, series=[efficiency])


def _request(
    model: str, law: Law, steps: int, repetition: int, noise: Noise, factor: float
) -> Document:
    computing = STEPS_OF_COMPUTING[steps]
    cost = factor * (computing + noise(law.request_ns))
    values = [metric("cpu_ns_per_request", cost, "ns")]
    if steps == 0:
        case = f"latency/{model}/echo/load:closed/connections:64/bytes:64"
        return record(case, repetition, values)
    values.append(metric("computing_ns", computing, "ns"))
    case = f"latency/{model}/mixed/load:closed/connections:64/bytes:64/computing:{steps}"
    return record(case, repetition, values)


def _facts(model: str, law: Law, repetition: int) -> list[Document]:
    return [
        record(
            f"spawn/{model}/idle/from:unit/cores:2",
            repetition,
            [metric("spawn_latency_ns", law.task_ns, "ns")],
            headline=True,
        ),
        record(
            f"switch/{model}/idle/by:{law.way}/cores:1/units:2",
            repetition,
            [metric("switch_ns", 100, "ns")],
        ),
        record(
            f"containment/{model}/ids/units:16/workers:1",
            repetition,
            [metric("thread_ids", law.threads, "1"), metric("process_ids", 1, "1")],
        ),
        record(
            f"isolation/{model}/global/units:8/workers:1",
            repetition,
            [metric("seen_by_starter", law.is_seen, "1")],
        ),
        record(
            f"blast_radius/{model}/units/units:8/dies_by:abort/workers:2",
            repetition,
            [metric("others_finished", law.survivors, "1")],
        ),
    ]


def records(
    repetitions: int = 10, spread: float = 0.03, lie: float = 1.0, models: Sequence[str] = ()
) -> list[Document]:
    """`lie` is what the requests of the middle length cost more than their neighbours say."""
    noise = Noise(1, spread)
    made: list[Document] = []
    for repetition in range(repetitions):
        for model in models or LAWS:
            law = LAWS[model]
            made += [_footprint(model, law, repetition, noise)]
            made += [_grain(model, law, repetition, noise)]
            made += _facts(model, law, repetition)
            for steps in STEPS_OF_COMPUTING:
                factor = lie if steps == 10_000 else 1.0
                made += [_request(model, law, steps, repetition, noise, factor)]
    made.append(record("footprint/null/idle/touch:0", end="skipped", reason="null has no units"))
    return made


def evidence(directory: Path, made: Sequence[Document]) -> Evidence:
    return Evidence(run_directory.load(write_run(directory, made)))
