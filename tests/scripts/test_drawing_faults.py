"""No text of a plot is cut off or lies on another, no mark leaves its axes; and who looks for that finds
what is planted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawing_faults import faults_of
from matplotlib.figure import Figure
from synthetic_run import metric, record, write_run
from unitcost_scripts.plots import KINDS
from unitcost_scripts.plots.canvas import styled
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _faults(run: run_directory.Run) -> dict[str, list[str]]:
    """By plot, of those that have some."""
    summaries = summarise(run.counted)
    with styled():
        found = {
            drawing.name: faults_of(drawing.figure)
            for kind in KINDS
            for drawing in kind(run, summaries)
        }
    return {name: faults for name, faults in found.items() if faults}


def test_no_plot_of_a_rich_run_has_a_fault(rich_run: Path) -> None:
    assert _faults(run_directory.load(rich_run)) == {}


def _long(model: str, value: float) -> dict[str, Any]:
    variant = "/".join(f"parameter{number}:{number * 1111}" for number in range(9))
    label = "how long it takes until something that is described at some length has happened"
    values = [metric("patience_ns", value, "ns", label=label)]
    return record(f"zoology/{model}/meadow/{variant}/hour:{model}", 0, values)


def test_a_heading_that_is_longer_than_its_sheet_is_wide_is_broken_into_lines(
    tmp_path: Path,
) -> None:
    run = write_run(tmp_path, [_long("fox", 5.0), _long("hare", 9.0)])
    assert _faults(run_directory.load(run)) == {}


def _sound() -> tuple[Figure, Any]:
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.plot([0, 1, 2], [0, 1, 2], marker="o", label="a fox")
    axes.set_xlim(0, 3)
    axes.set_ylim(-1, 3)
    return figure, axes


def test_a_plot_without_fault_has_none() -> None:
    assert faults_of(_sound()[0]) == []


PLANTED: dict[str, tuple[str, Callable[[Figure, Any], object]]] = {
    "a title as wide as two sheets": (
        "is cut off",
        lambda figure, axes: figure.text(0.01, 0.95, "fox " * 30),
    ),
    "an annotation on another": (
        "'fox' lies on 'hare'",
        lambda figure, axes: (axes.text(1, 2, "fox"), axes.text(1, 2, "hare")),
    ),
    "ticks that are too near": (
        "lies on",
        lambda figure, axes: axes.set_xticks([1, 1.05], ["fox", "hare"]),
    ),
    "a legend over the data": ("a legend lies on", lambda figure, axes: axes.legend()),
    "a legend beside the sheet": (
        "a legend is cut off",
        lambda figure, axes: axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5)),
    ),
    "an axis that ends at the greatest mark": (
        "a mark is cut off",
        lambda figure, axes: axes.set_xlim(0, 2),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_it_finds(fault: str) -> None:
    figure, axes = _sound()
    said, plant = PLANTED[fault]
    plant(figure, axes)
    assert any(said in each for each in faults_of(figure)), faults_of(figure)
