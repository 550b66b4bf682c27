"""Machines beside each other: their floor, the ratios of a measure, their conditions."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from compared_runs import compared
from synthetic_run import MANIFEST, metric, record, repeated
from unitcost_scripts.comparing.comparison import Comparison
from unitcost_scripts.machines.beside_floor import ALIKE, LESS, MORE, beside_floor
from unitcost_scripts.machines.floor import floor_of, leans_on
from unitcost_scripts.machines.side_by_side import Difference, side_by_side
from unitcost_scripts.machines.spread import Spread, spreads

FLOOR = "primitives/floor/machine"
THREAD = "switch/std_thread/idle/by:futex/cores:1/units:2"
LINE = "ipc/floor/cache_line/size:8B/cores:2"
COUNT = 10


def _one(
    case: str, value: float, name: str = "ns", unit: str = "ns", direction: str = "smaller"
) -> list[Any]:
    """Ten repetitions around `value`."""
    return [
        record(case, index, [metric(name, value * (1 + index / 1000), unit, direction=direction)])
        for index in range(COUNT)
    ]


def _machine(factor: float) -> list[Any]:
    """The floor of a machine that is so many times as slow."""
    return [
        record(
            FLOOR,
            index,
            [
                metric("cache_line_ns", factor * (60 + index / 100), "ns"),
                metric("copied_bytes_per_second", 1e10 / factor, "bytes/s", direction="greater"),
                metric("compute_step_ns", factor * (2 + index / 1000), "ns"),
                metric("system_call_ns", factor * (90 + index / 100), "ns"),
            ],
        )
        for index in range(COUNT)
    ]


def _compared(directory: Path, base: Sequence[Any], other: Sequence[Any]) -> list[Comparison]:
    return compared(directory, base, other).comparisons


def test_each_metric_of_the_floor_is_named_for_what_it_measures(tmp_path: Path) -> None:
    comparisons = _compared(tmp_path, _machine(1), _machine(2))
    assert [name for name, _ in floor_of(comparisons)] == [
        "system call",
        "memory copy",
        "step of computing",
        "cache line",
    ]


def test_a_primitive_that_nobody_foresaw_is_named_by_its_metric(tmp_path: Path) -> None:
    run = _one("primitives/floor/timer", 5, "timer_interrupt_ns")
    assert [name for name, _ in floor_of(_compared(tmp_path, run, run))] == ["timer interrupt ns"]


def test_switches_belong_to_the_floor_and_other_cases_do_not(tmp_path: Path) -> None:
    cases = [
        THREAD,
        THREAD.replace("cores:1", "cores:2"),
        THREAD.replace("std_thread", "process"),
        THREAD.replace("units:2", "units:64"),
        "switch/stackful/idle/by:yield/cores:1/units:2",
        "primitives/stackless/idle/op:resume",
    ]
    run = [each for case in cases for each in _one(case, 100)]
    assert [name for name, _ in floor_of(_compared(tmp_path, run, run))] == [
        "thread switch, one CPU",
        "thread switch, across CPUs",
        "process switch, one CPU",
    ]


def test_a_cache_line_of_ipc_stands_in_only_where_there_is_no_primitive(tmp_path: Path) -> None:
    old, new = _one(LINE, 60), _one(LINE, 60) + _machine(1)
    (alone,) = floor_of(_compared(tmp_path / "old", old, old))
    assert (alone[0], alone[1].case) == ("cache line", LINE)
    beside = floor_of(_compared(tmp_path / "new", new, new))
    assert [each.case for name, each in beside if name == "cache line"] == [FLOOR]


@pytest.mark.parametrize(
    ("case", "primitive"),
    [
        ("switch/process/idle/by:pipe/cores:2/units:2", "thread switch, across CPUs"),
        ("switch/stackless/idle/by:yield/cores:2/units:64", "step of computing"),
        ("throughput/tbb/fib/n:20/workers:2", "step of computing"),
        ("latency/asio/echo/load:closed", "system call"),
        ("latency/asio/sleep", None),
        ("footprint/tbb/idle", None),
    ],
)
def test_a_case_leans_on_what_no_model_can_do_without_there(
    case: str, primitive: str | None
) -> None:
    assert leans_on(case) == primitive


@pytest.mark.parametrize(("factor", "said"), [(1.6, LESS), (2.0, ALIKE), (2.5, MORE)])
@pytest.mark.parametrize("direction", ["smaller", "greater"])
def test_a_ratio_is_read_beside_that_of_its_primitive_in_cost(
    tmp_path: Path, factor: float, said: str, direction: str
) -> None:
    case = "throughput/tbb/fib/n:20"
    unit, theirs = ("ns", 100 * factor) if direction == "smaller" else ("1/s", 100 / factor)
    comparisons = _compared(
        tmp_path,
        _machine(1) + _one(case, 100, "value", unit, direction),
        _machine(2) + _one(case, theirs, "value", unit, direction),
    )
    found = beside_floor(comparisons)
    assert list(found) == [(case, "value")]
    beside = found[case, "value"]
    assert (beside.primitive, beside.said) == ("step of computing", said)
    assert beside.ratio == pytest.approx(2)


def test_memory_facts_and_cases_without_their_primitive_have_nothing_beside_them(
    tmp_path: Path,
) -> None:
    cases = (
        _one("throughput/tbb/fib/n:20", 5, "bytes", "bytes")
        + _one("throughput/tbb/fib/n:21", 5, "ns", "ns", "neither")
        + _one("switch/tbb/idle/by:futex/cores:2", 5)
    )
    base, other = _machine(1) + cases, _machine(2) + cases
    assert beside_floor(_compared(tmp_path, base, other)) == {}


def test_the_ratios_of_a_measure_are_told_with_quartiles_and_range_in_cost(tmp_path: Path) -> None:
    factors = [1, 2, 3, 4, 5]
    base, other = [], []
    for number, factor in enumerate(factors):
        case = f"throughput/tbb/fib/n:{number}"
        base += repeated(case, [100.0] * COUNT)
        other += repeated(case, [100.0 * factor] * COUNT)
    rate = "throughput/serial/fib"
    base += _one(rate, 100, "rate", "1/s", "greater")
    other += _one(rate, 100 / 6, "rate", "1/s", "greater")
    (found,) = spreads(_compared(tmp_path, base, other))
    assert (found.measure, found.dimension, found.count) == ("throughput", "time", 6)
    spread = (found.low, found.lower_quartile, found.median, found.upper_quartile, found.high)
    assert spread == pytest.approx((1, 2.25, 3.5, 4.75, 6))


def test_memory_and_times_of_a_measure_are_told_apart_and_facts_left_out(tmp_path: Path) -> None:
    run = (
        _one("burst/tbb/requests", 5)
        + _one("burst/process/requests", 5, "held", "bytes")
        + _one("burst/asio/requests", 5, "served", "1", "neither")
    )
    found = spreads(_compared(tmp_path, run, run))
    assert found == [
        Spread("burst", dimension, 1, 1.0, 1.0, 1.0, 1.0, 1.0) for dimension in ("bytes", "time")
    ]


def _changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(MANIFEST), **changes}


def test_only_conditions_that_differ_are_shown_and_the_others_are_counted() -> None:
    third = _changed(
        machine={**MANIFEST["machine"], "kernel": "6.2.0"},
        libraries={"boost": "1.81.0", "libc": "glibc 2.40", "tbb": "2021.8.0"},
    )
    found = side_by_side([MANIFEST, MANIFEST, third])
    assert found.differences == [
        Difference("machine", "kernel", ("6.1.0", "6.1.0", "6.2.0")),
        Difference("libraries", "libc", ("absent", "absent", "glibc 2.40")),
    ]
    assert found.equal == {
        "machine": 6,
        "mitigations": 1,
        "compiler": 3,
        "libraries": 2,
        "limits": 2,
        "tool": 3,
        "run": 3,
    }


def test_when_and_by_whom_a_run_was_made_is_no_condition() -> None:
    other = _changed(
        command_line=["unitcost", "run"],
        started_utc="2027-01-01T00:00:00Z",
        finished_utc=None,
        seed=7,
        noise={"before": None, "after": None},
        machine={**MANIFEST["machine"], "host": "example", "user": "somebody"},
    )
    assert side_by_side([MANIFEST, other]).differences == []
