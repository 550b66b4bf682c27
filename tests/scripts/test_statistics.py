"""The rules of statistics, against answers known from elsewhere."""

import random

import pytest
from unitcost_scripts.comparing.rank_test import mann_whitney_p
from unitcost_scripts.statistics import benjamini_hochberg, median_interval, ratio_interval


def test_six_values_are_the_fewest_with_an_interval_and_give_their_range() -> None:
    assert median_interval([5, 1, 4, 2, 3]) is None
    interval = median_interval([6, 1, 4, 2, 3, 5])
    assert interval is not None
    assert (interval.low, interval.high) == (1, 6)
    assert interval.confidence == pytest.approx(0.96875)


@pytest.mark.parametrize(
    ("count", "rank", "confidence"),
    # the classic table of sign-test intervals
    [
        (8, 1, 0.9922),
        (9, 2, 0.9609),
        (10, 2, 0.9785),
        (15, 4, 0.9648),
        (20, 6, 0.9586),
        (30, 10, 0.9572),
    ],
)
def test_median_interval_takes_the_tabled_ranks(count: int, rank: int, confidence: float) -> None:
    interval = median_interval(list(range(1, count + 1)))
    assert interval is not None
    assert (interval.low, interval.high) == (rank, count + 1 - rank)
    assert interval.confidence == pytest.approx(confidence, abs=5e-5)


def test_median_interval_covers_the_median_as_often_as_it_says() -> None:
    generator = random.Random(7)
    trials = 4000
    covered = 0
    for _ in range(trials):
        interval = median_interval([generator.expovariate(1) for _ in range(10)])
        assert interval is not None
        covered += interval.low <= 0.693147 <= interval.high
    assert covered / trials == pytest.approx(0.9785, abs=0.01)


def test_benjamini_hochberg_gives_the_known_q_values() -> None:
    # what R's p.adjust(p, "BH") prints
    p_values = [0.01, 0.04, 0.03, 0.005, 0.5]
    assert benjamini_hochberg(p_values) == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.5])


def test_benjamini_hochberg_of_nothing_is_nothing() -> None:
    assert benjamini_hochberg([]) == []


def test_mann_whitney_is_exact_without_ties() -> None:
    # complete separation of 10 and 10: 2 / C(20, 10)
    assert mann_whitney_p(range(10), range(20, 30)) == pytest.approx(2 / 184756)


def test_mann_whitney_sees_nothing_in_identical_values() -> None:
    assert mann_whitney_p([3.0] * 10, [3.0] * 10) == 1.0


def test_mann_whitney_takes_ties() -> None:
    assert mann_whitney_p([1, 1, 1, 2] * 3, [2, 2, 2, 1] * 3) < 0.05


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_repetitions_have_no_ratio_interval(count: int) -> None:
    assert ratio_interval([1.0] * count, [2.0] * count) is None


def test_ratio_interval_takes_the_tabled_ranks_of_ten_and_ten() -> None:
    # critical value 23 of the Mann-Whitney table: the 24th ratio from either end of 100
    base = [1.0] * 10
    other = [float(value) for value in range(1, 11)]  # each ratio ten times
    interval = ratio_interval(base, other)
    assert interval is not None
    assert (interval.low, interval.high) == (3.0, 8.0)


def test_ratio_interval_agrees_with_the_test_it_belongs_to() -> None:
    generator = random.Random(11)
    for _ in range(300):
        base = [generator.lognormvariate(0, 0.1) for _ in range(10)]
        other = [generator.lognormvariate(0.09, 0.1) for _ in range(10)]
        interval = ratio_interval(base, other)
        assert interval is not None
        outside = not interval.low <= 1 <= interval.high
        assert outside == (mann_whitney_p(base, other) <= 0.05)


def test_ratio_interval_covers_a_known_factor_as_often_as_it_says() -> None:
    generator = random.Random(13)
    trials = 2000
    covered = 0
    for _ in range(trials):
        base = [generator.lognormvariate(0, 0.2) for _ in range(10)]
        other = [1.3 * generator.lognormvariate(0, 0.2) for _ in range(10)]
        interval = ratio_interval(base, other)
        assert interval is not None
        covered += interval.low <= 1.3 <= interval.high
    assert 0.94 <= covered / trials <= 0.98


def test_ratio_interval_holds_the_ratio_of_the_medians() -> None:
    generator = random.Random(17)
    for _ in range(200):
        base = [generator.choice([1.0, 1.9]) * generator.lognormvariate(0, 0.01) for _ in range(10)]
        other = [
            generator.choice([1.0, 3.0]) * generator.lognormvariate(0, 0.01) for _ in range(11)
        ]
        interval = ratio_interval(base, other)
        assert interval is not None
        ratio = (sorted(other)[5]) / ((sorted(base)[4] + sorted(base)[5]) / 2)
        assert interval.low <= ratio * (1 + 1e-12) and ratio <= interval.high * (1 + 1e-12)


def test_more_confidence_widens_the_interval_of_a_ratio_until_there_is_none() -> None:
    base, other = list(range(10, 20)), list(range(15, 25))
    usual, surer = ratio_interval(base, other), ratio_interval(base, other, 0.999)
    assert usual and surer
    assert surer.low < usual.low and surer.high > usual.high
    assert ratio_interval(base, other, 1 - 1e-9) is None
