"""What units do with their lives: bars that add up to a whole life."""

from pathlib import Path

from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.plots import dots, states
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

_SHARES = ("running", "runnable", "blocked", "zombie")


def _record(model: str, workload: str, repetition: int, shares: list[float]) -> Document:
    metrics = [
        metric(f"{state}_share", share, "1")
        for state, share in zip(_SHARES, shares, strict=False)  # not everybody can be a zombie
    ]
    case = f"states/{model}/{workload}/units:8/workers:1"
    return record(case, repetition, [*metrics, metric("life_ns", 8e7, "ns")])


def _records() -> list[Document]:
    return [
        _record("process", "cpu", 0, [0.125, 0.75, 0, 0.125]),
        _record("process", "cpu", 1, [0.125, 0.5, 0.125, 0.25]),
        _record("stackful", "cpu", 0, [0.125, 0.875, 0]),
        _record("stackful", "io", 0, [0, 0.25, 0.75]),
    ]


def test_bars_add_up_to_a_life_and_differ_without_colours(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        (drawing,) = states.draw(run, summarise(run.counted))
    cpu, io = drawing.figure.axes
    assert [axes.get_title(loc="left")[:3] for axes in (cpu, io)] == ["cpu", "io:"]
    assert [bar.get_width() for bar in cpu.patches[:4]] == [12.5, 62.5, 6.25, 18.75]
    assert sum(bar.get_width() for bar in cpu.patches[4:]) == 100
    assert [bar.get_width() for bar in io.patches] == [0, 0, 0, 0, 0, 25, 75, 0]
    assert len({bar.get_hatch() for bar in cpu.patches[:4]}) == 4
    assert [label.get_text() for label in cpu.get_yticklabels()] == ["process", "stackful"]


def test_a_run_without_them_has_no_such_plot(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [record("spawn/process/idle")]))
    assert not list(states.draw(run, summarise(run.counted)))


def test_the_dots_draw_the_length_of_the_lives_only(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        names = [drawing.name for drawing in dots.draw_plain(run, summarise(run.counted))]
    assert names == ["states-cpu-life_ns", "states-io-life_ns"]
