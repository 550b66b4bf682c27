"""Plots come from records alone, and show what the records say."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from conftest import Command
from matplotlib.figure import Figure
from synthetic_run import metric, record, repeated, series, write_run
from unitcost_scripts.plots import draw_all
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.plots.throughput import ideal_line
from unitcost_scripts.runs import run_directory

EXPECTED = [
    "bill",
    "crossover-memory",
    "crossover-tasks",
    "footprint-idle-touch-0",
    "footprint-memory_over_units-touch-0",
    "grain",
    "spawn",
    "switch-switch_ns-units-2",
    "throughput-fib",
    "throughput-matmul",
]


def _draw(directory: Path, records: list[dict[str, object]]) -> dict[str, Drawing]:
    plots = directory / "plots"
    plots.mkdir()
    run = run_directory.load(write_run(directory / "run", records))
    return {drawing.name: drawing for drawing in draw_all(run, plots)}


def _texts(figure: Figure) -> list[str]:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")]
        found += [tick.get_text() for tick in axes.get_yticklabels()]
    return found


def _hollow(figure: Figure) -> list[bool]:
    return [
        line.get_markerfacecolor() == "white"
        for axes in figure.axes
        for line in axes.lines
        if line.get_linestyle() == "None"
    ]


def test_every_plot_is_drawn_twice_and_is_not_empty(
    tmp_path: Path, rich_run: Path, command: Command
) -> None:
    copy = tmp_path / "copied"  # only what the contract names: nothing else is needed
    copy.mkdir()
    for name in ("manifest.json", "journal.jsonl"):
        shutil.copy(rich_run / name, copy)
    code, out, _ = command("plot", copy)
    assert code == 0 and out.startswith(f"{len(EXPECTED)} plots")
    plots = copy / "report" / "plots"
    assert sorted(each.stem for each in plots.glob("*.svg")) == EXPECTED
    assert sorted(each.stem for each in plots.glob("*.png")) == EXPECTED
    for path in plots.glob("*.png"):
        assert matplotlib.image.imread(path)[:, :, :3].std() > 0.05, path


def test_the_same_records_give_the_same_svg(tmp_path: Path, rich_run: Path) -> None:
    run = run_directory.load(rich_run)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        draw_all(run, tmp_path / name)
    for path in (tmp_path / "first").glob("*.svg"):
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_name_label_unit_and_direction_come_from_the_record(tmp_path: Path) -> None:
    value = metric("fox_speed", 3.0, "furlong", label="speed of the fox", direction="greater")
    drawn = _draw(tmp_path, [record("zoology/fox/meadow", 0, [value])])
    assert list(drawn) == ["zoology-meadow-fox_speed"]
    figure = drawn["zoology-meadow-fox_speed"].figure
    texts = " ".join(_texts(figure))
    assert "zoology meadow: speed of the fox" in texts
    assert figure.axes[0].get_xlabel() == "speed of the fox"
    assert figure.axes[0].xaxis.get_major_formatter()(3.0) == "3 furlong"
    assert "greater is better" in texts


def test_of_a_fact_neither_more_nor_less_is_called_better(tmp_path: Path) -> None:
    value = metric("paws", 4.0, "1", direction="neither")
    drawn = _draw(tmp_path, [record("zoology/fox/meadow", 0, [value])])
    assert "neither more nor less is better" in drawn["zoology-meadow-paws"].subtitle


def test_the_caption_names_machine_date_commit_and_repetitions(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, repeated("switch/tbb/idle/by:yield", [1, 2, 3, 4, 5, 6]))
    caption = " ".join(_texts(drawn["switch-switch_ns"].figure)).replace("\n", " ")
    for part in ("Example CPU 3000", "2026-01-02", "0123456789ab", "6 repetitions"):
        assert part in caption


def test_the_ideal_speed_up_is_the_number_of_workers_on_a_logarithmic_axis_too() -> None:
    x, ideal = ideal_line("speedup", [1, 2])
    at_one = np.exp(np.interp(1, x, np.log(ideal)))  # as the line is drawn between its points
    assert at_one == pytest.approx(1, rel=0.001)
    assert set(ideal_line("efficiency", [1, 2])[1]) == {1}


@pytest.mark.parametrize(("count", "hollow"), [(5, True), (6, False)])
def test_fewer_than_six_repetitions_are_drawn_hollow(
    tmp_path: Path, count: int, hollow: bool
) -> None:
    values = [10.0 + index for index in range(count)]
    drawn = _draw(tmp_path, repeated("switch/tbb/idle/by:yield", values))
    assert _hollow(drawn["switch-switch_ns"].figure) == [hollow]


def test_panels_and_rows_are_sorted_by_number(tmp_path: Path) -> None:
    cases = [f"switch/tbb/idle/by:yield/cores:{cores}" for cores in (16, 1, 2)]
    drawn = _draw(tmp_path, [each for case in cases for each in repeated(case, [1.0])])
    titles = [axes.get_title(loc="left") for axes in drawn["switch-switch_ns"].figure.axes]
    assert titles == ["cores:1", "cores:2", "cores:16"]


def _memory(model: str, user: float, kernel: float) -> dict[str, object]:
    values = [
        metric("resident_bytes_per_unit", user, "bytes"),
        metric("kernel_bytes_per_unit", kernel, "bytes"),
        metric("total_bytes_per_unit", user + kernel, "bytes"),
    ]
    return record(f"footprint/{model}/idle", 0, values)


def test_memory_is_stacked_on_a_linear_axis_when_totals_are_alike(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, [_memory("process", 4000, 2000), _memory("tbb", 300, 100)])
    (axes,) = drawn["footprint-idle"].figure.axes
    assert axes.get_xscale() == "linear"
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert ends == [(0, 4000), (4000, 6000), (0, 300), (300, 400)]


def test_memory_of_contenders_stands_beside_that_of_models(tmp_path: Path) -> None:
    """A row each in one plot, although a contender says what its units are and a model how large
    their stacks."""
    cases = [
        "footprint/std_thread/idle/stack:default/touch:0",
        "footprint/py_threads/idle/unit:thread/touch:0",
        "footprint/std_thread/idle/stack:default/touch:64KiB",
    ]
    total = metric("total_bytes_per_unit", 9e3, "bytes")
    drawn = _draw(tmp_path, [record(case, 0, [total]) for case in cases])
    (axes,) = drawn["footprint-idle-touch-0"].figure.axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert len(rows) == 2
    assert any("py_threads" in row for row in rows) and any("std_thread" in row for row in rows)


def test_memory_is_never_stacked_on_a_logarithmic_axis(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, [_memory("process", 40000, 20000), _memory("tbb", 300, 100)])
    totals, shares = drawn["footprint-idle"].figure.axes
    assert (totals.get_xscale(), len(totals.patches)) == ("log", 0)
    assert shares.get_xscale() == "linear"
    assert sum(bar.get_width() for bar in shares.patches) == pytest.approx(200)


def test_a_slope_below_zero_is_drawn_as_nothing(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, [_memory("stackless", 160, -5), _memory("tbb", 300, 100)])
    widths = [bar.get_width() for bar in drawn["footprint-idle"].figure.axes[0].patches]
    assert 0 in widths and min(widths) == 0


@pytest.mark.parametrize(("least", "scale"), [(0.0, "linear"), (0.001, "log")])
def test_a_share_of_zero_is_not_lost_on_a_logarithmic_axis(
    tmp_path: Path, least: float, scale: str
) -> None:
    shares = {"fox": least, "hare": 0.01, "owl": 1.0}
    records = [
        record(f"zoology/{model}/meadow", 0, [metric("night_share", share, "1")])
        for model, share in shares.items()
    ]
    (axes,) = _draw(tmp_path, records)["zoology-meadow-night_share"].figure.axes
    assert axes.get_xscale() == scale


def _values_drawn(tmp_path: Path, values: Sequence[float], unit: str) -> Drawing:
    """One model for each value."""
    records = [
        record(f"zoology/fox{index}/meadow", 0, [metric("size", value, unit)])
        for index, value in enumerate(values)
    ]
    return _draw(tmp_path, records)["zoology-meadow-size"]


@pytest.mark.parametrize("unit", ["1", "ns", "bytes"])
def test_values_that_are_all_zero_get_one_whole_unit_and_are_said_to_be(
    tmp_path: Path, unit: str
) -> None:
    drawing = _values_drawn(tmp_path, [0.0, 0.0], unit)
    (axes,) = drawing.figure.axes
    assert axes.get_xlim() == (0, 1)
    assert drawing.subtitle.endswith("all are 0")


def test_values_of_which_one_is_not_zero_are_not_said_to_be(tmp_path: Path) -> None:
    assert "all are 0" not in _values_drawn(tmp_path, [0.0, 0.1], "1").subtitle


# Ones that are nearly equal have hardly any spread of which there could be a share.
@pytest.mark.parametrize("values", [[8e6, 8e6, 8.004e6], [1.0, 2.0], [-3.0, -1.0], [-2.0, 5.0]])
def test_no_mark_is_cut_off_at_the_end_of_a_linear_axis(
    tmp_path: Path, values: Sequence[float]
) -> None:
    figure = _values_drawn(tmp_path, values, "bytes").figure
    figure.canvas.draw()
    (axes,) = figure.axes
    low, high = axes.get_xlim()
    assert low <= 0 <= high
    half_a_mark = 6 / 72 * figure.dpi / 2
    width = axes.get_window_extent().width
    for value in values:
        place = (value - low) / (high - low) * width
        assert half_a_mark < place < width - half_a_mark


def _ticks(drawing: Drawing) -> list[str]:
    drawing.figure.canvas.draw()
    (axes,) = drawing.figure.axes
    low, high = axes.get_xlim()
    labels = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    return [label.get_text() for place, label in labels if low <= place <= high]


def test_all_ticks_of_a_linear_axis_are_in_one_unit_and_round_in_it(tmp_path: Path) -> None:
    ticks = _ticks(_values_drawn(tmp_path, [2900.0, 700.0], "bytes"))
    assert ticks == ["0 KiB", "0.6 KiB", "1.2 KiB", "1.8 KiB", "2.4 KiB", "3 KiB"]


def test_the_axis_of_counts_has_no_tick_between_them(tmp_path: Path) -> None:
    assert _ticks(_values_drawn(tmp_path, [1.0, 2.0, 8.0], "1")) == ["0", "2", "4", "6", "8"]


def test_the_axis_of_shares_has_ticks_between_zero_and_one(tmp_path: Path) -> None:
    assert "0.2" in _ticks(_values_drawn(tmp_path, [0.5, 1.0], "1"))


def test_a_mark_at_zero_is_whole(tmp_path: Path) -> None:
    (axes,) = _values_drawn(tmp_path, [0.0, 3.0], "ns").figure.axes
    marks = [line for line in axes.lines if line.get_linestyle() == "None"]
    assert len(marks) == 2 and not any(mark.get_clip_on() for mark in marks)


def test_plots_of_one_metric_for_two_workloads_have_two_titles(tmp_path: Path) -> None:
    records = [
        record(f"zoology/fox/{workload}", 0, [metric("paws", 4.0, "1")])
        for workload in ("meadow", "wood")
    ]
    titles = {drawing.title for drawing in _draw(tmp_path, records).values()}
    assert titles == {"zoology meadow: paws", "zoology wood: paws"}


def test_plots_of_rings_of_two_sizes_have_two_titles(tmp_path: Path) -> None:
    cases = [f"switch/tbb/idle/by:yield/cores:1/units:{units}" for units in (2, 64)]
    drawn = _draw(tmp_path, [each for case in cases for each in repeated(case, [1.0])])
    titles = [drawing.title for drawing in drawn.values()]
    assert titles == ["switch: switch ns  units:2", "switch: switch ns  units:64"]


def test_more_variants_of_a_model_than_line_styles_can_still_be_told_apart(tmp_path: Path) -> None:
    curve = series("paws", [[1.0, 4.0], [2.0, 8.0]])
    cases = ["zoology/hare/meadow", *(f"zoology/fox/meadow/age:{age}" for age in range(8))]
    (drawing,) = _draw(tmp_path, [record(case, 0, series=[curve]) for case in cases]).values()
    (axes,) = drawing.figure.axes
    looks = {
        (line.get_linestyle(), line.get_markerfacecolor())
        for line in axes.lines
        if line.get_label().startswith("fox")
    }
    assert len(looks) == 8


def test_records_that_do_not_count_are_not_drawn(tmp_path: Path) -> None:
    good: list[Any] = repeated("switch/tbb/idle/by:yield", [10.0])
    bad = repeated("switch/tbb/idle/by:yield", [1000.0, 2000.0])
    spoilt = [{**bad[0], "discarded": True}, {**bad[1], "end": "unstable", "reason": "disturbed"}]
    drawn = _draw(tmp_path, good + spoilt)
    (axes,) = drawn["switch-switch_ns"].figure.axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[10.0]]


def test_a_run_without_a_single_ok_draws_nothing_and_says_so(
    tmp_path: Path, command: Command
) -> None:
    run = write_run(tmp_path, [record("spawn/null/idle", end="skipped", reason="spawns nothing")])
    code, out, _ = command("plot", run)
    assert code == 0 and out.startswith("0 plots")
