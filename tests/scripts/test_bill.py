"""The bill: what was measured, what follows from the slope, and where it ends."""

from pathlib import Path
from typing import Any

import advice_run
import pytest
from drawing_faults import faults_of
from synthetic_run import metric, record, write_run
from unitcost_scripts.advice import answers, bill
from unitcost_scripts.advice.bill import UNITS, Bill, Charge
from unitcost_scripts.page.rendering import render
from unitcost_scripts.plots import bill as bill_plot
from unitcost_scripts.plots.canvas import Drawing, styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return advice_run.evidence(tmp_path_factory.mktemp("bill") / "run", advice_run.records()).run


def _charge(of: Bill, model: str, units: int, heading: str) -> Charge:
    (line,) = [each for each in of.lines if (each.model, each.units) == (model, units)]
    return line.charges[of.headings.index(heading)]


def test_one_unit_is_measured_and_more_are_predicted_from_it(run: Run) -> None:
    found = bill(run)
    one = _charge(found, "std_thread", 1, "user + kernel")
    thousand = _charge(found, "std_thread", 1_000, "user + kernel")
    assert (one.kind, thousand.kind) == ("measured", "predicted")
    assert one.value is not None and thousand.value == pytest.approx(1000 * one.value)
    assert "journal.jsonl:1" in one.explanation and "not measured" in thousand.explanation


def test_nothing_is_predicted_beyond_a_known_limit(run: Run) -> None:
    found = bill(run)
    threads = _charge(found, "std_thread", 100_000, "creation, one after the other")
    assert (threads.kind, threads.text) == ("beyond a limit", "–")
    assert "max_map_count" in threads.explanation
    assert _charge(found, "stackless", 1_000_000, "user").kind == "predicted"


def test_full_memory_is_a_limit_too(tmp_path: Path) -> None:
    big = [
        record(
            "footprint/fox/idle/touch:0",
            index,
            [metric("total_bytes_per_unit", 2.0**20, "bytes")],
            headline=True,
        )
        for index in range(6)
    ]
    found = bill(run_directory.load(write_run(tmp_path, big)))
    full = _charge(found, "fox", 100_000, "user + kernel")
    assert full.kind == "beyond a limit" and "8.00 GiB are full at 8,192 units" in full.explanation
    assert _charge(found, "fox", 1_000, "user + kernel").kind == "predicted"
    assert _charge(found, "fox", 1, "creation, one after the other").kind == "not known"


def test_it_is_told_where_each_model_stops(tmp_path: Path) -> None:
    stopped = [
        record(
            "footprint/gil/idle/limit:yes",
            0,
            [metric("units_alive", 9_000, "1")],
            notes=["ended at 9000 units: out of stacks"],
        ),
        record("spawn/gil/idle", 0, [metric("spawn_latency_ns", 5, "ns")], headline=True),
        record("burst/gil/requests/limit:tasks", end="limit_reached", reason="no more tasks"),
        record("burst/gil/requests/limit:tasks", 1, end="limit_reached", reason="no more tasks"),
    ]
    found = bill(run_directory.load(write_run(tmp_path, stopped)))
    told = "; ".join(found.stops["gil"])
    assert (
        "limit_reached: no more tasks (burst/gil/requests/limit:tasks, journal.jsonl:3 and 1 more)"
        in told
    )
    assert "met: ended at 9000 units: out of stacks (footprint/gil/idle/limit:yes" in told
    assert _charge(found, "gil", 100_000, "creation, one after the other").kind == "beyond a limit"


def test_it_is_told_how_large_a_burst_may_be(tmp_path: Path) -> None:
    records = [
        record("spawn/gil/idle", 0, [metric("spawn_latency_ns", 5, "ns")], headline=True),
        record(
            "burst/gil/pile_up/limit:tasks",
            0,
            [
                metric("survived", 32_768, "1"),
                metric("most_held", 62, "1"),
                metric("server_deaths", 0, "1"),
            ],
        ),
    ]
    stops = bill(run_directory.load(write_run(tmp_path, records))).stops["gil"]
    assert [each for each in stops if "burst" in each] == [
        "of bursts of up to 32,768 requests at once none failed"
        " (burst/gil/pile_up/limit:tasks, journal.jsonl:2)"
    ]


def _drawn(run: Run) -> Drawing:
    with styled():
        (drawing,) = bill_plot.draw(run, [])
    return drawing


def _hollow(axes: Any) -> list[Any]:
    return [line for line in axes.lines if line.get_markerfacecolor() == "white"]


def test_predictions_are_hollow_and_what_was_measured_is_filled(run: Run) -> None:
    memory, creation = _drawn(run).figure.axes[:2]
    predicted = {x for line in _hollow(memory) for x in line.get_xdata()}
    assert predicted == set(UNITS[1:])
    measured = {
        x
        for line in memory.lines
        if line not in _hollow(memory) and line.get_label() in advice_run.LAWS
        for x in line.get_xdata()
    }
    assert measured == {1, 100, 200, 300, 400}  # more than the first 100
    assert creation.get_xscale() == "log"


def test_a_cross_stands_where_a_limit_is(run: Run) -> None:
    memory = _drawn(run).figure.axes[0]
    crosses = [line for line in memory.lines if line.get_marker() == "x"]
    ends = sorted(x for line in crosses for x in line.get_xdata())
    assert ends == [32_765, 32_765, 32_768]  # two models of threads, and processes


def test_nothing_of_the_picture_is_cut_off_or_lies_on_something_else(run: Run) -> None:
    assert faults_of(_drawn(run).figure) == []


def test_the_report_shows_predictions_in_another_style(run: Run) -> None:
    text = render("bill.html.j2", {"bill": bill(run)})
    assert "<em>≈" in text and "predicted</small></em>" in text
    assert text.count('<th scope="row">') == len(UNITS) * len(advice_run.LAWS)
    assert "Where each model stops" in text and "pid_max allows 32,768" in text


def test_the_report_shows_six_answers(run: Run) -> None:
    text = render("advice.html.j2", {"advice": answers(run)})
    assert text.count("<article") == 6
    assert "A crawler with 10,000 pages in flight" in text
    assert "ruled out, and by what" in text and "journal.jsonl:" in text
