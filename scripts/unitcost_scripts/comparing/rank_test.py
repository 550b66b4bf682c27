"""The Mann-Whitney test; apart from the other statistics because only comparing needs scipy."""

from collections.abc import Sequence

from scipy import stats

_LARGEST_EXACT = 30


def mann_whitney_p(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p-value that both samples come from one distribution.

    Exact where there are no ties and the samples are small; else normal with the tie correction.
    """
    pooled = [*first, *second]
    if len(set(pooled)) == 1:
        return 1.0
    tied = len(set(pooled)) < len(pooled)
    exact = not tied and max(len(first), len(second)) <= _LARGEST_EXACT
    method = "exact" if exact else "asymptotic"
    return float(stats.mannwhitneyu(first, second, alternative="two-sided", method=method).pvalue)
