"""Points of several repetitions that were meant to lie at one place."""

from collections.abc import Iterable

from unitcost_scripts.runs.records import Point

_SAME_X_RATIO = 1.2  # steps of a series are larger, what repetitions differ by is smaller


def same_places(points: Iterable[Point]) -> list[list[Point]]:
    """Grouped where their x is the same but for a calibration's noise, ascending."""
    groups: list[list[Point]] = []
    for point in sorted(points):
        if groups and point[0] <= groups[-1][0][0] * _SAME_X_RATIO:
            groups[-1].append(point)
        else:
            groups.append([point])
    return groups


def same_lengths(lengths: Iterable[float]) -> list[list[float]]:
    """Lengths alone, without what was measured at them."""
    groups = same_places((length, 0.0) for length in lengths)
    return [[length for length, _ in group] for group in groups]
