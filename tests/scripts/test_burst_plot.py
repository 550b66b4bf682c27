"""What became of all requests of a burst: bars that add up to all of them. And how many may come at
once until one fails.
"""

from pathlib import Path

from drawing_faults import faults_of
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


def _series(
    model: str, limit: str, repetition: int, broke_at: int | None, **fates: int
) -> Document:
    counts = dict.fromkeys(_FATES, 0) | fates
    metrics = [metric(name, count, "1") for name, count in counts.items()]
    survived = 100_000 if broke_at is None else broke_at // 2
    metrics += [metric("survived", survived, "1", direction="greater")]
    metrics += [metric("server_deaths", 0, "1"), metric("serves_again_ns", 95e6, "ns")]
    if broke_at is not None:
        metrics += [metric("broke_at", broke_at, "1", derived_from="survived")]
    return record(f"burst/{model}/pile_up/limit:{limit}", repetition, metrics)


def _all_series() -> list[Document]:
    return [
        *(_series("std_thread", "tasks", each, 64, refused_by_tasks=41) for each in range(6)),
        _series("std_thread", "memory", 0, 256, lost_with_server=190),
        _series("std_thread", "memory", 1, None),
        _series("thread_pool", "tasks", 0, None),
    ]


def test_a_dot_tells_how_many_may_come_at_once_and_a_text_how_it_broke(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _all_series()))
    with styled():
        (drawing,) = burst.draw(run, summarise(run.counted))
    memory, tasks = drawing.figure.axes
    assert (memory.get_title(loc="left"), tasks.get_title(loc="left")) == (
        "limit:memory",
        "limit:tasks",
    )
    assert [text.get_text() for text in tasks.texts] == [
        "64: 41 refused: no task more, serves again after 95.0 ms",
        "no failure of 100,000",
    ]
    assert [text.get_text() for text in memory.texts] == [
        "256 (in 1 of 2): 95 lost with the server, serves again after 95.0 ms"
    ]
    interval, dot, unbroken = tasks.lines
    assert (list(interval.get_xdata()), dot.get_xdata()[0]) == ([32, 32], 32)
    assert unbroken.get_xdata()[0] == 100_000 and unbroken.get_ydata()[0] == 1
    assert (memory.get_xlabel(), tasks.get_xlabel()) == ("", "survived, logarithmic")
    assert memory.get_xlim() == tasks.get_xlim()


def test_a_series_that_breaks_at_once_is_drawn_at_zero(tmp_path: Path) -> None:
    records = [_series("std_thread", "tasks", 0, 1, refused_by_tasks=1)]
    run = run_directory.load(write_run(tmp_path, records))
    with styled():
        (drawing,) = burst.draw(run, summarise(run.counted))
    assert drawing.figure.axes[0].lines[0].get_xdata()[0] == 0


def test_both_kinds_are_drawn_apart_and_nothing_is_cut_off(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, [*_records(), *_all_series()]))
    with styled():
        drawings = list(burst.draw(run, summarise(run.counted)))
        assert [faults_of(each.figure) for each in drawings] == [[], []]
    assert [each.name for each in drawings] == ["burst-requests", "burst-pile_up"]
    assert {each.measure for each in drawings} == {"burst"}


def test_the_dots_do_not_draw_them_again(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _records()))
    with styled():
        names = [drawing.name for drawing in dots.draw_plain(run, summarise(run.counted))]
    assert names == ["burst-requests-outage_ns"]


def test_the_dots_draw_what_is_left_of_a_series(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path, _all_series()))
    with styled():
        names = [drawing.name for drawing in dots.draw_plain(run, summarise(run.counted))]
    assert names == ["burst-pile_up-serves_again_ns"]
