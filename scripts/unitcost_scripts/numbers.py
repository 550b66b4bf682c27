"""Numbers as people read them: three significant digits and a unit of fitting size."""

import math
from collections.abc import Sequence

from unitcost_scripts.statistics import Interval

SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "bytes": (
        (2.0**40, "TiB"),
        (2.0**30, "GiB"),
        (2.0**20, "MiB"),
        (2.0**10, "KiB"),
        (1, "B"),
    ),
    "bytes/s": ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1, "B/s")),
    "ns": ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")),
    "1/s": ((1e9, "G/s"), (1e6, "M/s"), (1e3, "k/s"), (1, "/s")),
}


def _scale(value: float, unit: str) -> tuple[float, str]:
    scales = SCALES.get(unit)
    if scales is None:
        return 1, "" if unit == "1" else unit
    for factor, name in scales:
        if abs(value) >= factor:
            return factor, name
    return scales[-1]


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _powers(text: str) -> str:
    """ "1.5e-05" as "1.5·10⁻⁵"; other numbers as they are."""
    digits, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = "10" + str(int(exponent)).translate(_RAISED)
    return power if digits == "1" else f"{digits}·{power}"


def _digits(value: float) -> str:
    """Three significant digits, but no digit of a whole number is lost: "0.0123", "1.23", "12.3",
    "1234".
    """
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude < -4 or magnitude > 6:
        return _powers(f"{value:.2e}")
    return f"{value:.{max(0, 2 - magnitude)}f}"


def humanise(value: float, unit: str) -> str:
    """ "35.7 KiB", "1.24 µs", "3.10 M/s", "0.981"."""
    factor, name = _scale(value, unit)
    return f"{_digits(value / factor)} {name}".rstrip()


def humanise_interval(interval: Interval, unit: str) -> str:
    """ "35.5 – 35.9 KiB": one unit for both ends where it fits both."""
    low, high = (humanise(end, unit) for end in (interval.low, interval.high))
    low_number, _, low_unit = low.partition(" ")
    _, _, high_unit = high.partition(" ")
    return f"{low_number if low_unit == high_unit else low} – {high}"


def factor_of(value: float, unit: str) -> float:
    """Of the scaled unit in which `value` is read: 1024 for bytes that are KiB."""
    return _scale(value, unit)[0]


def humanise_tick(value: float, unit: str, like: float | None = None) -> str:
    """For axes: no digit that carries nothing. In the unit that fits `like`, where it is given: all of
    an axis can then be in one.
    """
    factor, name = _scale(value if like is None else like, unit)
    return f"{_powers(f'{value / factor:g}')} {name}".rstrip()


def spans_decades(values: Sequence[float], ratio: float = 50) -> bool:
    """Whether a linear axis would squeeze the small ones, of those above zero, to nothing."""
    positive = [value for value in values if value > 0]
    return bool(positive) and max(positive) > ratio * min(positive)
