"""The numbers of workloads/splitmix64.hpp."""

from collections.abc import Callable

BITS_64 = (1 << 64) - 1
GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def mix(position: int) -> int:
    z = (position + GOLDEN_GAMMA) & BITS_64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & BITS_64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & BITS_64
    return z ^ (z >> 31)


def splitmix64(state: int) -> Callable[[int], int]:
    """A stream of numbers, each below the bound that is asked for."""

    def below(bound: int) -> int:
        nonlocal state
        value = mix(state)
        state = (state + GOLDEN_GAMMA) & BITS_64
        return value % bound

    return below
