"""Axes that count in units people read, logarithmic where a linear one would hide the small."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from unitcost_scripts.numbers import factor_of, humanise_tick, spans_decades

_TICKS = 6  # of a linear axis, at most
_ROOM = 0.08  # of an axis, beyond the outermost marks: half a mark is never cut off


class _ScaledLocator(MaxNLocator):  # type: ignore[misc]  # matplotlib 3.6 has no types
    """Round numbers of KiB or MiB, of µs or ms, whatever `factor` says: round bytes are none of KiB."""

    def __init__(self, factor: float, **options: Any) -> None:
        super().__init__(_TICKS, **options)
        self._factor = factor

    def tick_values(self, vmin: float, vmax: float) -> Any:
        return self._factor * super().tick_values(vmin / self._factor, vmax / self._factor)


def scale_axis(
    axis: Axis,
    unit: str,
    values: Sequence[float],
    logarithmic: bool | None = None,
    ticks: int = 8,
) -> bool:
    """Fits scale and ticks of one axis to what is drawn on it; True when it became logarithmic.

    The values decide about the scale where the caller does not, and always where none is above zero; about
    `ticks` ticks have room.
    """
    positive = [value for value in values if value > 0]
    if logarithmic is None:
        logarithmic = spans_decades(values)
    logarithmic = logarithmic and bool(positive)
    if logarithmic:
        _make_logarithmic(axis, unit, positive, ticks)
    else:
        _make_linear(axis, unit, values)
    axis.set_minor_formatter(NullFormatter())
    return logarithmic


def _make_linear(axis: Axis, unit: str, values: Sequence[float]) -> None:
    """All ticks in the unit of the greatest value; of counts only whole ones."""
    largest = max(abs(value) for value in values)
    counts = unit == "1" and all(float(value).is_integer() for value in values)
    axis.set_major_locator(_ScaledLocator(factor_of(largest, unit), integer=counts))
    axis.set_major_formatter(FuncFormatter(lambda value, _: humanise_tick(value, unit, largest)))


def _make_logarithmic(axis: Axis, unit: str, positive: Sequence[float], ticks: int) -> None:
    base = 2 if unit == "bytes" else 10
    low, high = min(positive) / 1.8, max(positive) * 1.8
    axis._set_axes_scale("log", base=base)
    axis.set_view_interval(low, high, ignore=True)
    few = high / low < 2000 and base == 10
    axis.set_major_locator(LogLocator(base=base, subs=(1, 2, 5) if few else (1,), numticks=ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: humanise_tick(value, unit)))


def linear_limits(values: Sequence[float]) -> tuple[float, float]:
    """From zero to all values, with room beyond them; one whole unit where all of them are zero, which
    would else be magnified until it looks like something."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        return 0.0, 1.0
    room = _ROOM * (high - low)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 else room)


def axis_label(label: str, logarithmic: bool) -> str:
    """ "one hand-over, logarithmic"; the unit, scaled to be read, is on the ticks."""
    return f"{label}, logarithmic" if logarithmic else label
