"""The bill where many were alive at once: what was measured takes the place of what follows from the slope."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from synthetic_run import Document, metric, record, write_run
from unitcost_scripts.advice import bill
from unitcost_scripts.advice.bill import Bill, Charge
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.question import Question
from unitcost_scripts.advice.ranking import advise
from unitcost_scripts.page.rendering import render
from unitcost_scripts.plots import bill as bill_plot
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run

_MIB = 2.0**20


def _footprint(
    variant: str,
    repetition: int,
    points: Sequence[tuple[float, float]],
    bytes_: float = 0,
    alive: float = 0,
) -> Document:
    curve = {
        "name": "memory",
        "label": "memory over units alive",
        "x_name": "units",
        "x_unit": "1",
        "y_name": "total",
        "y_unit": "bytes",
        "points": points,
    }
    names = ("total", "resident", "kernel") if bytes_ else ()
    values = [metric(f"{name}_bytes_per_unit", bytes_, "bytes") for name in names]
    values += [metric("units_alive", alive, "1", direction="greater")] if alive else []
    is_headline = variant == "touch:0"
    case = f"footprint/fox/idle/{variant}"
    return record(case, repetition, values, series=[curve], headline=is_headline)


def _run(directory: Path, *further: Document) -> Run:
    """100 bytes a unit, as far as the case goes that stands for the model."""
    fifths = [(units, _MIB + 100 * units) for units in (20, 40, 60, 80, 100)]
    usual = [_footprint("touch:0", index, fifths, 100) for index in range(6)]
    return run_directory.load(write_run(directory, [*usual, *further]))


def _charge(of: Bill, units: int, heading: str = "user + kernel") -> Charge:
    (line,) = [each for each in of.lines if each.units == units]
    return line.charges[of.headings.index(heading)]


def _a_million(variant: str = "touch:0/units:1000000", each: float = 130) -> list[Document]:
    fifths = [(units, _MIB + each * units) for units in range(200_000, 1_000_001, 200_000)]
    return [_footprint(variant, index, fifths, each) for index in range(6)]


def test_a_million_that_were_alive_are_not_predicted(tmp_path: Path) -> None:
    found = bill(_run(tmp_path, *_a_million()))
    million = _charge(found, 1_000_000)
    assert (million.kind, million.value) == ("measured", pytest.approx(130e6))
    assert million.explanation.startswith(
        "with so many alive: footprint/fox/idle/touch:0/units:1000000"
    )
    assert _charge(found, 1_000_000, "kernel").kind == "measured"


def test_how_many_were_alive_at_most_is_told_of_all_cases_of_the_same_units(tmp_path: Path) -> None:
    other_kind = _a_million("stack:512B/touch:0/units:1000000")
    usual = _run(tmp_path / "usual", *other_kind)
    grown = _run(
        tmp_path / "grown", *other_kind, *(_limit(each, 90_000 + each) for each in range(6))
    )
    said = "tried with up to {} alive (footprint/fox/idle/{},"
    assert said.format("100", "touch:0") in bill(usual).stops["fox"][0]
    assert said.format("90,000", "touch:0/units:limit") in bill(grown).stops["fox"][0]

    def remarks(run: Run) -> tuple[str, ...]:
        (only,) = advise(Evidence(run), Question(80_000)).ranked
        return only.candidate.remarks

    assert remarks(usual) == ("800 times as many units as were alive at most (100)",)
    assert remarks(grown) == ()


@pytest.mark.parametrize("units", [1_000, 100_000])
def test_fewer_than_were_ever_read_are_predicted_from_one(tmp_path: Path, units: int) -> None:
    fewer = _charge(bill(_run(tmp_path, *_a_million())), units)
    assert (fewer.kind, fewer.value) == ("predicted", pytest.approx(100 * units))


def test_between_two_readings_is_told_where_there_is_one_with_fewer(tmp_path: Path) -> None:
    fewer = [
        _footprint("touch:0/units:9", each, [(50_000, 1), (200_000, 1)], 130) for each in range(6)
    ]
    between = _charge(bill(_run(tmp_path, *fewer)), 100_000)
    assert (between.kind, between.value) == ("interpolated", pytest.approx(13e6))


def test_a_reading_stands_before_the_slope_where_no_unit_was_read_too(tmp_path: Path) -> None:
    points = [(0, _MIB), (100_000, _MIB + 11e6), (1_000_000, _MIB + 290e6)]
    bent = [_footprint("touch:0/units:1000000", each, points, 130) for each in range(6)]
    found = bill(_run(tmp_path, *bent))
    between, read = _charge(found, 1_000), _charge(found, 100_000)
    assert (between.kind, between.value) == ("interpolated", pytest.approx(110e3))
    assert (read.kind, read.value) == ("measured", pytest.approx(11e6))
    assert _charge(found, 1_000_000).value == pytest.approx(290e6)
    assert _charge(found, 1_000_000, "kernel").value == pytest.approx(130e6)  # the curve is of all


def _limit(repetition: int, alive: float = 200_000) -> Document:
    points = [(0, _MIB), (50_000, _MIB + 6e6), (alive / 2, _MIB + 11e6), (alive, _MIB + 30e6)]
    return _footprint("touch:0/units:limit", repetition, points, alive=alive)


def test_what_was_read_on_the_way_to_a_limit_is_not_predicted(tmp_path: Path) -> None:
    found = bill(_run(tmp_path, *(_limit(index) for index in range(6))))
    read, between = _charge(found, 100_000), _charge(found, 1_000)
    assert (read.kind, read.value) == ("measured", pytest.approx(11e6))
    assert (between.kind, between.value) == ("interpolated", pytest.approx(120e3))
    assert (
        _charge(found, 100_000, "user").kind == "predicted"
    )  # the way to a limit tells the total alone
    assert _charge(found, 1_000_000).kind == "beyond a limit"


def test_where_one_repetition_did_not_get_so_far_it_is_predicted(tmp_path: Path) -> None:
    found = bill(_run(tmp_path, *(_limit(index, 100_000 - 50 * index) for index in range(6))))
    assert _charge(found, 1_000).kind == "interpolated"
    assert _charge(found, 100_000).kind != "measured"


def test_units_of_another_kind_say_nothing_of_these_and_are_told_beside(tmp_path: Path) -> None:
    found = bill(_run(tmp_path, *_a_million("stack:512B/touch:0/units:1000000")))
    assert _charge(found, 1_000_000).kind == "predicted"
    said = (
        "1,000,000 of another kind were alive, 130 B each (footprint/fox/idle/stack:512B/touch:0/"
    )
    assert said in "; ".join(found.stops["fox"])


def test_a_limit_that_others_met_ends_nothing(tmp_path: Path) -> None:
    points = [(0, _MIB), (10, 2000 * _MIB), (40, 8000 * _MIB)]
    large = _footprint("resident:256MiB/touch:0/units:limit", 0, points, alive=40)
    found = bill(_run(tmp_path, large))
    assert _charge(found, 1_000).kind == "predicted"
    assert "40 of another kind were alive at most" in "; ".join(found.stops["fox"])


def test_page_and_picture_show_them_like_all_that_was_measured(tmp_path: Path) -> None:
    run = _run(tmp_path, *(_limit(index) for index in range(6)))
    text = render("bill.html.j2", {"bill": bill(run)})
    assert "between two readings" in text
    with styled():
        (drawing,) = bill_plot.draw(run, [])
    lines = drawing.figure.axes[0].lines
    hollow = {
        x for line in lines if line.get_markerfacecolor() == "white" for x in line.get_xdata()
    }
    (filled,) = [line for line in lines if line.get_label() == "fox"]
    assert hollow == set()
    assert {1, 1_000, 100_000} <= set(filled.get_xdata())


def test_a_slope_of_next_to_nothing_fills_no_memory(tmp_path: Path) -> None:
    usual = [_footprint("touch:0", index, [(1, _MIB), (2, _MIB)], 1e-300) for index in range(6)]
    found = bill(run_directory.load(write_run(tmp_path, usual)))
    assert _charge(found, 1_000_000).kind == "predicted"
