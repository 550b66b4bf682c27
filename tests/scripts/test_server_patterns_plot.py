"""The map of half-sync/half-async against leader/followers: its cells, its line, its colours."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.plots import draw_all, server_patterns
from unitcost_scripts.plots.canvas import Drawing, styled
from unitcost_scripts.plots.server_patterns import Border
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

_SIZES = (0, 1024, 16384, 131072, 1048576)
_LENGTHS = (0, 10, 100)
Ratio = Callable[[int, int], float]


def _records(ratio: Ratio, workers: int = 2, repetitions: int = 6) -> list[Document]:
    return [
        record(
            f"server_patterns/thread_pool/requests/bytes:{size}/handler_us:{length}"
            f"/workers:{workers}",
            repetition,
            [
                metric("lf_over_hsha", ratio(size, length) * (1 + repetition / 100), "1"),
                metric("hsha_over_lf_cpu", 1.3, "1"),
                metric("lf_requests_per_second", 1000, "1/s"),
            ]
            + ([metric("hsha_over_lf_p99", 0.9, "1")] if size < 1048576 else []),
        )
        for size, length in itertools.product(_SIZES, _LENGTHS)
        for repetition in range(repetitions)
    ]


def _falling(size: int, length: int) -> float:
    """From 1.6 to 0.8: better without data, worse with much of it."""
    return 1.6 - 0.2 * _SIZES.index(size) + length / 1e6


def _draw(directory: Path, records: list[Document]) -> list[Drawing]:
    run = run_directory.load(write_run(directory, records))
    with styled():
        return list(server_patterns.draw(run, summarise(run.counted)))


def _maps(drawing: Drawing) -> list[Any]:
    return [axes for axes in drawing.figure.axes if axes.images]


def _written(axes: Any) -> dict[tuple[float, float], str]:
    return {each.get_position(): each.get_text() for each in axes.texts}


def test_each_cell_tells_its_median_and_interval(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling))
    throughput, *_ = _maps(drawing)
    assert _written(throughput)[0, 0].splitlines() == ["1.64", "1.60 – 1.68"]
    assert throughput.images[0].get_array()[0, 4] == pytest.approx(0.8 * 1.025)
    assert [text.get_text() for text in throughput.get_xticklabels()][-1] == "1 MiB"
    assert [text.get_text() for text in throughput.get_yticklabels()] == ["0 µs", "10 µs", "100 µs"]


def test_fewer_than_six_repetitions_have_no_interval(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling, repetitions=5))
    assert _written(_maps(drawing)[0])[0, 0] == "1.63"


def test_the_line_lies_where_the_ratio_passes_one(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling))
    throughput, p99, cpu = _maps(drawing)
    # 1.025 at 128 KiB, 0.82 at 1 MiB, for all lengths.
    assert [list(line.get_xdata()) for line in throughput.lines] == [[3.5, 3.5]] * 3
    assert "black line" in throughput.get_title(loc="left")
    for axes in (p99, cpu):
        assert not axes.lines and "no crossover" in axes.get_title(loc="left")


def test_the_line_goes_around_cells_and_not_where_nothing_was_measured() -> None:
    grid = np.array([[0.9, 1.1, np.nan], [0.9, 0.9, 0.9]])
    sure = np.array([[True, True, False], [True, False, False]])
    assert server_patterns.crossover_of(grid, sure) == [
        Border((0.5, 0.5), (-0.5, 0.5), is_sure=True),
        Border((0.5, 1.5), (0.5, 0.5), is_sure=False),
    ]


@pytest.mark.parametrize(("offset", "style"), [(-0.02, "--"), (0.02, "-")])
def test_the_line_is_dashed_beside_a_cell_whose_interval_holds_one(
    tmp_path: Path, offset: float, style: str
) -> None:
    # Repetitions spread by 5 %.
    def ratio(size: int, _: int) -> float:
        return 0.8 if size > 0 else 1 + offset

    (drawing,) = _draw(tmp_path, _records(ratio))
    assert {line.get_linestyle() for line in _maps(drawing)[0].lines} == {style}


def test_what_has_no_p99_is_told(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling))
    p99 = _maps(drawing)[1]
    assert _written(p99)[4, 0] == "too few\nrequests"
    assert np.isnan(np.asarray(p99.images[0].get_array())[0, 4])


def test_colours_have_one_in_their_middle(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling))
    for axes in _maps(drawing):
        low, high = axes.images[0].get_clim()
        assert low * high == pytest.approx(1)
        assert axes.images[0].norm(1) == pytest.approx(0.5)
    assert min(matplotlib.colormaps["PuOr"](0.5)[:3]) > 0.9


@pytest.mark.parametrize(
    ("ratios", "span"), [([1.0], 1.25), ([1.1, 0.6], 2), ([4.9], 5), ([0.0005], 2000)]
)
def test_the_span_of_colours_holds_all_ratios(ratios: list[float], span: float) -> None:
    assert server_patterns.span_of(ratios) == pytest.approx(span)


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ([1.1, 2], "L/F is nowhere worse"),
        ([0.5, 1], "HS/HA is nowhere worse"),
        ([0.5, 2], "black line"),
    ],
)
def test_the_reader_is_told_what_became_of_the_crossover(ratios: list[float], said: str) -> None:
    assert said in server_patterns.crossover_said(ratios)


def test_each_number_of_workers_has_a_map_and_nothing_else_is_drawn(tmp_path: Path) -> None:
    records = _records(_falling) + _records(_falling, workers=16)
    run = run_directory.load(write_run(tmp_path / "run", records))
    (tmp_path / "plots").mkdir()
    drawn = draw_all(run, tmp_path / "plots")
    names = [drawing.name for drawing in drawn if drawing.measure != "crossover"]
    assert names == [f"server-patterns-thread_pool-workers-{count}" for count in (2, 16)]


def test_a_run_of_one_case_is_drawn_without_a_line(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, _records(_falling)[:6])
    assert len(_maps(drawing)) == 3
