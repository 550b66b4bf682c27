"""Verdicts on metrics of which neither more nor less is better."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compared_runs import compared
from synthetic_run import metric, record
from unitcost_scripts.comparing.comparison import CHANGED, SAME, WORSE
from unitcost_scripts.comparing.comparison_text import counts


def _times(model: str) -> list[Callable[[float], Any]]:
    """Ten repetitions of eight cases; each is made by how many times as long it took."""

    def one(number: int, index: int) -> Callable[[float], Any]:
        case = f"switch/{model}/idle/units:{number}"
        return lambda factor: record(case, index, [metric("ns", factor * (100 + index), "ns")])

    return [one(number, index) for number in range(8) for index in range(10)]


def _times_as_facts(factor: float) -> list[Any]:
    return [
        record(
            "pool_worth/tbb/waves",
            index,
            [metric("equal_cost_ns", factor * (100 + index), "ns", direction="neither")],
        )
        for index in range(10)
    ]


def _facts(factor: float, name: str = "workers", count: int = 1) -> list[Any]:
    return [
        record(
            f"pool_size/tbb/waiting/share:{number}",
            index,
            [metric(name, factor * (100 + index), "1", direction="neither")],
        )
        for number in range(count)
        for index in range(10)
    ]


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_fact_that_is_another_is_changed_and_neither_better_nor_worse(
    tmp_path: Path, factor: float
) -> None:
    result = compared(tmp_path, _facts(1), _facts(factor))
    assert list(result.case_verdicts.values()) == [CHANGED]
    assert counts(result) == "1 cases: 1 changed"


def test_a_fact_that_is_the_same_is_not_changed(tmp_path: Path) -> None:
    assert list(compared(tmp_path, _facts(1), _facts(1)).case_verdicts.values()) == [SAME]


def test_a_cost_that_grew_is_told_before_a_fact_that_changed(tmp_path: Path) -> None:
    def run(factor: float) -> list[Any]:
        def values(index: int) -> list[Any]:
            value = factor * (100 + index)
            return [metric("workers", value, "1", direction="neither"), metric("ns", value, "ns")]

        return [record("pool_size/tbb/waiting", index, values(index)) for index in range(10)]

    assert list(compared(tmp_path, run(1), run(2)).case_verdicts.values()) == [WORSE]


def test_facts_that_drift_do_not_speak_of_the_machine(tmp_path: Path) -> None:
    """Drift of costs widens the interval of every cost; that of facts must not."""

    def run(factor: float) -> list[Any]:
        costs = [
            record("switch/tbb/idle", index, [metric("ratio", factor * (100 + index), "1")])
            for index in range(10)
        ]
        grown = [
            {**each, "metrics": [{**each["metrics"][0], "value": 100 if index % 10 < 5 else 300}]}
            for index, each in enumerate(_facts(1, count=9))
        ]
        return costs + grown

    result = compared(tmp_path, run(1), run(1.5))
    assert result.case_verdicts["switch/tbb/idle"] == WORSE


def test_a_fact_is_widened_both_ways_by_what_the_machine_moved(tmp_path: Path) -> None:
    slower = [each for model in ("serial", "tbb") for each in _times(model)]
    base = [record_of(1.0) for record_of in slower] + _times_as_facts(1.0)
    other = [record_of(1.3) for record_of in slower] + _times_as_facts(1.3)
    faster = [record_of(1.3) for record_of in slower] + _times_as_facts(1 / 1.3)
    for name, run in (("same", other), ("opposite", faster)):
        verdicts = compared(tmp_path / name, base, run).case_verdicts
        assert verdicts["pool_worth/tbb/waves"] == SAME, name
