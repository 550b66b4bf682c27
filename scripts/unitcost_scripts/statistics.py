"""The few statistics that everything here rests on. docs/METHODOLOGY.md argues for them.

None assumes a distribution: times on a shared machine are skewed, have several modes and a heavy
tail.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
FEWEST_FOR_INTERVAL = 6  # values; of fewer no two order statistics hold the median with 95 %
FEWEST_FOR_COMPARISON = 10  # repetitions a side


@dataclass(frozen=True)
class Interval:
    low: float
    high: float
    confidence: float  # what it really covers, at least what was asked for


def median(values: Sequence[float]) -> float:
    return float(np.median(np.asarray(values, dtype=float)))


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """The narrowest pair of order statistics that holds the median with at least `confidence`.

    The k-th smallest and k-th largest of n enclose it with probability 1 - 2 P(Binomial(n, 1/2) <
    k), whatever the distribution (David and Nagaraja, Order Statistics, 7.1). Six values are the
    fewest for 95 %: 96.9 %.
    """
    ordered = sorted(values)
    count = len(ordered)
    found = None
    outside = 0.0
    for k in range(1, count // 2 + 1):
        outside += 2 * math.comb(count, k - 1) / 2**count
        if 1 - outside < confidence:
            break
        found = Interval(ordered[k - 1], ordered[count - k], 1 - outside)
    return found


@functools.cache
def _rank_sum_tail(first: int, second: int, tail: float) -> int:
    """The greatest k with P(U < k) <= tail, for the Mann-Whitney statistic U of two samples from
    one distribution.

    Counts the subsets of the ranks by their sum: each is equally likely.
    """
    largest = first * second
    ways = np.zeros((first + 1, largest + 1))
    ways[0, 0] = 1
    for rank in range(first + second):
        for size in range(min(rank + 1, first), 0, -1):
            above = rank - (size - 1)  # what this rank adds to U as the size-th of the subset
            if above <= largest:
                ways[size, above:] += ways[size - 1, : largest + 1 - above]
    below = np.cumsum(ways[first]) / math.comb(first + second, first)
    return int(np.searchsorted(below, tail, side="right"))


def ratio_interval(
    base: Sequence[float], other: Sequence[float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The interval of how many times `other` is of `base`; all values positive. None where so few
    values cannot give so much confidence.

    Moses' interval (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 4.3) over all
    pairwise ratios: the counterpart of the Mann-Whitney test, exact whatever the distribution if
    both sides differ by a factor. Where they differ in shape as well, the ratio of the medians may
    lie outside; it is then included.
    """
    k = _rank_sum_tail(len(base), len(other), (1 - confidence) / 2)
    if k == 0:
        return None
    ratios = np.sort(np.divide.outer(np.asarray(other), np.asarray(base)), axis=None)
    of_medians = median(other) / median(base)
    low, high = float(ratios[k - 1]), float(ratios[-k])
    return Interval(min(low, of_medians), max(high, of_medians), confidence)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """The q-value of each p-value: the smallest false discovery rate at which it would be a
    discovery.

    Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995).
    """
    count = len(p_values)
    q_values = [1.0] * count
    smallest = 1.0
    by_falling_p = sorted(range(count), key=lambda index: p_values[index], reverse=True)
    for place, index in enumerate(by_falling_p):
        rank = count - place
        smallest = min(smallest, p_values[index] * count / rank)
        q_values[index] = smallest
    return q_values
