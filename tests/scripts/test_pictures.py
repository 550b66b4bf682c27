"""A plot as a picture: small enough for a repository, and nobody sees the difference."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from unitcost_scripts.palette import look_of
from unitcost_scripts.plots.canvas import Drawing, save

_SEEN = 20  # of 255: less, at the edges of lines, is not seen


@pytest.fixture
def drawing() -> Drawing:
    """Of every colour that models have, shaded ones too."""
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for place, model in enumerate(("process", "std_thread", "tbb", "boost_fiber", "stackless")):
        axes.plot([0, 1, 2], [place, place + 1, place], color=look_of(model).colour, label=model)
        axes.fill_between([0, 2], place, place + 0.5, color=look_of(model).colour, alpha=0.15)
    axes.legend()
    return Drawing("fox", "a fox", "", figure)


def test_a_picture_has_a_byte_a_dot_and_the_colours_of_the_plot(
    tmp_path: Path, drawing: Drawing
) -> None:
    save(drawing, tmp_path)
    whole = tmp_path / "whole.png"
    drawing.figure.savefig(whole, dpi=150)
    small = Image.open(tmp_path / "fox.png")
    assert small.mode == "P"
    assert [round(each) for each in small.info["dpi"]] == [150, 150]
    shown, meant = (
        np.asarray(picture.convert("RGB"), dtype=int) for picture in (small, Image.open(whole))
    )
    assert shown.shape == meant.shape
    assert np.abs(shown - meant).max() <= _SEEN
    assert (tmp_path / "fox.png").stat().st_size < 0.6 * whole.stat().st_size


def test_the_same_plot_gives_the_same_bytes(tmp_path: Path, drawing: Drawing) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        save(drawing, tmp_path / name)
    first, second = (tmp_path / name / "fox.png" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
