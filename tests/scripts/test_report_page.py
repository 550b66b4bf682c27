"""The report's page as a browser shows it: it works, alone, for who sees, who does not, and on a phone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import pytest
from rich_run import rich_records
from synthetic_run import write_run
from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.report import write_report
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import Summary, summarise
from unitcost_scripts.statistics import Interval

AXE = Path(__file__).parents[1] / "workflows/node_modules/axe-core/axe.min.js"
CASE, METRIC = "switch/stackful/idle/by:yield/cores:1/units:2", "switch_ns"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> run_directory.Run:
    path = tmp_path_factory.mktemp("page") / "run"
    return run_directory.load(write_run(path, rich_records()))


@pytest.fixture(scope="module")
def page(run: run_directory.Run) -> Path:
    return write_report(run)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    absent = browser.missing()
    if absent:
        pytest.skip(absent)
    with browser.Browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def shown(page: Path, chromium: browser.Browser) -> browser.Browser:
    chromium.looks(1280, 1000)
    chromium.open(page.as_uri())
    return chromium


def _summary(run: run_directory.Run) -> Summary:
    (found,) = [
        each for each in summarise(run.counted) if (each.case, each.quantity.name) == (CASE, METRIC)
    ]
    return found


def test_it_is_shown_whole_without_errors_and_without_a_network(
    page: Path, shown: browser.Browser
) -> None:
    plots = len(list((page.parent / "plots").glob("*.svg")))
    shapes = shown.run(
        "return [...document.querySelectorAll('figure .wide svg')].map(svg => {"
        " const box = svg.getBoundingClientRect();"
        " const drawn = [...svg.querySelectorAll('path, use, text')].filter(each => {"
        "   const own = each.getBoundingClientRect(); return own.width + own.height > 0; });"
        " return [box.width, box.height, drawn.length]; });"
    )
    assert len(shapes) == plots > 0
    for width, height, drawn in shapes:
        assert width > 300 and height > 100 and drawn > 20
    assert shown.console() == []
    assert [each for each in shown.requested() if not each.startswith("data:")] == [page.as_uri()]


def test_the_browser_check_notices_a_request_and_an_error(
    tmp_path: Path, chromium: browser.Browser
) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<img src="absent.png"><script>throw new Error("planted")</script>')
    chromium.open(bad.as_uri())
    assert any("planted" in each for each in chromium.console())
    assert any(each.endswith("absent.png") for each in chromium.requested())


NUMBERS = [0, 0.125, 1.005, 2.675, 100.5, 101.5, -3.14159, 999.6, 1023.9, 8.4e6, 1.234e-7, 5.5e11]


def test_the_script_writes_numbers_as_the_tables_do(shown: browser.Browser) -> None:
    for unit in ("bytes", "ns", "1/s", "1", "furlong"):
        said = shown.run(f"return {json.dumps(NUMBERS)}.map(each => humanise(each, {unit!r}));")
        assert said == [humanise(value, unit) for value in NUMBERS]
    for low, high in ((900.0, 1100.0), (1100.0, 1200.0), (0.0, 5.0)):
        for unit in ("ns", "bytes", "1/s"):
            said = shown.run(f"return humaniseInterval({low}, {high}, {unit!r});")
            assert said == humanise_interval(Interval(low, high, 1), unit)


def test_tables_sort_by_what_was_written_and_have_words_and_what_is_missing_last(
    shown: browser.Browser,
) -> None:
    for unit in ("bytes", "ns", "1/s", "1"):
        written = [humanise(value, unit) for value in NUMBERS]
        read = shown.run(f"return {json.dumps(written)}.map(numberIn);")
        assert read == pytest.approx(NUMBERS, rel=0.01)
    said = shown.run(
        "const keys = ['–', 'never', 1, 'always', 2];"
        " return [1, -1].map(sign => [...keys].sort((a, b) => compareKeys(a, b, sign)));"
    )
    assert said == [[1, 2, "always", "never", "–"], [2, 1, "never", "always", "–"]]


def _filter(chromium: browser.Browser, words: str) -> list[list[str]]:
    """The results' cells that are left."""
    rows: list[list[str]] = chromium.run(
        "const field = document.querySelector('#results input');"
        f" field.value = {json.dumps(words)}; field.dispatchEvent(new Event('input'));"
        " return [...document.querySelectorAll('#results tbody tr')]"
        "   .map(row => [...row.cells].map(cell => cell.firstChild.textContent));"
    )
    return rows


def test_results_are_found_by_words_and_tell_the_line_of_each_value(
    run: run_directory.Run, shown: browser.Browser
) -> None:
    (row,) = _filter(shown, f"{CASE} HAND-OVER")
    summary = _summary(run)
    assert summary.interval is not None
    middle, between = humanise(summary.median, "ns"), humanise_interval(summary.interval, "ns")
    assert row[:4] == [CASE, "one hand-over", middle, between]
    told = shown.run(
        "const details = document.querySelector('#results tbody details'); details.open = true;"
        " return new Promise(done => details.addEventListener('toggle', () => done("
        "   [...details.querySelectorAll('li')].map(each => each.textContent))));"
    )
    lines = [(each.line, each.metrics[METRIC].value) for each in run.counted if each.case == CASE]
    assert told == [f"{humanise(value, 'ns')} journal.jsonl:{line}" for line, value in lines]


def test_a_heading_sorts_by_value_and_not_by_its_text(shown: browser.Browser) -> None:
    _filter(shown, "switch by:yield hand-over")
    for order, reverse in (("ascending", False), ("descending", True)):
        cells = shown.run(
            "const heading = document.querySelectorAll('#results th')[2];"
            " heading.querySelector('button').click();"
            f" if (heading.ariaSort !== '{order}') return [];"
            " return [...document.querySelectorAll('#results tbody tr')]"
            "   .map(row => row.cells[2].textContent);"
        )
        units = {"ns": 1, "µs": 1000}
        values = [float(number) * units[unit] for number, unit in map(str.split, cells)]
        assert len(values) > 3 and values == sorted(values, reverse=reverse)


def test_the_answer_table_sorts_by_numbers_of_different_units(shown: browser.Browser) -> None:
    models = shown.run(
        "document.querySelectorAll('.answers thead button')[3].click();"
        " return [...document.querySelectorAll('.answers tbody tr')]"
        "   .map(row => row.cells[0].textContent);"
    )
    assert models[:2] == ["stackless", "stackful"] and models[-1] == "null"  # which has no number


def _place_of_mark(chromium: browser.Browser) -> tuple[float, float]:
    """In the window, of the mark of CASE in the plot of switch."""
    x, y = chromium.run(
        f"const at = data.rows.findIndex((_, at) => told(at).of === {json.dumps(CASE)});"
        " const mark = document.querySelector(`#plots [data-mark='${at}']`);"
        " mark.scrollIntoView({block: 'center'});"
        " const place = () => { const box = mark.getBoundingClientRect();"
        "   return [box.left + box.width / 2, box.top + box.height / 2]; };"
        " return new Promise(done => requestAnimationFrame(() =>"  # what was not seen yet is laid out
        "   requestAnimationFrame(() => done(place()))));"
    )
    return x, y


def _note(chromium: browser.Browser) -> str:
    text: str = chromium.run(
        "const note = document.querySelector('.note'); return note.hidden ? '' : note.innerText;"
    )
    return text


def test_pointing_at_a_mark_tells_value_interval_case_and_where_it_is_from(
    run: run_directory.Run, shown: browser.Browser
) -> None:
    x, y = _place_of_mark(shown)
    shown.point_at(x + 2, y - 2)
    text, summary = _note(shown), _summary(run)
    assert summary.interval is not None
    lines = ", ".join(str(each.line) for each in run.counted if each.case == CASE)
    for part in (
        f"one hand-over: {humanise(summary.median, 'ns')}",
        f"95 % interval {humanise_interval(summary.interval, 'ns')}, N = 6",
        CASE,
        f"journal.jsonl:{lines}",
    ):
        assert part in text
    shown.press("Escape")
    assert _note(shown) == ""


def test_arrow_keys_go_from_mark_to_mark(shown: browser.Browser) -> None:
    shown.run("document.querySelector('#plot-grain svg').focus();")
    told = []
    for _ in range(3):
        shown.press("ArrowRight")
        told.append(_note(shown))
    assert len(set(told)) == 3 and all(told)
    shown.press("ArrowLeft")
    assert _note(shown) == told[1]
    assert "range over repetitions" in told[0] and "journal.jsonl:" in told[0]  # of a curve


def test_pictures_draw_the_models_that_are_picked_on_the_scale_that_is_chosen(
    shown: browser.Browser,
) -> None:
    look = (
        "const chart = document.querySelector('.pictures svg'); return {"
        " labels: [...chart.querySelectorAll('text[text-anchor=end]')].map(each => each.textContent),"
        " ticks: [...chart.querySelectorAll('text[text-anchor=middle]')]"
        "   .map(each => each.textContent),"
        " marks: chart.querySelectorAll('[data-mark]').length};"
    )
    before = shown.run(look)
    assert before["labels"][0] == "process" and before["marks"] == len(before["labels"]) == 8
    after = shown.run(
        "const box = document.querySelector('#answers input[value=process]');"
        " box.checked = false; box.dispatchEvent(new Event('change'));"
        " const scale = document.querySelector('#answers .controls select');"
        " scale.value = 'linear'; scale.dispatchEvent(new Event('change'));" + look
    )
    assert after["labels"] == before["labels"][1:]
    assert after["ticks"][0].startswith("0") and not before["ticks"][0].startswith("0 ")


def test_any_metric_can_be_drawn(shown: browser.Browser) -> None:
    drawn = shown.run(
        "const [metric] = document.querySelectorAll('#explore select');"
        " metric.value = 'grain grain: minimum effective task length, minimum_effective_grain_ns';"
        " metric.dispatchEvent(new Event('change'));"
        " return document.querySelectorAll('#explore [data-mark]').length;"
    )
    assert drawn == 8


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_it_is_accessible_in_each_look(
    shown: browser.Browser, page: Path, width: int, scheme: str
) -> None:
    shown.looks(width, 900, scheme)
    assert (
        shown.run(
            "const page = document.documentElement;" " return page.scrollWidth - page.clientWidth;"
        )
        == 0
    )
    paper = shown.run("return getComputedStyle(document.body).backgroundColor;")
    assert sum(map(int, re.findall(r"\d+", paper))) == (765 if scheme == "light" else 20 + 22 + 26)
    if not AXE.exists():
        pytest.skip("axe-core is not installed; scripts/setup.sh --for-tests does it")
    shown.run(AXE.read_text(encoding="utf-8"))
    found = shown.run("return axe.run(document, {resultTypes: ['violations']});")
    assert len(found["passes"]) > 10
    assert _said(found) == []


def _said(found: dict[str, Any]) -> list[str]:
    """What axe-core finds serious or worse, each with the first element that it finds it of."""
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
