"""The report as files, and as a browser shows it."""

import re
from pathlib import Path

import pytest
from conftest import Command
from markupsafe import Markup
from rich_run import rich_records
from synthetic_run import MANIFEST, metric, record, repeated, series, write_run
from unitcost_scripts.page import chapters
from unitcost_scripts.page.chapter import Chapter, Material, Pointer
from unitcost_scripts.report import write_report
from unitcost_scripts.runs import run_directory


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = write_run(tmp_path_factory.mktemp("report") / "run", rich_records())
    return write_report(run_directory.load(run))


def test_tables_lie_beside_the_page_as_csv_and_markdown(page: Path) -> None:
    names = sorted(each.name for each in page.parent.iterdir())
    tables = [f"{name}.{kind}" for name in ("answers", "ends", "results") for kind in ("csv", "md")]
    assert names == sorted([*tables, "claims.json", "claims.md", "index.html", "plots"])
    assert "| process | " in (page.parent / "answers.md").read_text(encoding="utf-8")
    first = (page.parent / "results.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("case,measure,model,workload,metric,median,low,high,confidence,unit")


def test_answers_come_first_and_everything_follows(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    sections = re.findall(r'<section id="(\w+)">', text)
    expected = "answers advice claims bill explore plots selftests results ends conditions"
    assert sections == expected.split()
    assert re.findall(r'<a href="#(\w+)">', text[: text.index("</nav>")]) == sections


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


@pytest.mark.parametrize("slo_ms", ["0", "-1", "nan", "inf"])
def test_a_bound_that_no_time_could_keep_is_refused(
    tmp_path: Path, command: Command, slo_ms: str
) -> None:
    run = write_run(tmp_path, repeated("switch/tbb/idle", [1.0]))
    code, out, err = command("report", run, f"--slo-ms={slo_ms}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"--slo-ms {slo_ms}: it has to be a number above zero" in err
    assert not (run / "report").exists()


def test_plots_of_one_measure_stand_together_and_are_listed_before(tmp_path: Path) -> None:
    curve = series("foxes", [[1.0, 2.0], [2.0, 3.0]])
    records = [
        record(f"{measure}/fox/meadow", 0, [metric("paws", 4.0, "1")], series=[curve])
        for measure in ("zoology", "botany")
    ]
    text = write_report(run_directory.load(write_run(tmp_path, records))).read_text("utf-8")
    expected = [
        f"{each}-{what}" for each in ("botany", "zoology") for what in ("foxes", "meadow-paws")
    ]
    assert re.findall(r'<figure id="plot-([^"]+)">', text) == expected
    assert re.findall(r'<a href="#plot-([^"]+)">', text) == expected
    assert re.findall(r'<h3 id="plots-([^"]+)">', text) == ["botany", "zoology"]


def test_a_need_of_which_a_run_judges_nobody_is_not_said_to_suit_nobody(tmp_path: Path) -> None:
    run = write_run(tmp_path, repeated("switch/tbb/idle", [1.0]))
    text = write_report(run_directory.load(run)).read_text(encoding="utf-8")
    first = text[: text.index('<section id="advice">')]
    assert '<b class="">none is known to fit</b>' in first


def test_one_more_chapter_has_its_place_in_the_page_and_what_it_says_at_once_on_the_first_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def foxes(material: Material) -> Chapter:
        html = Markup(f"<p>{len(material.summaries)} tracks</p>")
        pointers = (
            Pointer("fox-1", "Is it <true>?", "no", kind="bad"),
            Pointer("fox-2", "cunning", "yes", "✓", "good"),
        )
        return Chapter("foxes", "Foxes", html, "Of foxes", "They are red.", pointers)

    monkeypatch.setattr(chapters, "CHAPTERS", (foxes, chapters.results))
    run = write_run(tmp_path, repeated("switch/tbb/idle", [1.0]))
    text = write_report(run_directory.load(run)).read_text(encoding="utf-8")
    assert re.findall(r'<section id="(\w+)">', text) == ["answers", "foxes", "results"]
    first, then = text.split('<section id="foxes">')
    assert "<h3>Of foxes</h3>\n<p>They are red.</p>" in first
    assert '<a href="#fox-1">Is it &lt;true&gt;?</a> <b class="bad">no</b>' in first
    assert '<span aria-hidden="true">✓</span><span class="unseen">yes:</span>' in first
    assert "<h2>Foxes</h2>\n<p>" in then and " tracks</p>" in then
