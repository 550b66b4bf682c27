"""How small a difference could have been seen: planted just outside of it, it is."""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from compared_runs import compared
from synthetic_run import repeated
from unitcost_scripts.comparing.comparison import (
    BETTER,
    FALSE_DISCOVERY_RATE,
    MARGIN,
    SAME,
    WORSE,
    Comparison,
)
from unitcost_scripts.comparing.comparison_text import unseen_text
from unitcost_scripts.comparing.unseen import EVERYTHING, Unseen, unseen_between
from unitcost_scripts.statistics import Interval, median

CASE = "switch/tbb/idle"


def _noisy(seed: int, count: int = 10) -> list[float]:
    generator = random.Random(seed)
    return [1000 * generator.lognormvariate(0, 0.04) for _ in range(count)]


def _judged(directory: Path, base: Sequence[float], other: Sequence[float]) -> Comparison:
    (only,) = compared(directory, repeated(CASE, base), repeated(CASE, other)).comparisons
    return only


def _with_ratio(values: Sequence[float], found: Comparison, ratio: float) -> list[float]:
    assert found.ratio is not None
    return [each * ratio / found.ratio for each in values]


@pytest.mark.parametrize("seed", range(3))
def test_a_difference_just_outside_is_seen_and_one_just_inside_is_not(
    tmp_path: Path, seed: int
) -> None:
    base, other = _noisy(2 * seed), _noisy(2 * seed + 1)
    found = _judged(tmp_path / "found", base, other)
    assert found.verdict == SAME and found.unseen
    expected = {
        1.001 * found.unseen.high: WORSE,
        0.999 * found.unseen.high: SAME,
        1.001 * found.unseen.low: SAME,
        0.999 * found.unseen.low: BETTER,
    }
    for ratio, verdict in expected.items():
        planted = _with_ratio(other, found, ratio)
        assert _judged(tmp_path / f"{ratio}", base, planted).verdict == verdict


def test_among_many_tests_a_difference_must_be_larger_to_be_seen(tmp_path: Path) -> None:
    base, other = _noisy(1), _noisy(2)
    alone = _judged(tmp_path / "alone", base, other)
    crowd: list[list[Any]] = [[], []]
    for number in range(40):
        for side in (0, 1):
            case = f"spawn/tbb/idle/units:{number}"
            crowd[side] += repeated(case, _noisy(100 + 2 * number + side))
    beside = compared(
        tmp_path / "many", repeated(CASE, base) + crowd[0], repeated(CASE, other) + crowd[1]
    )
    (among,) = (each for each in beside.comparisons if each.case == CASE)
    assert alone.unseen and among.unseen
    assert among.unseen.high > alone.unseen.high and among.unseen.low < alone.unseen.low


def test_a_row_that_passes_its_test_within_the_margin_is_not_counted_as_one_of_the_others(
    tmp_path: Path,
) -> None:
    base = [100.0, 110.0, 120.0, *(183.0 + index for index in range(7))]
    other = [190 + index / 10 for index in range(10)]  # above all of them, most by little
    alike = [each for number in range(3) for each in repeated(f"spawn/tbb/idle/n:{number}", base)]
    result = compared(tmp_path, repeated(CASE, base) + alike, repeated(CASE, other) + alike)
    (found,) = (each for each in result.comparisons if each.case == CASE)
    assert found.verdict == SAME and found.interval
    assert found.q_value is not None and found.q_value < FALSE_DISCOVERY_RATE
    alone, beside_one = (
        unseen_between(base, other, found.interval, MARGIN, FALSE_DISCOVERY_RATE * rank / 4)
        for rank in (1, 2)
    )
    assert found.unseen == alone != beside_one


@pytest.mark.parametrize("seed", range(3))
def test_a_smaller_p_value_that_is_asked_for_widens_both_ends(seed: int) -> None:
    base, other = _noisy(2 * seed), _noisy(2 * seed + 1)
    narrow = Interval(0.999 * median(other) / median(base), 1.001 * median(other) / median(base), 1)
    usual, asked = (unseen_between(base, other, narrow, MARGIN, p) for p in (0.05, 0.0001))
    assert asked.low < usual.low and asked.high > usual.high


def test_values_that_never_vary_leave_the_margin_unseen(tmp_path: Path) -> None:
    found = _judged(tmp_path, [5.0] * 10, [5.0] * 10)
    assert found.unseen
    assert found.unseen.low == pytest.approx(1 - MARGIN)
    assert found.unseen.high == pytest.approx(1 + MARGIN)


def test_where_no_p_value_can_be_small_enough_nothing_could_have_been_seen() -> None:
    values = _noisy(1, count=4)
    found = unseen_between(values, values, Interval(0.9, 1.1, 0.95), MARGIN, enough_p=1e-6)
    assert found == EVERYTHING and found.everything
    assert unseen_text(found) == "any"


def test_only_what_shows_no_difference_says_what_was_unseen(tmp_path: Path) -> None:
    base = _noisy(1)
    assert _judged(tmp_path / "1", base, [2 * each for each in base]).unseen is None
    assert _judged(tmp_path / "2", base[:9], base[:9]).unseen is None
    assert unseen_text(None) == "–"


def test_the_text_has_both_ends() -> None:
    assert unseen_text(Unseen(0.91234, 1.1)) == "0.912 – 1.100"
    assert math.isinf(EVERYTHING.high)
