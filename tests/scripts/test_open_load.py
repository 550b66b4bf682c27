"""Sweeps over the rate: the table of highest rates, the plots, and the files of percentiles."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Command
from open_load_run import at_rate, case_of, latencies, sweep, unstable
from synthetic_run import Document, record, write_run
from unitcost_scripts.plots import draw_all
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.open_load import highest_rates
from unitcost_scripts.runs.summary import summarise

RATES = [1000, 10_000, 40_000]
SLO_NS = 10e6


def _rows(directory: Path, records: list[Document], slo_ns: float = SLO_NS) -> list[list[str]]:
    run = run_directory.load(write_run(directory / "run", records))
    return [row[2:4] + row[5:] for row in highest_rates(run, summarise(run.counted), slo_ns)]


def _flat(model: str, p99_of_rate: dict[int, int]) -> list[Document]:
    return [at_rate(model, rate, [p99] * 2000) for rate, p99 in p99_of_rate.items()]


def test_the_highest_rate_is_the_last_whose_p99_keeps_within_the_bound(tmp_path: Path) -> None:
    tried = _flat("floor", {1000: 1_000_000, 5000: 9_990_000, 10_000: 10_010_000})
    assert _rows(tmp_path, tried) == [["floor", "5000 /s", "10000 /s", "10.0 ms"]]


def test_the_bound_is_a_parameter(tmp_path: Path) -> None:
    tried = _flat("floor", {1000: 1_000_000, 5000: 9_990_000, 10_000: 10_010_000})
    assert _rows(tmp_path, tried, 5e6) == [["floor", "1000 /s", "5000 /s", "9.99 ms"]]


def test_a_rate_beyond_one_that_was_too_slow_does_not_count(tmp_path: Path) -> None:
    tried = _flat("floor", {1000: 20_000_000, 5000: 1_000_000})
    assert _rows(tmp_path, tried) == [["floor", "–", "1000 /s", "20.0 ms"]]


def test_a_rate_without_a_number_ends_the_sweep_and_says_why(tmp_path: Path) -> None:
    tried = [*_flat("floor", {1000: 1_000_000, 10_000: 1_000_000}), unstable("floor", 5000)]
    assert _rows(tmp_path, tried) == [["floor", "1000 /s", "5000 /s", "1 of 1 unstable"]]


def test_a_rate_does_not_hold_by_those_repetitions_alone_that_were_stable(tmp_path: Path) -> None:
    stable = [at_rate("floor", 5000, [1_000_000] * 2000, index) for index in range(6)]
    one_more = unstable("floor", 5000) | {"repetition": 6}
    another = unstable("floor", 5000) | {"repetition": 7}
    assert _rows(tmp_path / "a", [*stable, one_more])[0][1] == "5000 /s"
    assert _rows(tmp_path / "b", [*stable, one_more, another])[0][1:] == [
        "–",
        "5000 /s",
        "2 of 8 unstable",
    ]


def test_where_the_highest_rate_is_good_enough_there_is_none_beyond(tmp_path: Path) -> None:
    tried = _flat("floor", {1000: 1_000_000})
    assert _rows(tmp_path, tried) == [["floor", "1000 /s", "none tried", "–"]]


def test_p99_of_too_few_requests_is_none(tmp_path: Path) -> None:
    tried = [at_rate("floor", 1000, [1_000_000] * 999)]
    assert _rows(tmp_path, tried) == [["floor", "–", "1000 /s", "too few requests"]]


@pytest.mark.parametrize(("short", "highest"), [(1, "1000 /s"), (2, "–")])
def test_four_repetitions_in_five_have_their_p99(tmp_path: Path, short: int, highest: str) -> None:
    requests = [*[999] * short, *[2000] * (6 - short)]
    tried = [
        at_rate("floor", 1000, [1_000_000] * count, index) for index, count in enumerate(requests)
    ]
    assert _rows(tmp_path, tried)[0][1] == highest


def test_a_p99_of_a_repetition_that_failed_is_none(tmp_path: Path) -> None:
    failed = at_rate("floor", 1000, [1_000_000] * 2000)
    failed |= {"end": "unstable", "reason": "generator behind"}
    short = [at_rate("floor", 1000, [1_000_000] * 999, 1 + index) for index in range(5)]
    assert _rows(tmp_path, [failed, *short]) == [["floor", "–", "1000 /s", "too few requests"]]


def test_models_that_are_skipped_have_no_row(tmp_path: Path) -> None:
    skipped = record(case_of("null", 1000), end="skipped", reason="null makes no units")
    assert _rows(tmp_path, [skipped, *_flat("floor", {1000: 1_000_000})])[0][0] == "floor"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawing]:
    directory = tmp_path_factory.mktemp("sweep")
    models = {"floor": 60_000, "std_thread": 30_000, "stackless": 50_000}
    run = run_directory.load(write_run(directory / "run", sweep(models, RATES)))
    return {drawing.name: drawing for drawing in draw_all(run, directory)}


def test_there_is_a_plot_over_the_rate_and_one_over_the_percentile(
    drawn: dict[str, Drawing],
) -> None:
    setting = "arrivals-poisson-connections-64"
    assert list(drawn) == [f"latency-echo-rates-{setting}", f"latency-echo-percentiles-{setting}"]
    assert len({drawing.title for drawing in drawn.values()}) == 2


def test_the_rate_plot_shows_medians_of_all_models_on_logarithmic_axes(
    drawn: dict[str, Drawing],
) -> None:
    drawing = next(each for name, each in drawn.items() if "rates" in name)
    p50, p99 = drawing.figure.axes  # of two thousand requests there is no p99.9
    assert [axes.get_title(loc="left") for axes in (p50, p99)] == ["p50", "p99"]
    assert p50.get_ylim() == p99.get_ylim()
    assert p50.get_yscale() == p50.get_xscale() == "log"
    curves = {line.get_label(): line for line in p99.lines if not line.get_label().startswith("_")}
    assert list(curves) == ["floor", "std_thread", "stackless"]
    assert list(curves["floor"].get_xdata()) == RATES
    middle = sorted(latencies(10_000, 60_000, 2) + latencies(10_000, 60_000, 3))
    assert curves["floor"].get_ydata()[1] == pytest.approx(middle[int(0.99 * 4000) - 1], rel=0.02)
    assert [text.get_text() for text in p99.get_legend().get_texts()] == list(curves)


def test_the_percentile_plot_has_a_panel_for_each_rate(drawn: dict[str, Drawing]) -> None:
    drawing = next(each for name, each in drawn.items() if "percentiles" in name)
    titles = [axes.get_title(loc="left") for axes in drawing.figure.axes]
    assert titles == [f"per_second:{rate}" for rate in RATES]
    line = drawing.figure.axes[0].lines[0]
    everything = sorted(
        value for repetition in range(6) for value in latencies(1000, 60_000, repetition)
    )
    x, y = line.get_xdata(), line.get_ydata()
    place = int(np.argmin(np.abs(np.array(x) - 100)))
    assert y[place] == pytest.approx(everything[int((1 - 1 / x[place]) * 12_000)], rel=0.01)
    assert max(x) < 12_000 / 9


def test_a_model_that_only_some_rates_have_is_in_the_legend(tmp_path: Path) -> None:
    models = _flat("floor", {1000: 1_000_000}) + _flat("tbb", {5000: 2_000_000})
    run = run_directory.load(write_run(tmp_path / "run", models))
    for drawing in draw_all(run, tmp_path):
        legends = [axes.get_legend() for axes in drawing.figure.axes]
        (shown,) = [each for each in legends if each is not None]
        assert [text.get_text() for text in shown.get_texts()] == ["floor", "tbb"]


def test_the_report_has_the_rates_and_a_file_of_percentiles_for_each_case(
    tmp_path: Path, command: Command
) -> None:
    run = write_run(tmp_path / "run", sweep({"floor": 60_000}, RATES))
    code, out, _ = command("report", run, "--slo-ms", "0.2")
    page = Path(out.strip())
    assert code == 0
    text = page.read_text(encoding="utf-8")
    assert '<section id="rates">' in text and "200 µs" in text
    files = sorted((page.parent / "percentiles").glob("*.hgrm"))
    assert len(files) == len(RATES)
    assert "latency-floor-echo-load-open-arrivals-poisson-per_second-1000" in files[0].name
    first = files[0].read_text(encoding="utf-8")
    assert "1/(1-Percentile)" in first and "Total count    =        12000]" in first
