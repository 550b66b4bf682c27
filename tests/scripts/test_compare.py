"""Verdicts between two runs, on invented noise with a known answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from compared_runs import compared, noisy
from synthetic_run import MANIFEST, metric, record, repeated, write_run
from unitcost_scripts.comparing.comparison import (
    BETTER,
    CHANGED,
    NO_RATIO,
    SAME,
    TOO_FEW,
    WORSE,
    RunComparison,
    compare_runs,
)
from unitcost_scripts.comparing.differing_ends import NotCompared
from unitcost_scripts.runs import run_directory


def _share(result: RunComparison, verdicts: Sequence[str], model: str = "") -> float:
    chosen = [verdict for case, verdict in result.case_verdicts.items() if model in case]
    return sum(verdict in verdicts for verdict in chosen) / len(chosen)


@pytest.mark.parametrize("pair", range(5))
def test_a_build_against_itself_shows_at_most_five_percent_different(
    tmp_path: Path, pair: int
) -> None:
    result = compared(tmp_path, noisy(2 * pair), noisy(2 * pair + 1))
    assert _share(result, (WORSE, BETTER)) <= 0.05


def test_a_machine_that_slowed_down_is_not_called_a_worse_build(tmp_path: Path) -> None:
    result = compared(tmp_path, noisy(1), noisy(2, common=1.12))
    assert _share(result, (WORSE, BETTER)) <= 0.05


def test_a_planted_slow_down_of_one_model_is_found_and_no_other(tmp_path: Path) -> None:
    result = compared(tmp_path, noisy(1), noisy(2, {"tbb": 1.2}))
    assert _share(result, (WORSE,), "/tbb/") >= 0.8
    others = [result.case_verdicts[case] for case in result.case_verdicts if "/tbb/" not in case]
    assert sum(verdict != SAME for verdict in others) / len(others) <= 0.05


def test_a_slow_down_of_serial_itself_is_found(tmp_path: Path) -> None:
    result = compared(tmp_path, noisy(1), noisy(2, {"serial": 1.2}))
    assert _share(result, (WORSE,), "/serial/") >= 0.8


def test_greater_is_better_turns_the_verdict(tmp_path: Path) -> None:
    def run(factor: float) -> list[Any]:
        values = [factor * (100 + index) for index in range(10)]
        return [
            record("throughput/tbb/fib", index, [metric("rate", value, "1/s", direction="greater")])
            for index, value in enumerate(values)
        ]

    assert compared(tmp_path / "1", run(1), run(2)).case_verdicts == {"throughput/tbb/fib": BETTER}
    assert compared(tmp_path / "2", run(2), run(1)).case_verdicts == {"throughput/tbb/fib": WORSE}


def test_a_real_difference_inside_the_margin_is_none(tmp_path: Path) -> None:
    case = "switch/tbb/idle"
    base, other = ([start + 0.001 * index for index in range(10)] for start in (100, 104))
    result = compared(tmp_path, repeated(case, base), repeated(case, other))
    (only,) = result.comparisons
    assert only.q_value is not None and only.q_value < 0.001
    assert only.verdict == SAME


def test_metrics_of_memory_do_not_make_a_time_harder_to_judge(tmp_path: Path) -> None:
    def run(start: int) -> list[Any]:
        return repeated("switch/tbb/idle", [start + 3 * index for index in range(10)])

    memory = [
        record(f"footprint/tbb/idle/units:{number}", index, [metric("total", 100 + index, "bytes")])
        for number in range(30)
        for index in range(10)
    ]
    (alone,) = compared(tmp_path / "1", run(100), run(115)).comparisons
    beside = compared(tmp_path / "2", run(100) + memory, run(115) + memory).comparisons
    (time,) = (each for each in beside if each.case == alone.case)
    assert alone.q_value is not None and 0.001 < alone.q_value < 0.05
    assert time.q_value == alone.q_value


def test_nine_repetitions_are_too_few_but_keep_their_interval(tmp_path: Path) -> None:
    case = "switch/tbb/idle"
    result = compared(tmp_path, repeated(case, range(10, 20)), repeated(case, range(50, 59)))
    (only,) = result.comparisons
    assert (only.verdict, only.q_value) == (TOO_FEW, None)
    assert only.interval is not None and only.interval.low > 2


def test_repetitions_that_do_not_count_are_not_compared(tmp_path: Path) -> None:
    case = "switch/tbb/idle"
    base = repeated(case, [100.0 + index for index in range(10)])
    spoilt = [
        {**each, "discarded": True}
        for each in repeated(case, [900.0 + index for index in range(10)])
    ]
    result = compared(tmp_path, base, base + spoilt)
    (only,) = result.comparisons
    assert len(only.other) == 10 and only.ratio == 1


def test_values_at_or_below_zero_have_no_ratio(tmp_path: Path) -> None:
    case = "footprint/tbb/idle"
    base = [float(index - 4) for index in range(10)]
    result = compared(tmp_path, repeated(case, base), repeated(case, [5.0 + each for each in base]))
    assert result.case_verdicts == {case: NO_RATIO}


def test_values_that_are_all_zero_show_no_difference(tmp_path: Path) -> None:
    case = "footprint/tbb/idle"
    result = compared(tmp_path, repeated(case, [0.0] * 10), repeated(case, [0.0] * 10))
    assert result.case_verdicts == {case: SAME}


@pytest.mark.parametrize(
    ("direction", "base", "other", "verdict"),
    [
        ("smaller", [0.0] * 10, [1.0] * 10, WORSE),
        ("smaller", [1.0] * 10, [-1.0] * 10, BETTER),
        ("greater", [1.0] * 10, [0.0] * 10, WORSE),
        ("neither", [0.0] * 10, [1.0] * 10, CHANGED),
        ("smaller", [0.0] * 10, [*[1.0] * 9, 0.0], NO_RATIO),
        ("smaller", [0.0] * 10, [1.0] * 9, TOO_FEW),
    ],
)
def test_without_a_ratio_different_is_what_lies_wholly_beyond(
    tmp_path: Path, direction: str, base: list[float], other: list[float], verdict: str
) -> None:
    def run(values: list[float]) -> list[Any]:
        hung = [metric("hung", value, "1", direction=direction) for value in values]
        return [record("deadlock/tbb/two", index, [each]) for index, each in enumerate(hung)]

    result = compared(tmp_path, run(base), run(other))
    assert result.case_verdicts == {"deadlock/tbb/two": verdict}
    assert [each.ratio for each in result.comparisons] == [None]


def test_a_number_without_a_ratio_keeps_the_others_from_standing_for_its_case(
    tmp_path: Path,
) -> None:
    def run(hung: float) -> list[Any]:
        return [
            record(
                "deadlock/tbb/two",
                index,
                [metric("hung", hung * (index % 2), "1"), metric("ns", 100.0 + index, "ns")],
            )
            for index in range(10)
        ]

    assert compared(tmp_path, run(1), run(2)).case_verdicts == {"deadlock/tbb/two": NO_RATIO}


def test_a_case_that_no_longer_ends_ok_is_reported(tmp_path: Path) -> None:
    good = repeated("switch/tbb/idle", [1.0] * 10) + repeated("spawn/tbb/idle", [1.0] * 10)
    crash = record("spawn/tbb/idle", end="crashed", reason="signal 11")
    result = compared(tmp_path, good, [*repeated("switch/tbb/idle", [1.0] * 10), crash])
    assert result.end_changes == ["spawn/tbb/idle: crashed 0 times in A, 1 in B (signal 11)"]


def test_a_case_that_ends_ok_less_often_is_reported(tmp_path: Path) -> None:
    good = repeated("spawn/tbb/idle", [1.0] * 10)
    crash = record("spawn/tbb/idle", 5, end="crashed", reason="signal 11")
    (change,) = compared(tmp_path, good, [*good[:5], crash, *good[6:]]).end_changes
    assert "crashed 0 times in A, 1 in B" in change


def test_a_case_without_a_number_in_one_run_is_told_with_the_reason(tmp_path: Path) -> None:
    good = repeated("switch/tbb/idle", [1.0] * 10) + repeated("spawn/tbb/idle", [1.0] * 10)
    unstable = [{**each, "end": "unstable", "reason": "disturbed"} for each in good[10:]]
    skipped = record("spawn/null/idle", end="skipped", reason="null has no units")
    result = compared(tmp_path, [*good, skipped], [*good[:10], *unstable, skipped])
    assert result.not_compared == [
        NotCompared("spawn/null/idle", *["skipped: null has no units"] * 2),
        NotCompared("spawn/tbb/idle", "measured", "unstable: disturbed"),
    ]


def test_a_number_that_a_case_has_in_one_run_alone_is_told(tmp_path: Path) -> None:
    def run(*names: str) -> list[Any]:
        metrics = [metric(name, 1.0, "ns") for name in names]
        return [record("switch/tbb/idle", index, metrics) for index in range(10)]

    result = compared(tmp_path, run("switch_ns", "slowest_ns"), run("switch_ns"))
    assert [each.quantity.name for each in result.comparisons] == ["switch_ns"]
    assert result.not_compared == [
        NotCompared("switch/tbb/idle slowest_ns", "measured", "not among the case's numbers")
    ]


def _slow_half(factor: float) -> list[Any]:
    """Enough cases of controls and of others for a shift that all share."""
    return [
        each
        for model in ("serial", "tbb")
        for number in range(8)
        for each in repeated(
            f"switch/{model}/idle/units:{number}", [factor * (100 + index) for index in range(10)]
        )
    ]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, SAME),
        ({"cpu_model": "Another CPU"}, WORSE),
        ({"cores_used": [0]}, WORSE),
        ({"kernel": "6.2.0"}, WORSE),
    ],
)
def test_what_all_cases_share_is_drift_of_one_machine_and_a_difference_of_two(
    tmp_path: Path, changes: dict[str, str], verdict: str
) -> None:
    manifest = {**MANIFEST, "machine": {**MANIFEST["machine"], **changes}}
    base = run_directory.load(write_run(tmp_path / "a", _slow_half(1.0)))
    other = run_directory.load(write_run(tmp_path / "b", _slow_half(1.5), manifest))
    assert set(compare_runs(base, other).case_verdicts.values()) == {verdict}


def test_a_rate_beside_its_time_is_not_judged_twice(tmp_path: Path) -> None:
    def run(factor: float) -> list[Any]:
        return [
            record(
                "throughput/tbb/fib",
                index,
                [
                    metric("ns_per_unit", factor * (100 + index), "ns"),
                    metric(
                        "units_per_second",
                        1e9 / factor / (100 + index),
                        "1/s",
                        direction="greater",
                        derived_from="ns_per_unit",
                    ),
                ],
            )
            for index in range(10)
        ]

    (only,) = compared(tmp_path, run(1), run(2)).comparisons
    assert (only.quantity.name, only.verdict) == ("ns_per_unit", WORSE)
