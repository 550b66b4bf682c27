"""Axes fit what is drawn on them."""

from matplotlib.figure import Figure
from unitcost_scripts.plots.scales import scale_axis


def test_what_is_nowhere_above_zero_has_no_logarithmic_axis() -> None:
    axes = Figure().subplots()
    assert not scale_axis(axes.xaxis, "ns", [0.0, 0.0], logarithmic=True)
    assert axes.get_xscale() == "linear"
    assert scale_axis(axes.yaxis, "ns", [0.0, 2.0], logarithmic=True)
    assert axes.get_yscale() == "log"
