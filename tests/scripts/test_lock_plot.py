"""Speed over the share of the work under a lock: what is drawn beside which law."""

from pathlib import Path

import pytest
from synthetic_run import Document, metric, record, series, write_run
from unitcost_scripts.plots import curves, lock
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

PERCENTS = (0, 25, 50, 75, 100)


def _record(case: str, runners: int, repetition: int = 0) -> Document:
    exact = [[percent, lock.speed_by_amdahl(percent, runners)] for percent in PERCENTS]
    return record(
        f"lock/{case}",
        repetition,
        [metric("alone_ns", 20, "ns")],
        series=[series(name, exact, x_unit="%") for name in lock._SERIES],
    )


def test_amdahl_s_law_is_the_mean_of_times_and_the_greatest_speed_what_the_lock_lets_through() -> (
    None
):
    assert lock.speed_by_amdahl(50, 2) == pytest.approx(4 / 3)
    assert [lock.greatest_speed(percent, 2) for percent in (0, 50, 100)] == [2, 2, 1]


def test_each_number_of_units_has_its_panels_with_both_laws_and_a_line_a_case(
    tmp_path: Path,
) -> None:
    records = [
        _record("std_thread/amdahl/lock:std_mutex/workers:2/units:2", 2),
        _record("std_thread/amdahl/lock:spin/workers:2/units:2", 2),
        _record("stackless/amdahl/lock:own/workers:1/units:8", 1),
    ]
    run = run_directory.load(write_run(tmp_path, records))
    with styled():
        (drawing,) = lock.draw(run, summarise(run.counted))
    titles = [axes.get_title(loc="left") for axes in drawing.figure.axes]
    assert [title.split("  ")[:2] for title in titles] == [
        ["workers:1", "units:8"],
        ["workers:1", "units:8"],
        ["workers:2", "units:2"],
        ["workers:2", "units:2"],
    ]
    assert [len(axes.lines) for axes in drawing.figure.axes] == [3, 3, 4, 4]
    for axes in drawing.figure.axes:
        bottom, top = axes.get_ylim()
        assert all(bottom <= y <= top for line in axes.lines for y in line.get_ydata())


def test_exact_speeds_lie_on_the_dashed_law(tmp_path: Path) -> None:
    records = [_record("std_thread/amdahl/lock:std_mutex/workers:2/units:2", 2)]
    run = run_directory.load(write_run(tmp_path, records))
    with styled():
        (drawing,) = lock.draw(run, summarise(run.counted))
    law, _, measured = drawing.figure.axes[0].lines
    assert law.get_linestyle() == "--"
    assert [law.get_ydata()[int(x)] for x in measured.get_xdata()] == list(measured.get_ydata())


def test_no_other_plot_draws_them_again_and_none_is_drawn_of_nothing(tmp_path: Path) -> None:
    case = "std_thread/amdahl/lock:spin/workers:2/units:2"
    run = run_directory.load(write_run(tmp_path, [_record(case, 2)]))
    assert not list(curves.draw_others(run, summarise(run.counted)))
    other = record("switch/std_thread/ring/by:futex", 0, [metric("switch_ns", 1, "ns")])
    empty = run_directory.load(write_run(tmp_path / "other", [other]))
    assert not list(lock.draw(empty, summarise(empty.counted)))
