"""What the machine moved by itself, told from two runs."""

import math

import pytest
from unitcost_scripts.comparing.run_shift import Pair, dimension_of, shift_between


def _pairs(
    model: str, base: float = 1.0, other: float = 1.0, drift: float = 1.0, count: int = 10
) -> list[Pair]:
    first = [base] * 10
    second = [other] * 5 + [other * drift] * 5
    return [Pair(model, first, second, "smaller")] * count


def test_runs_that_agree_have_no_shift() -> None:
    shift = shift_between(_pairs("tbb") + _pairs("serial"))
    assert (shift.dearer, shift.cheaper) == (0, 0)


def test_a_shift_that_controls_and_bulk_share_has_a_direction() -> None:
    shift = shift_between(_pairs("tbb", other=1.10) + _pairs("serial", other=1.08))
    assert shift.dearer == pytest.approx(math.log(1.08), abs=0.02)
    assert shift.cheaper == 0


def test_a_change_of_the_models_alone_is_no_shift_of_the_machine() -> None:
    assert shift_between(_pairs("tbb", other=1.2) + _pairs("serial")).dearer == 0


def test_a_change_of_serial_alone_is_no_shift_of_the_machine() -> None:
    assert shift_between(_pairs("tbb", count=20) + _pairs("serial", other=1.2)).dearer == 0


def test_a_drift_inside_a_run_counts_in_both_directions() -> None:
    shift = shift_between(_pairs("tbb", drift=1.06))
    assert shift.dearer == shift.cheaper == pytest.approx(math.log(1.06))


def test_metrics_of_both_directions_speak_of_cost() -> None:
    faster = [Pair("serial", [1.0] * 10, [0.9] * 10, "greater")] * 10
    slower = [Pair("serial", [1.0] * 10, [1 / 0.9] * 10, "smaller")] * 10
    assert shift_between(faster + slower).dearer == pytest.approx(math.log(1 / 0.9))


def test_a_handful_of_cases_tells_nothing() -> None:
    assert shift_between(_pairs("serial", other=1.3, drift=1.2, count=7)).dearer == 0


def test_times_and_rates_move_together_and_memory_by_itself() -> None:
    assert {dimension_of(unit) for unit in ("ns", "1/s", "bytes/s")} == {"time"}
    assert dimension_of("bytes") == "bytes"
