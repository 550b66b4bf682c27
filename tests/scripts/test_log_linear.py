"""Histograms in HdrHistogram's layout, against sorted values."""

import math
import random

import pytest
from open_load_run import at_rate, histogram
from unitcost_scripts.runs import records
from unitcost_scripts.runs.log_linear import LogLinear, is_log_linear, merged, percentile_text
from unitcost_scripts.runs.records import Histogram


def _values(seed: int, count: int) -> list[int]:
    source = random.Random(seed)
    return [int(source.lognormvariate(11, 2)) for _ in range(count)]


def _read(values: list[int]) -> Histogram:
    document = at_rate("floor", 1000, values)
    return records.from_document(document, 1, "here").histograms["latency_ns"]


def _merged(*parts: list[int]) -> LogLinear:
    return merged([_read(part) for part in parts])


def test_repetitions_merged_are_one_repetition_with_the_samples_of_all() -> None:
    first, second = _values(1, 3000), _values(2, 500)
    assert _merged(first, second) == _merged(first + second)
    assert _merged(first, second).samples == 3500


def test_every_step_says_what_the_sorted_values_say_within_a_thousandth() -> None:
    values = _values(3, 20_000)
    ordered = sorted(values)
    steps = list(_merged(values).steps())
    assert len(steps) > 40
    for step in steps:
        truth = ordered[max(0, math.ceil(step.share * len(ordered)) - 1)]
        assert truth <= step.value <= truth * 1.001
        assert step.count >= step.share * len(ordered)
        assert step.count == sum(value <= step.value for value in ordered)


def test_steps_halve_with_the_distance_to_the_end() -> None:
    shares = [step.share for step in _merged(_values(4, 100_000)).steps()]
    assert shares[:6] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert shares[6:11] == pytest.approx([0.55, 0.6, 0.65, 0.7, 0.75])
    assert shares[-1] == 1


def test_no_step_but_the_maximum_has_fewer_than_ten_samples_beyond() -> None:
    for count in (1, 9, 10, 11, 1000, 20_000):
        steps = list(_merged(_values(5, count)).steps())
        *inner, last = steps
        assert last.share == 1 and last.count == count
        assert all((1 - step.share) * count >= 10 - 1e-6 for step in inner)
        assert bool(inner) == (count >= 10)


def test_a_sub_bucket_is_as_wide_as_the_layout_says() -> None:
    layout = LogLinear(2048, {})
    widths = {least: layout.width(least) for least in (0, 2047, 2048, 4094, 4096, 100_032)}
    assert widths == {0: 1, 2047: 1, 2048: 2, 4094: 2, 4096: 4, 100_032: 64}


def test_quarter_octaves_are_told_apart() -> None:
    document = at_rate("floor", 1000, [1, 2, 3])
    del document["histograms"][0]["sub_buckets"]
    assert not is_log_linear(records.from_document(document, 1, "here").histograms["latency_ns"])
    assert is_log_linear(_read([1, 2, 3]))


def test_the_text_is_read_by_what_reads_the_format() -> None:
    values = _values(6, 5000)
    lines = percentile_text(_merged(values), 1e3).splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert lines[1] == ""
    body = [line.split() for line in lines[2:] if not line.startswith("#")]
    assert all(len(columns) == 4 for columns in body[:-1]) and len(body[-1]) == 3
    for value, share, count, inverse in body[:-1]:
        assert float(inverse) == pytest.approx(1 / (1 - float(share)), abs=0.01)
        assert int(count) == sum(each <= float(value) * 1000 + 0.5 for each in values)
    assert float(body[-1][0]) == pytest.approx(max(values) / 1e3, rel=0.001)
    assert lines[-3].startswith("#[Mean    =") and lines[-1].endswith("2048]")
    mean = float(lines[-3].split("=")[1].split(",")[0])
    assert mean == pytest.approx(sum(values) / len(values) / 1e3, rel=0.001)
    assert int(lines[-2].split("=")[2].rstrip("]")) == 5000


def test_the_invented_histograms_count_every_value() -> None:
    assert sum(count for _, count in histogram(_values(7, 1234))["buckets"]) == 1234
