"""Threads of an elastic pool over time: a panel a setting, a line a repetition."""

from pathlib import Path

from synthetic_run import Document, metric, record, series, write_run
from unitcost_scripts.plots import curves, elastic
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _record(setting: str, repetition: int, threads: int) -> Document:
    curve = series("threads", [[0, 1], [5, 1], [5, threads], [9, threads]], x_unit="ms")
    case = f"elastic/thread_pool/bursts/setting:{setting}"
    return record(case, repetition, [metric("most_threads", threads, "1")], series=[curve])


def test_all_repetitions_of_all_settings_are_within_the_axes(tmp_path: Path) -> None:
    records = [_record("usual", 0, 3), _record("usual", 1, 4), _record("too_many", 0, 32)]
    run = run_directory.load(write_run(tmp_path, records))
    with styled():
        (drawing,) = elastic.draw(run, summarise(run.counted))
    first, second = drawing.figure.axes
    assert [axes.get_title(loc="left") for axes in (first, second)] == [
        "setting:too_many",
        "setting:usual",
    ]
    assert [len(axes.lines) for axes in (first, second)] == [1, 2]
    for axes in (first, second):
        bottom, top = axes.get_ylim()
        assert bottom == 0 and top >= 32


def test_no_other_plot_draws_them_again(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [_record("usual", 0, 3)]))
    assert not list(curves.draw_others(run, summarise(run.counted)))
