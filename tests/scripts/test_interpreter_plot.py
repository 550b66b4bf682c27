"""What a global interpreter lock does to threads: a panel a job."""

from pathlib import Path

from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.plots import dots, interpreter
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _record(model: str, job: str, name: str, value: float, unit: str) -> Document:
    case = f"interpreter_lock/{model}/{job}/workers:2"
    return record(case, 0, [metric(name, value, unit), metric("most_inside", 1, "1")])


def _records() -> list[Document]:
    return [
        _record("gil", "io_bound", "speed_up", 7.5, "1"),
        _record("std_thread", "io_bound", "speed_up", 7.75, "1"),
        _record("gil", "cpu_bound", "speed_up", 0.875, "1"),
        _record("std_thread", "cpu_bound", "speed_up", 1.75, "1"),
        _record("gil", "mixed", "lateness_p50_ns", 5.25e6, "ns"),
        _record("std_thread", "mixed", "lateness_p50_ns", 6e4, "ns"),
    ]


def test_each_job_has_a_panel_with_the_lock_beside_none(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        speed, lateness = interpreter.draw(run, summarise(run.counted))
    assert [drawing.name for drawing in (speed, lateness)] == [
        "interpreter_lock-speed-up",
        "interpreter_lock-lateness",
    ]
    assert {drawing.measure for drawing in (speed, lateness)} == {"interpreter_lock"}
    computing, waiting = speed.figure.axes
    assert [axes.get_title(loc="left")[:3] for axes in (computing, waiting)] == ["cpu", "io_"]
    assert [label.get_text() for label in computing.get_yticklabels()] == ["std_thread", "gil"]
    drawn = {line.get_xdata()[0] for line in computing.lines if len(line.get_xdata()) == 1}
    assert {0.875, 1.75} <= drawn
    (mixed,) = lateness.figure.axes
    assert mixed.get_title(loc="left").startswith("mixed")


def test_a_run_without_them_has_no_such_plot(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [record("spawn/process/idle")]))
    assert not list(interpreter.draw(run, summarise(run.counted)))


def test_the_dots_draw_only_what_is_left(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        names = {drawing.name for drawing in dots.draw_plain(run, summarise(run.counted))}
    assert names == {f"interpreter_lock-{job}-most_inside" for job in interpreter._JOBS}
