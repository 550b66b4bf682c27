"""A run with every model and measure, skips and failures included, of invented numbers."""

import random

from synthetic_run import CONDITIONS, Document, metric, record

# model -> (user, kernel, reserved bytes per unit; spawn, switch ns; efficiency at two workers)
_MODELS: dict[str, tuple[float, float, float, float, float, float]] = {
    "process": (96_000, 61_000, 3e6, 220_000, 2_400, 0.71),
    "process_pool": (110_000, 65_000, 3e6, 9_000, 2_600, 0.69),
    "std_thread": (9_300, 26_400, 8.4e6, 21_000, 2_100, 0.78),
    "thread_pool": (9_500, 26_400, 8.4e6, 1_900, 2_200, 0.86),
    "tbb": (5_200, 8_300, 4.2e6, 240, 310, 0.93),
    "boost_fiber": (4_700, 4_100, 70_000, 190, 46, 0.9),
    "stackful": (4_200, 4_096, 20_000, 45, 9, 0.95),
    "stackless": (160, 3, 170, 12, 4, 0.97),
}


class _Noise:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def __call__(self, value: float, spread: float = 0.03) -> float:
        return value * self._random.lognormvariate(0, spread)


def _footprint(model: str, noise: _Noise, repetition: int) -> Document:
    user, kernel, reserved = _MODELS[model][:3]
    user, kernel = noise(user, 0.01), noise(kernel, 0.01)
    low, high = 0.99 * (user + kernel), 1.01 * (user + kernel)
    values = (
        metric("reserved_bytes_per_unit", reserved, "bytes", label="reserved memory per unit"),
        metric(
            "resident_bytes_per_unit", user, "bytes", label="user memory per unit", headline=True
        ),
        metric(
            "kernel_bytes_per_unit", kernel, "bytes", label="kernel memory per unit", headline=True
        ),
        metric(
            "total_bytes_per_unit",
            user + kernel,
            "bytes",
            label="memory per unit",
            fit_low=low,
            fit_high=high,
            headline=True,
        ),
    )
    points = [[n, n * (user + kernel) + 1e6] for n in (64, 128, 256, 512, 1024)]
    series = {
        "name": "memory_over_units",
        "label": "memory over the number of units",
        "x_name": "units",
        "x_unit": "1",
        "y_name": "memory",
        "y_unit": "bytes",
        "points": points,
    }
    case = f"footprint/{model}/idle/touch:0"
    return record(case, repetition, values, series=[series], headline=True)


def _spawn(model: str, noise: _Noise, repetition: int) -> Document:
    middle = noise(_MODELS[model][3])
    names = {
        "spawn_latency_ns": (middle, "call to first instruction"),
        "spawn_join_ns": (1.4 * middle, "call to joined"),
    }
    histograms = [
        {
            "name": name,
            "label": label,
            "unit": "ns",
            "samples": 2000,
            "percentiles": {"50": value, "90": 1.5 * value, "99": noise(4 * value, 0.2)},
            "buckets": [[value / 2, 1000], [value, 1000]],
        }
        for name, (value, label) in names.items()
    ]
    values = [
        metric(name, value, "ns", label=label, headline=name == "spawn_latency_ns")
        for name, (value, label) in names.items()
    ]
    case = f"spawn/{model}/idle"
    return record(case, repetition, values, histograms=histograms, headline=True)


def _switches(model: str, noise: _Noise, repetition: int) -> list[Document]:
    kernel_made = model in ("process", "process_pool", "std_thread", "thread_pool")
    ways = ("futex", "pipe") if kernel_made else ("yield",)
    return [
        record(
            f"switch/{model}/idle/by:{way}/cores:{cores}/units:2",
            repetition,
            [
                metric(
                    "switch_ns",
                    noise(_MODELS[model][4] * factor * (1.5 if way == "pipe" else 1)),
                    "ns",
                    label="one hand-over",
                    headline=True,
                )
            ],
            headline=cores == 1 and way in ("futex", "yield"),
        )
        for way in ways
        for cores, factor in ((1, 1), (2, 9))
        if cores == 1 or kernel_made
    ]


def _throughput(model: str, noise: _Noise, repetition: int) -> list[Document]:
    best = _MODELS[model][5]
    made = []
    for workload, variant in (("fib", "n:20/spawn_depth:3"), ("matmul", "n:256/spawn_depth:2")):
        for workers in (1, 2):
            efficiency = noise(best if workers == 2 else (1 + best) / 2)
            speedup = efficiency * workers
            made.append(
                record(
                    f"throughput/{model}/{workload}/{variant}/workers:{workers}",
                    repetition,
                    [
                        metric(
                            "units_per_second",
                            1e6 * speedup,
                            "1/s",
                            direction="greater",
                            headline=True,
                        ),
                        metric("ns_per_unit", 1000 / speedup, "ns"),
                        metric(
                            "speedup",
                            speedup,
                            "1",
                            direction="greater",
                            label="speed-up over serial",
                        ),
                        metric("efficiency", efficiency, "1", direction="greater"),
                    ],
                    headline=workload == "fib" and workers == 2,
                )
            )
    return made


def _grain(model: str, noise: _Noise, repetition: int) -> Document:
    half = noise(_MODELS[model][3])
    points = [[2.0**power, 2.0**power / (2.0**power + half)] for power in range(4, 22)]
    series = {
        "name": "efficiency_over_grain",
        "label": "efficiency over the length of a task",
        "x_name": "task length",
        "x_unit": "ns",
        "y_name": "efficiency",
        "y_unit": "1",
        "points": points,
    }
    values = [
        metric("minimum_effective_grain_ns", half, "ns", label="minimum effective task length")
    ]
    return record(f"grain/{model}/grain/workers:2", repetition, values, series=[series])


def _selftest(noise: _Noise, repetition: int) -> list[Document]:
    return [
        record(
            "selftest/null/idle/check:harness_unit",
            repetition,
            [
                metric(
                    "harness_unit_ns",
                    noise(1.2),
                    "ns",
                    label="harness per unit",
                    expected_low=0,
                    expected_high=3,
                )
            ],
        )
    ]


def rich_records(seed: int = 1, repetitions: int = 6) -> list[Document]:
    """What a quick run of every model leaves, skips and failures included."""
    noise = _Noise(seed)
    made: list[Document] = []
    for repetition in range(repetitions):
        for model in _MODELS:
            made.append(_footprint(model, noise, repetition))
            made.append(_spawn(model, noise, repetition))
            made += _switches(model, noise, repetition)
            made += _throughput(model, noise, repetition)
            made.append(_grain(model, noise, repetition))
        made += _selftest(noise, repetition)
    made.append(
        record(
            "switch/null/idle/by:yield/cores:1/units:2",
            end="skipped",
            reason="null has no units",
            headline=True,
        )
    )
    made.append(record("spawn/gil/idle", end="crashed", reason="signal 11 after 17 units"))
    spoilt = _spawn("tbb", noise, 0)
    spoilt["discarded"] = True
    spoilt["conditions"] = {**CONDITIONS, "disturbed": True}
    made.append(spoilt)
    return made
