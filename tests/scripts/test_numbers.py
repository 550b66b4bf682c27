import pytest
from unitcost_scripts.numbers import humanise, humanise_interval, humanise_tick, spans_decades
from unitcost_scripts.statistics import Interval


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (35_700, "bytes", "34.9 KiB"),
        (8 * 2**20, "bytes", "8.00 MiB"),
        (0.4, "bytes", "0.400 B"),
        (0, "bytes", "0 B"),
        (-12.5, "bytes", "-12.5 B"),
        (1_240, "ns", "1.24 µs"),
        (3_100_000, "1/s", "3.10 M/s"),
        (1_240_000_000, "bytes/s", "1.24 GB/s"),
        (0.9812, "1", "0.981"),
        (1234, "switches", "1234 switches"),
        (0.0000123, "1", "1.23·10⁻⁵"),
        (12_300_000, "1", "1.23·10⁷"),
    ],
)
def test_numbers_are_written_as_people_read_them(value: float, unit: str, text: str) -> None:
    assert humanise(value, unit) == text


def test_an_interval_names_its_unit_once_where_both_ends_share_it() -> None:
    assert humanise_interval(Interval(1100, 1200, 0.95), "ns") == "1.10 – 1.20 µs"
    assert humanise_interval(Interval(900, 1200, 0.95), "ns") == "900 ns – 1.20 µs"
    assert humanise_interval(Interval(1e9, 2e9, 0.95), "ns") == "1.00 – 2.00 s"
    assert humanise_interval(Interval(5e8, 2e9, 0.95), "ns") == "500 ms – 2.00 s"


def test_a_unit_in_which_that_of_the_other_end_ends_is_named_too() -> None:
    assert humanise_interval(Interval(512, 1024, 0.95), "bytes") == "512 B – 1.00 KiB"
    assert humanise_interval(Interval(900, 1200, 0.95), "1/s") == "900 /s – 1.20 k/s"


@pytest.mark.parametrize(
    ("value", "unit", "like", "text"),
    [
        (1536, "bytes", None, "1.5 KiB"),
        (512, "bytes", 1536, "0.5 KiB"),
        (0, "ns", 4e6, "0 ms"),
        (0.000003, "1", None, "3·10⁻⁶"),
        (1_000_000, "1", None, "10⁶"),
    ],
)
def test_ticks_have_no_digit_that_carries_nothing(
    value: float, unit: str, like: float | None, text: str
) -> None:
    assert humanise_tick(value, unit, like) == text


def test_an_axis_turns_logarithmic_beyond_fifty_fold() -> None:
    assert not spans_decades([1, 50])
    assert spans_decades([1, 51])
    assert not spans_decades([-5, 0])
