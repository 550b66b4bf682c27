"""Latency and bandwidth of messages over their size: a line a way, a panel a number of cores."""

from pathlib import Path
from typing import Any

import pytest
from drawing_faults import faults_of
from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.plots import draw_all, ipc
from unitcost_scripts.plots.canvas import Drawing, styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise

_SIZES = {"8B": 8, "4KiB": 4096, "1MiB": 2**20}


def _of(case: str, repetition: int, latency: float, bandwidth: float | None) -> Document:
    metrics = [metric("latency_p50_ns", latency * (1 + repetition / 100), "ns")]
    if bandwidth is not None:
        metrics.append(metric("bytes_per_second", bandwidth, "bytes/s", direction="greater"))
    return record(case, repetition, metrics)


def _records(repetitions: int = 6) -> list[Document]:
    made = []
    for repetition in range(repetitions):
        for cores in (1, 2):
            for model, way, dear in (
                ("process", "pipe", 3000),
                ("process", "manager", 9000),
                ("std_thread", "pipe", 2500),
            ):
                made += [
                    _of(
                        f"ipc/{model}/{way}/size:{size}/cores:{cores}",
                        repetition,
                        cores * dear + count / 4,
                        1e9 * count / (1000 + count),
                    )
                    for size, count in _SIZES.items()
                ]
            made.append(_of(f"ipc/process/signal/size:0B/cores:{cores}", repetition, 2000, None))
        made.append(_of("ipc/floor/cache_line/size:8B/cores:2", repetition, 70, 5e7))
    return made


def _draw(directory: Path, records: list[Document]) -> dict[str, Drawing]:
    run = run_directory.load(write_run(directory, records))
    with styled():
        return {each.name: each for each in ipc.draw(run, summarise(run.counted))}


def _lines(axes: Any) -> list[Any]:
    """Without the intervals."""
    return [line for line in axes.lines if line.get_marker() != "_"]


def test_there_is_a_line_for_each_way_and_a_panel_for_each_number_of_cores(tmp_path: Path) -> None:
    drawn = _draw(tmp_path, _records())
    assert list(drawn) == ["ipc-latency", "ipc-bandwidth"]
    one, two = drawn["ipc-bandwidth"].figure.axes
    assert [axes.get_title(loc="left") for axes in (one, two)] == [
        "both on one core",
        "each on a core of its own",
    ]
    assert [list(line.get_xdata()) for line in _lines(one)] == [[8, 4096, 2**20]] * 3
    assert all(axes.get_xscale() == axes.get_yscale() == "log" for axes in (one, two))
    pipe = _lines(drawn["ipc-latency"].figure.axes[0])[0]
    assert pipe.get_ydata()[0] == pytest.approx(1.025 * 3002)


def test_the_limit_is_dashed_and_what_carries_no_data_goes_from_edge_to_edge(
    tmp_path: Path,
) -> None:
    one, two = _draw(tmp_path, _records())["ipc-latency"].figure.axes
    level = [line for line in _lines(two) if list(line.get_xdata()) == [8, 2**20]]
    assert [line.get_linestyle() for line in level] == ["-", "--"]
    assert [line.get_ydata()[1] for line in level] == pytest.approx([2050, 71.75])
    assert not [line for line in _lines(one) if line.get_linestyle() == "--"]


def test_threads_are_told_from_processes(tmp_path: Path) -> None:
    drawing = _draw(tmp_path, _records())["ipc-latency"]
    legend = drawing.figure.axes[-1].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "pipe",
        "pipe, threads",
        "manager",
        "signal",
        "cache line, spinning",
    ]
    assert [line.get_linestyle() for line in legend.get_lines()] == ["-", ":", "-", "-", "--"]


def test_too_few_repetitions_are_hollow(tmp_path: Path) -> None:
    axes = _draw(tmp_path, _records(repetitions=5))["ipc-latency"].figure.axes[0]
    assert _lines(axes)[0].get_markerfacecolor() == "white"


def test_the_tail_is_drawn_of_the_cases_that_tell_it(tmp_path: Path) -> None:
    case = "ipc/process/queue/size:8B/cores:1"
    told = [record(case, 0, [metric("latency_p99_ns", 9000, "ns")])]
    drawn = _draw(tmp_path, _records() + told)
    assert list(drawn) == ["ipc-latency", "ipc-tail", "ipc-bandwidth"]
    (line,) = drawn["ipc-tail"].figure.axes[0].lines
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([8], [9000])


def test_a_cache_line_limits_no_bandwidth(tmp_path: Path) -> None:
    two = _draw(tmp_path, _records())["ipc-bandwidth"].figure.axes[1]
    assert list(_lines(two)[-1].get_xdata()) == [8]


def test_nothing_is_cut_off_or_drawn_again(tmp_path: Path) -> None:
    run = run_directory.load(write_run(tmp_path / "run", _records()))
    (tmp_path / "plots").mkdir()
    drawn = draw_all(run, tmp_path / "plots")
    assert [each.name for each in drawn] == ["ipc-latency", "ipc-bandwidth"]
    assert [fault for each in drawn for fault in faults_of(each.figure)] == []


@pytest.mark.parametrize(
    ("size", "count"), [("0B", 0), ("8B", 8), ("64KiB", 65536), ("1MiB", 2**20)]
)
def test_sizes_are_read(size: str, count: int) -> None:
    assert ipc.bytes_of(size) == count


def test_what_is_no_size_is_refused() -> None:
    with pytest.raises(ValueError, match="no size"):
        ipc.bytes_of("much")
