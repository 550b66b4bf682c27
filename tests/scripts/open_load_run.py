"""Invented records of requests at a rate: an exponential distribution whose mean grows towards a
model's capacity, and grows without end beyond it.
"""

import math
from collections import Counter
from typing import Any

from synthetic_run import Document, metric, record

SUB_BUCKETS = 2048
_RANKS = {"50": 0.5, "90": 0.9, "99": 0.99, "99.9": 0.999}


def least_of(value: int) -> int:
    """The least value of the sub-bucket that `value` counts in, by the definition of the layout."""
    width = 1
    while value // width >= SUB_BUCKETS:
        width *= 2
    return value - value % width


def histogram(values: list[int]) -> Document:
    ordered = sorted(values)
    counts = Counter(least_of(value) for value in ordered)
    percentiles = {
        rank: ordered[math.ceil(share * len(ordered)) - 1]
        for rank, share in _RANKS.items()
        if len(ordered) - math.ceil(share * len(ordered)) >= 10
    }
    return {
        "name": "latency_ns",
        "label": "from a request's planned time to its answer",
        "unit": "ns",
        "samples": len(ordered),
        "percentiles": percentiles,
        "buckets": [[least, counts[least]] for least in sorted(counts)],
        "sub_buckets": SUB_BUCKETS,
    }


def case_of(model: str, rate: int) -> str:
    return f"latency/{model}/echo/load:open/arrivals:poisson/per_second:{rate}/connections:64"


def latencies(rate: int, capacity: int, repetition: int = 0, samples: int = 2000) -> list[int]:
    mean_ns = 1e9 / (capacity - rate) if rate < capacity else 1e8
    mean_ns *= 1 + 0.01 * repetition
    return [
        int(50_000 - mean_ns * math.log(1 - (index + 0.5) / samples)) for index in range(samples)
    ]


def at_rate(model: str, rate: int, values: list[int], repetition: int = 0) -> Document:
    told = histogram(values)
    metrics = [
        metric(f"latency_p{rank.replace('.', '_')}_ns", value, "ns", label=f"p{rank} of latencies")
        for rank, value in told["percentiles"].items()
    ]
    return record(case_of(model, rate), repetition, metrics, histograms=[told])


def unstable(model: str, rate: int, repetition: int = 0) -> Document:
    more: dict[str, Any] = {"end": "unstable", "reason": "generator behind"}
    return record(case_of(model, rate), repetition, [], **more)


def sweep(capacities: dict[str, int], rates: list[int], repetitions: int = 6) -> list[Document]:
    return [
        at_rate(model, rate, latencies(rate, capacity, repetition), repetition)
        for repetition in range(repetitions)
        for model, capacity in capacities.items()
        for rate in rates
    ]
