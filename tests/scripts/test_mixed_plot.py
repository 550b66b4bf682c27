"""The plot from waiting to computing: who is in it, where, and relative to whom."""

from pathlib import Path

import pytest
from synthetic_run import Document, metric, record, write_run

from unitcost_scripts.plots import mixed
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.runs import run_directory

_STEPS = {1_000: 1_300.0, 100_000: 130_000.0}


def _records(model: str, overhead_ns: float, way: str = "") -> list[Document]:
    return [
        record(
            f"latency/{model}/mixed/{way}load:closed/connections:64/bytes:64/computing:{steps}",
            repetition,
            [
                metric("cpu_ns_per_request", computing_ns + overhead_ns + repetition, "ns"),
                metric("requests_per_second", 1e9 / (computing_ns + overhead_ns), "1/s"),
                metric("computing_ns", computing_ns, "ns"),
            ],
        )
        for steps, computing_ns in _STEPS.items()
        for repetition in range(6)
    ]


def _draw(directory: Path, records: list[Document]) -> list[Drawing]:
    return list(mixed.draw(run_directory.load(write_run(directory, records)), []))


@pytest.fixture
def drawn(tmp_path: Path) -> Drawing:
    records = [
        *_records("floor", 5_000),
        *_records("std_thread", 10_000),
        *_records("stackless", 5_000, "over:io_uring/"),
    ]
    (drawing,) = _draw(tmp_path, records)
    return drawing


def _line(axes: object, label: str) -> tuple[list[float], list[float]]:
    (line,) = [each for each in axes.lines if each.get_label() == label]  # type: ignore[attr-defined]
    return list(line.get_xdata()), list(line.get_ydata())


def test_each_model_and_way_has_a_line_over_how_long_the_computing_takes(drawn: Drawing) -> None:
    rate, _ = drawn.figure.axes
    for label in ("floor", "std_thread", "stackless over:io_uring"):
        assert _line(rate, label)[0] == list(_STEPS.values())


def test_ratios_are_taken_to_the_floor_and_come_near_one(drawn: Drawing) -> None:
    _, ratio = drawn.figure.axes
    _, values = _line(ratio, "std_thread")
    assert values[0] == pytest.approx(11_302.5 / 6_302.5, rel=1e-3)
    assert values[1] == pytest.approx(140_002.5 / 135_002.5, rel=1e-3)
    assert not [each for each in ratio.lines if each.get_label() == "floor"]


def test_without_a_floor_there_is_no_ratio(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records("stackless", 5_000))
    assert len(drawing.figure.axes) == 1


def test_other_workloads_are_none_of_its_business(tmp_path: Path) -> None:
    case = "latency/floor/echo/load:closed/connections:64/bytes:64"
    assert not _draw(tmp_path, [record(case, 0, [metric("cpu_ns_per_request", 1, "ns")])])
