"""One job among more and more units: lines by model, panels by kernel."""

from pathlib import Path

from synthetic_run import Document, record, write_run
from unitcost_scripts.plots import curves, oversubscription
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _series(name: str, unit: str, values: list[float]) -> Document:
    units = [1, 2, 8, 128]
    return {
        "name": name,
        "label": name,
        "x_name": "units",
        "x_unit": "1",
        "y_name": name,
        "y_unit": unit,
        "points": [list(point) for point in zip(units, values, strict=True)],
    }


def _record(model: str, kernel: str, repetition: int, last: float) -> Document:
    series = [
        _series("steps_per_second", "1/s", [5e8, 1e9, 9e8, last * 1e9]),
        _series("efficiency", "1", [0.5, 1, 0.9, last]),
        _series("switches", "1", [0, 0, 1, 2.5]),
        _series("queued", "ns", [0, 0, 3, 60]),
    ]
    case = f"oversubscription/{model}/{kernel}/units_per_cpu:64"
    return record(case, repetition, series=series)


def _records() -> list[Document]:
    return [
        _record("std_thread", "resident", 0, 0.98),
        _record("std_thread", "resident", 1, 0.96),
        _record("process", "resident", 0, 0.9),
        _record("std_thread", "hungry", 0, 0.7),
        _record("process", "hungry", 0, 0.6),
    ]


def test_each_kernel_has_a_column_and_each_model_a_line(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        (drawing,) = oversubscription.draw(run, summarise(run.counted))
    resident, hungry = drawing.figure.axes[:2]
    assert len(drawing.figure.axes) == 8
    assert resident.get_title(loc="left").startswith("resident")
    assert hungry.get_title(loc="left").startswith("hungry")
    for axes in (resident, hungry):
        assert axes.get_xscale() == "log"
        low, high = axes.get_ylim()
        assert low == 0 and high > 1
    labels = [text.get_text() for text in hungry.get_legend().get_texts()]
    assert labels == ["process", "std_thread"]
    ends = {line.get_label(): line.get_ydata()[-1] for line in resident.lines}
    assert abs(ends["std_thread"] - 0.97) < 1e-9 and ends["process"] == 0.9


def test_a_run_without_them_has_no_such_plot(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [record("spawn/process/idle")]))
    assert not list(oversubscription.draw(run, summarise(run.counted)))


def test_no_other_plot_draws_the_curves_again(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    assert not list(curves.draw_others(run, summarise(run.counted)))
