"""The page of compare.sh, as a file and as a browser shows it."""

import html
import json
import re
from pathlib import Path

import browser
import pytest
from conftest import Command
from rich_run import rich_records
from synthetic_run import MANIFEST, metric, record, repeated, write_run
from unitcost_scripts.__main__ import main

CASE = "switch/tbb/idle/by:resume/cores:1"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of three runs of one suite; the third is of another machine and lacks a case."""
    where = tmp_path_factory.mktemp("compared")
    machine = {**MANIFEST["machine"], "cpu_model": "Example <CPU> 4000"}
    another = {**MANIFEST, "machine": machine, "finished_utc": None}
    fewer = [each for each in rich_records(3, 10) if each["case"] != "spawn/process/idle"]
    runs = [
        write_run(where / "first", rich_records(1, 10)),
        write_run(where / "second", rich_records(2, 10)),
        write_run(where / "third", fewer, another),
    ]
    target = where / "page.html"
    assert main(["compare", *map(str, runs), "--html", str(target)]) == 0
    return target


def _text(page: Path) -> str:
    return html.unescape(page.read_text(encoding="utf-8"))


def test_each_pair_has_its_floor_its_measures_and_its_cases(page: Path) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8"))
    of_pair = ("{0}", "{0}-floor", "{0}-measures", "{0}-cases")
    expected = [each.format(name) for name in "BC" for each in of_pair]
    assert ids == ["runs", "conditions", *expected, "method", "data"]


def test_what_only_one_run_has_and_what_differs_around_is_told(page: Path) -> None:
    text = _text(page)
    assert "1 cases only in A" in text and "<li>spawn/process/idle</li>" in text
    assert "<td>cpu model</td><td>Example CPU 3000 @ 2.60GHz</td>" in text
    assert "cases measured in neither, for the same reason" in text
    assert "C: The run was not finished" in text and "B: The run" not in text


def test_what_a_manifest_says_cannot_become_markup(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    assert "Example &lt;CPU&gt; 4000" in raw and "<CPU>" not in raw


def _two_runs(where: Path) -> list[Path]:
    """The second takes three times as long."""
    return [
        write_run(
            where / name,
            [record(CASE, i, [metric("ns", factor * (100 + i), "ns")]) for i in range(10)],
        )
        for name, factor in (("a", 1), ("b", 3))
    ]


def test_a_number_leads_back_to_its_lines_and_has_its_interval(
    tmp_path: Path, command: Command
) -> None:
    target = tmp_path / "page.html"
    assert command("compare", *_two_runs(tmp_path), "--html", target)[0] == 0
    text = _text(target)
    where = "journal.jsonl:1, 2, 3, 4, 5, 6, 7, 8, 9, 10; median of 10"
    assert f'<td title="{where}">104 ns<br><small>101 – 108 ns</small></td>' in text
    assert re.search(r"<td>3\.000<br><small>2\.\d{3} – 3\.\d{3}</small></td>", text)
    assert "<td>worse</td>" in text
    assert "Not tested: no primitive" in text


def test_worse_without_a_ratio_is_told_in_table_page_and_json(
    tmp_path: Path, command: Command
) -> None:
    runs = [
        write_run(tmp_path / f"{count}", repeated(CASE, [count] * 10, "hung", "1"))
        for count in (0.0, 1.0)
    ]
    page, whole = tmp_path / "page.html", tmp_path / "out.json"
    code, out, _ = command("compare", *runs, "--html", page, "--json", whole)
    (row,) = (line.split() for line in out.splitlines() if line.startswith(CASE))
    assert (code, row[1:]) == (0, ["hung", "0", "1.00", "–", "–", "–", "worse", "–"])
    assert '<td title="not all values are above zero">–</td>' in _text(page)
    (found,) = json.loads(whole.read_text(encoding="utf-8"))["others"][0]["comparisons"]
    assert (found["verdict"], found["ratio"], found["q_value"]) == ("worse", None, None)


def test_json_and_page_are_written_together_or_not_at_all(tmp_path: Path, command: Command) -> None:
    written = tmp_path / "out.json"
    written.write_text("from before")
    absent = tmp_path / "absent" / "page.html"
    code, out, err = command("compare", *_two_runs(tmp_path), "--json", written, "--html", absent)
    assert (code, out) == (2, "")
    assert f"{absent}: cannot be written" in err
    assert written.read_text() == "from before"


def test_a_browser_shows_it_without_errors_and_without_a_network(
    page: Path, tmp_path: Path
) -> None:
    absent = browser.missing()
    if absent:
        pytest.skip(absent)
    with browser.Browser(tmp_path / "profile") as chromium:
        chromium.open(page.as_uri())
        rows = chromium.run("return [...document.querySelectorAll('tbody tr')].length;")
        greatest = chromium.run(
            "const table = document.querySelector('table[data-filter=\"Cases of B\"]');"
            " const by = [...table.querySelectorAll('.sort')].find(each => each.textContent === 'A');"
            " by.click(); by.click(); return table.tBodies[0].rows[0].cells[3].firstChild.textContent;"
        )
        wide = chromium.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"
        )
        console, requested = chromium.console(), chromium.requested()
    assert rows > 100 and wide == 0
    assert greatest.endswith(" MiB"), "units are minded when sorting"
    assert console == []
    assert [each for each in requested if not each.startswith("data:")] == [page.as_uri()]
