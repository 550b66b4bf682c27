"""Maps of who wins where: a winner, no difference seen, predicted or measured."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import advice_run
import pytest
from drawing_faults import faults_of
from matplotlib.patches import Rectangle
from synthetic_run import Document, metric, record, series, write_run
from unitcost_scripts.advice.prediction import INTERPOLATED, MEASURED, Prediction
from unitcost_scripts.palette import look_of
from unitcost_scripts.plots import crossover_memory, crossover_requests, crossover_tasks
from unitcost_scripts.plots.canvas import Drawing, styled
from unitcost_scripts.plots.choice_map import Choice, cheapest
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise
from unitcost_scripts.statistics import Interval


def _prediction(low: float, value: float, high: float, kind: str = MEASURED) -> Prediction:
    return Prediction(value, Interval(low, high, 0.95), kind, ("case",))


def test_who_is_clear_of_all_others_wins() -> None:
    costs = {"tbb": _prediction(1, 2, 3), "process": _prediction(4, 5, 6)}
    assert cheapest(costs) == Choice(("tbb",), True, True)


def test_who_overlaps_with_the_best_is_not_told_from_it() -> None:
    costs = {
        "tbb": _prediction(1, 2, 3),
        "process": _prediction(4, 5, 6),
        "openmp": _prediction(3, 4, 5, INTERPOLATED),
    }
    assert cheapest(costs) == Choice(("tbb", "openmp"), False, True)


def test_without_intervals_medians_decide_and_that_is_seen() -> None:
    costs = {"tbb": Prediction(2, None, MEASURED, ()), "process": Prediction(3, None, MEASURED, ())}
    assert cheapest(costs) == Choice(("tbb",), True, False)
    costs["tbb"] = _prediction(1, 2, 3)
    assert cheapest(costs) == Choice(("tbb",), True, False)  # of the other it is not clear


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = [*advice_run.records(), *_worth(), *_servers(), *_bursts()]
    return run_directory.load(write_run(tmp_path_factory.mktemp("maps") / "run", made))


def _worth() -> Iterator[Document]:
    """Threads are dearer than the pool up to 1 µs, and cheaper at 10 µs; of tbb's tasks only the
    shortest differed from it."""
    for index in range(6):
        points = [[100, 9 + index], [1_000, 3 + index / 10], [10_000, 0.8 + index / 100]]
        yield record(
            "pool_worth/std_thread/grain/beside:thread_pool/workers:2",
            index,
            series=[series("advantage", points)],
        )
        yield record(
            "pool_worth/tbb/grain/beside:thread_pool/workers:2",
            index,
            series=[series("advantage", [[100, 0.9 + index / 100]])],
        )


def _servers() -> Iterator[Document]:
    for size, ratio in ((0, 1.5), (1024, 0.98), (16384, 0.7)):
        for index in range(6):
            yield record(
                f"server_patterns/thread_pool/requests/bytes:{size}/handler_us:10/workers:2",
                index,
                [metric("lf_over_hsha", ratio + index / 100, "1")],
            )


def _bursts() -> Iterator[Document]:
    for model, answered in (("process", 120), ("std_thread", 64), ("stackless", 64)):
        for index in range(6):
            yield record(
                f"burst/{model}/requests/burst:200/limit:memory",
                index,
                [metric("answered", answered + index, "1", direction="greater")],
            )
    # Of another burst, until it breaks: no rival of those.
    yield record("burst/stackless/pile_up/limit:memory", 0, [metric("answered", 100_040, "1")])


def _draw(kind: Any, run: Run) -> list[Drawing]:
    with styled():
        return list(kind.draw(run, summarise(run.counted)))


def _cells(axes: Any) -> dict[tuple[float, float], Rectangle]:
    return {
        (patch.get_x() + 0.5, patch.get_y() + 0.5): patch
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    }


def _marks(axes: Any, x: int, y: int) -> list[str]:
    return [
        line.get_marker()
        for line in axes.lines
        if abs(line.get_xdata()[0] - x) < 0.5 and abs(line.get_ydata()[0] - y) < 0.5
    ]


def _markers(*models: str) -> list[str]:
    return [look_of(model).marker for model in models]


def test_tasks_that_compute_have_measured_winners_and_waiting_ones_are_predicted(run: Run) -> None:
    (drawing,) = _draw(crossover_tasks, run)
    computing, _, waiting = drawing.figure.axes
    assert not _cells(computing)[0, 0].get_hatch()
    assert _marks(computing, 0, 0) == _markers("stackless")
    assert [label.get_text() for label in waiting.get_yticklabels()] == [
        "50 %",
        "90 %",
        "99 %",
        "99.9 %",
    ]
    cells = _cells(waiting)
    assert cells[0, 0].get_hatch()  # 5 µs of computing
    assert not cells[1, 1].get_hatch()  # 10 µs, which were measured
    assert _marks(waiting, 1, 1) == _markers("stackless")
    assert drawing.measure == "crossover"


def test_beside_a_pool_is_what_was_measured_in_pairs(run: Run) -> None:
    beside = _draw(crossover_tasks, run)[0].figure.axes[1]
    labels = [label.get_text() for label in beside.get_xticklabels()]
    assert labels == ["100 ns", "1.00 µs", "10.0 µs"]
    assert [_marks(beside, x, 0) for x in range(3)] == [
        _markers("tbb"),
        _markers("thread_pool", "tbb"),
        _markers("std_thread"),
    ]
    assert not _cells(beside)[0, 0].get_hatch()


def test_where_a_sweep_has_ended_no_difference_is_predicted(run: Run) -> None:
    beside = _draw(crossover_tasks, run)[0].figure.axes[1]
    assert _cells(beside)[1, 0].get_hatch()


def test_servers_whose_interval_holds_one_are_not_told_apart(run: Run) -> None:
    (drawing,) = _draw(crossover_requests, run)
    axes = drawing.figure.axes[0]
    assert [len(_marks(axes, x, 0)) for x in range(3)] == [1, 2, 1]
    assert _marks(axes, 0, 0) != _marks(axes, 2, 0)


def test_fewer_fit_the_more_units_there_are_and_the_less_memory(run: Run) -> None:
    fits = _draw(crossover_memory, run)[0].figure.axes[0]
    units = [label.get_text() for label in fits.get_xticklabels()]
    caps = [label.get_text() for label in fits.get_yticklabels()]
    assert caps[-1] == "4.00 GiB"  # the machine has 8 GiB
    thousand, million = units.index("1,000"), units.index("1,000,000")
    assert _marks(fits, thousand, len(caps) - 1) == _markers("process")
    assert _marks(fits, thousand, caps.index("16.0 MiB")) == _markers("stackless")
    assert _marks(fits, million, len(caps) - 1) == _markers("stackless")
    nobody = [text.get_text() for text in fits.texts if text.get_position() == (million, 0)]
    assert nobody == ["none"]
    assert _cells(fits)[thousand, 1].get_hatch()


def test_of_those_that_fit_the_quickest_wins(run: Run) -> None:
    quickest = _draw(crossover_memory, run)[0].figure.axes[1]
    assert _marks(quickest, 3, 3) == _markers("stackless")


def test_who_answers_most_of_a_burst_wins(run: Run) -> None:
    burst = _draw(crossover_memory, run)[1].figure.axes[0]
    assert _marks(burst, 0, 0) == _markers("process")
    assert not _cells(burst)[0, 0].get_hatch()


@pytest.mark.parametrize("kind", [crossover_tasks, crossover_requests, crossover_memory])
def test_nothing_is_cut_off_or_lies_on_something_else(run: Run, kind: Any) -> None:
    for drawing in _draw(kind, run):
        assert faults_of(drawing.figure) == []


@pytest.mark.parametrize("kind", [crossover_tasks, crossover_requests, crossover_memory])
def test_a_run_without_what_is_needed_has_no_map(tmp_path: Path, kind: Any) -> None:
    bare: Sequence[Document] = [record("zoology/fox/meadow")]
    assert _draw(kind, run_directory.load(write_run(tmp_path, bare))) == []
