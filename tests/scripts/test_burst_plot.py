"""What became of all requests of a burst: bars that add up to all of them."""

from pathlib import Path

from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.plots import burst, dots
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

_FATES = (
    "answered",
    "refused_by_tasks",
    "refused_otherwise",
    "lost_with_unit",
    "lost_with_server",
)


def _record(model: str, limit: str, repetition: int, answered: int, lost: int) -> Document:
    counts = dict.fromkeys(_FATES, 0) | {"answered": answered, "lost_with_server": lost}
    metrics = [metric(name, count, "1") for name, count in counts.items()]
    metrics += [metric("server_deaths", lost // 50, "1"), metric("outage_ns", lost * 1e6, "ns")]
    return record(f"burst/{model}/requests/burst:200/limit:{limit}", repetition, metrics)


def _records() -> list[Document]:
    return [
        _record("std_thread", "memory", 0, 120, 150),
        _record("std_thread", "memory", 1, 170, 100),
        _record("thread_pool", "memory", 0, 270, 0),
        _record("std_thread", "tasks", 0, 220, 50),
    ]


def test_bars_add_up_to_all_requests_and_tell_deaths(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        (drawing,) = burst.draw(run, summarise(run.counted))
    memory, tasks = drawing.figure.axes
    assert [axes.get_title(loc="left") for axes in (memory, tasks)] == [
        "limit:memory",
        "limit:tasks",
    ]
    widths = [bar.get_width() for bar in memory.patches]
    assert widths == [145, 0, 0, 0, 125, 270, 0, 0, 0, 0]
    assert [text.get_text() for text in memory.texts] == ["2.5 deaths, out for 125 ms", ""]
    assert [text.get_text() for text in tasks.texts] == ["1 death, out for 50.0 ms"]
    assert [text.get_text() for text in memory.get_legend().get_texts()][0] == "answered"
    for axes in (memory, tasks):
        low, high = axes.get_xlim()
        assert low == 0 and 1.2 * 270 < high < 1.5 * 270


def test_the_dots_do_not_draw_them_again(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        names = [drawing.name for drawing in dots.draw_plain(run, summarise(run.counted))]
    assert names == ["burst-requests-outage_ns"]
