"""The report as files, and as a browser shows it."""

import re
from pathlib import Path

import browser
import pytest
from conftest import Command
from synthetic_run import MANIFEST, metric, record, repeated, rich_records, series, write_run
from unitcost_scripts import run_directory
from unitcost_scripts.report import write_report


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = write_run(tmp_path_factory.mktemp("report") / "run", rich_records())
    return write_report(run_directory.load(run))


def test_tables_lie_beside_the_page_as_csv_and_markdown(page: Path) -> None:
    names = sorted(each.name for each in page.parent.iterdir())
    tables = [f"{name}.{kind}" for name in ("answers", "ends", "results") for kind in ("csv", "md")]
    assert names == sorted([*tables, "index.html", "plots"])
    assert "| process | " in (page.parent / "answers.md").read_text(encoding="utf-8")
    first = (page.parent / "results.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("case,measure,model,workload,metric,median,low,high,confidence,unit")


def test_answers_come_first_and_everything_follows(page: Path) -> None:
    sections = re.findall(r'<section id="(\w+)">', page.read_text(encoding="utf-8"))
    assert sections == ["answers", "selftests", "plots", "results", "ends", "conditions"]


def test_no_two_elements_of_the_page_share_an_id(page: Path) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))


def test_every_skip_and_failure_is_told_with_its_reason(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for part in ("null has no units", "signal 11 after 17 units", "discarded", "skipped: null has"):
        assert part in text


def test_what_a_record_says_cannot_become_markup(tmp_path: Path) -> None:
    reason = "<script>alert(1)</script>"
    run = write_run(tmp_path, [record("spawn/null/idle", end="skipped", reason=reason)])
    text = write_report(run_directory.load(run)).read_text(encoding="utf-8")
    assert reason not in text and "&lt;script&gt;" in text


def test_contenders_stand_beside_models_in_the_tables_and_disturb_no_plot(tmp_path: Path) -> None:
    contender = "stackless@clang-19.1+lto"
    contenders = [{"name": contender, "about": "a build of <ours>", "command": "./unitcost"}]
    records = []
    for model, ns in (("stackless", 8.0), (contender, 9.0)):
        for workers in (1, 2):
            case = f"throughput/{model}/fib/n:20/spawn_depth:all/workers:{workers}"
            for round_number in range(6):
                metrics = [
                    metric("ns_per_unit", ns / workers, "ns"),
                    metric("units_per_second", 1e9 * workers / ns, "1/s", headline=True),
                ]
                if model != contender:  # which has no serial run beside it
                    metrics.append(metric("speedup", workers, "1", direction="greater"))
                records.append(record(case, round_number, metrics, headline=workers == 2))
    manifest = {**MANIFEST, "selection": {"contenders": contenders}}
    page = write_report(run_directory.load(write_run(tmp_path, records, manifest)))
    text = page.read_text(encoding="utf-8")
    assert contender in text and "a build of <ours>" not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert f"| {contender} | " in (page.parent / "answers.md").read_text(encoding="utf-8")
    assert list(page.parent.rglob("*.svg"))


def test_an_unfinished_run_of_modified_sources_is_told_apart(tmp_path: Path) -> None:
    manifest = {**MANIFEST, "finished_utc": None, "tool": {**MANIFEST["tool"], "dirty": True}}
    run = write_run(tmp_path, repeated("switch/tbb/idle", [1.0]), manifest)
    text = write_report(run_directory.load(run)).read_text(encoding="utf-8")
    assert "was not finished" in text and "modified sources" in text


def test_a_run_in_which_nothing_ended_ok_still_has_its_page(
    tmp_path: Path, command: Command
) -> None:
    run = write_run(tmp_path, [record("spawn/null/idle", end="skipped", reason="spawns nothing")])
    code, out, _ = command("report", run)
    assert code == 0
    assert "nothing to draw" in Path(out.strip()).read_text(encoding="utf-8")


def test_a_browser_shows_it_whole_without_errors_and_without_a_network(
    page: Path, tmp_path: Path
) -> None:
    absent = browser.missing()
    if absent:
        pytest.skip(absent)
    plots = len(list((page.parent / "plots").glob("*.svg")))
    with browser.Browser(tmp_path) as chromium:
        chromium.open(page.as_uri())
        shapes = chromium.run(
            "return [...document.querySelectorAll('figure svg')].map(svg => {"
            " const box = svg.getBoundingClientRect();"
            " const drawn = [...svg.querySelectorAll('path, use')].filter(each => {"
            "   const own = each.getBoundingClientRect(); return own.width + own.height > 0; });"
            " return [box.width, box.height, drawn.length]; });"
        )
        console, requested = chromium.console(), chromium.requested()
    assert len(shapes) == plots > 0
    for width, height, drawn in shapes:
        assert width > 300 and height > 100 and drawn > 50
    assert console == []
    assert [each for each in requested if not each.startswith("data:")] == [page.as_uri()]


def test_the_browser_check_notices_a_request_and_an_error(tmp_path: Path) -> None:
    absent = browser.missing()
    if absent:
        pytest.skip(absent)
    bad = tmp_path / "bad.html"
    bad.write_text('<img src="absent.png"><script>throw new Error("planted")</script>')
    with browser.Browser(tmp_path / "profile") as chromium:
        chromium.open(bad.as_uri())
        console, requested = chromium.console(), chromium.requested()
    assert any("planted" in each for each in console)
    assert any(each.endswith("absent.png") for each in requested)


def test_plots_of_one_measure_stand_together_and_are_listed_before(tmp_path: Path) -> None:
    curve = series("foxes", [[1.0, 2.0], [2.0, 3.0]])
    records = [
        record(f"{measure}/fox/meadow", 0, [metric("paws", 4.0, "1")], series=[curve])
        for measure in ("zoology", "botany")
    ]
    text = write_report(run_directory.load(write_run(tmp_path, records))).read_text("utf-8")
    expected = [
        f"{each}-{what}" for each in ("botany", "zoology") for what in ("meadow-paws", "foxes")
    ]
    assert re.findall(r'<figure id="plot-([^"]+)">', text) == expected
    assert re.findall(r'<a href="#plot-([^"]+)">', text) == expected
    assert re.findall(r'<h3 id="plots-([^"]+)">', text) == ["botany", "zoology"]
