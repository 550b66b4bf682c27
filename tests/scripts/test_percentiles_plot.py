"""The percentiles of one distribution are one plot, and nothing of them is lost in it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from synthetic_run import metric, record, write_run
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.plots.dots import draw_distributions, draw_plain
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

RANKS = {"p50": 20.0, "p90": 90.0, "p99": 400.0, "p99_9": 4000.0, "max": 9000.0}


def _record(
    model: str, index: int, factor: float, ranks: Iterable[str] = RANKS, histogram: bool = True
) -> dict[str, Any]:
    metrics = [metric(f"wait_{rank}_ns", factor * RANKS[rank], "ns") for rank in ranks]
    told = {
        "name": "wait_ns",
        "label": "waits at the burrow",
        "unit": "ns",
        "samples": 2000,
        "percentiles": {"50": factor * RANKS["p50"]},
        "buckets": [],
    }
    extra = {"histograms": [told]} if histogram else {}
    return record(f"zoology/{model}/meadow", index, metrics, **extra)


def _draw(directory: Path, records: list[dict[str, Any]]) -> dict[str, Drawing]:
    run = run_directory.load(write_run(directory, records))
    summaries = summarise(run.counted)
    drawn = [*draw_distributions(run, summaries), *draw_plain(run, summaries)]
    return {each.name: each for each in drawn}


def _marks(figure: Figure) -> list[tuple[float, float]]:
    """Where they are: value and row."""
    (axes,) = figure.axes
    return sorted(
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axes.lines
        if line.get_linestyle() == "None"
    )


def test_all_percentiles_of_a_distribution_are_marks_of_one_plot(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, [_record("fox", 0, 1.0), _record("hare", 0, 2.0)])
    assert list(drawn) == ["zoology-meadow-wait_ns"]
    drawing = drawn["zoology-meadow-wait_ns"]
    assert drawing.title == "zoology meadow: waits at the burrow"
    expected = [(value, 0) for value in RANKS.values()]
    expected += [(2 * value, 1) for value in RANKS.values()]
    assert _marks(drawing.figure) == sorted(expected)


def test_the_key_names_each_percentile_in_the_order_of_rank(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, [_record("fox", 0, 1.0, reversed(RANKS))]).values()
    (key,) = drawing.figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["p50", "p90", "p99", "p99.9", "max"]


def test_each_percentile_has_a_mark_of_its_own(tmp_path: Path) -> None:
    (drawing,) = _draw(tmp_path, [_record("fox", 0, 1.0)]).values()
    (axes,) = drawing.figure.axes
    marks = [line.get_marker() for line in axes.lines if line.get_linestyle() == "None"]
    assert len(set(marks)) == len(RANKS)


@pytest.mark.parametrize(("count", "hollow"), [(5, True), (6, False)])
def test_a_percentile_without_interval_is_hollow(tmp_path: Path, count: int, hollow: bool) -> None:
    records = [_record("fox", index, 1.0 + index) for index in range(count)]
    (drawing,) = _draw(tmp_path, records).values()
    (axes,) = drawing.figure.axes
    faces = [line.get_markerfacecolor() for line in axes.lines if line.get_linestyle() == "None"]
    assert [face == "white" for face in faces] == [hollow] * len(RANKS)
    intervals = [line for line in axes.lines if line.get_alpha() is not None]
    assert len(intervals) == (0 if hollow else len(RANKS))


def test_a_rank_that_one_case_could_not_tell_is_left_out_of_its_row_alone(tmp_path: Path) -> None:
    records = [_record("fox", 0, 1.0), _record("hare", 0, 2.0, ["p50", "p90", "max"])]
    (drawing,) = _draw(tmp_path, records).values()
    assert [value for value, row in _marks(drawing.figure) if row == 1] == [40, 180, 18000]


def test_a_single_percentile_stays_a_dot_with_its_name(tmp_path: Path) -> None:
    assert list(_draw(tmp_path, [_record("fox", 0, 1.0, ["p99"])])) == [
        "zoology-meadow-wait_p99_ns"
    ]


def test_names_alone_make_no_distribution(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, [_record("fox", 0, 1.0, ["p50", "p99"], histogram=False)])
    assert list(drawn) == ["zoology-meadow-wait_p50_ns", "zoology-meadow-wait_p99_ns"]
