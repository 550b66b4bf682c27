"""What is published, what keeps a run from it, and the page that compares all machines."""

import copy
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from rich_run import rich_records
from synthetic_run import MANIFEST, metric, record, repeated, write_run
from unitcost_scripts.machines import published

NAME = "2026-01-02-example-cpu"
Manifest = dict[str, Any]


def _manifest(**changes: Any) -> Manifest:
    return {**copy.deepcopy(MANIFEST), "repetitions": 10, **changes}


def _publish(
    results: Path, name: str = NAME, manifest: Manifest | None = None, records: Any = None
) -> Path:
    values = repeated("switch/tbb/idle", [1.0]) if records is None else records
    run = write_run(results / name, values, manifest or _manifest())
    (run / "report").mkdir()
    (run / "report" / "index.html").write_text("<p>report</p>")
    return run


def test_a_run_as_it_should_be_may_be_published(tmp_path: Path, command: Command) -> None:
    run = _publish(tmp_path)
    code, out, err = command("validate", "--published", run)
    assert (code, err) == (0, "")
    assert out.startswith(f"{run}: valid, and may be published; 1 records")


def _of_machine(**changes: Any) -> Manifest:
    return _manifest(machine={**MANIFEST["machine"], **changes})


def _of_tool(**changes: Any) -> Manifest:
    return _manifest(tool={**MANIFEST["tool"], **changes})


SPOILT: dict[str, tuple[Manifest, str]] = {
    "host": (_of_machine(host="example"), "it names the host (measure with --anonymous)"),
    "user": (_of_machine(user="somebody"), "it names the user"),
    "path": (
        _manifest(command_line=["run", "--out=/home/somebody/run"]),
        "its command line holds the path --out=/home/somebody/run",
    ),
    "contender": (
        _manifest(selection={"contenders": [{"name": "x", "about": "y", "command": "z"}]}),
        "it shows the commands of contenders",
    ),
    "day": (_manifest(started_utc="2026-01-03T00:00:00Z"), "where it was started on 2026-01-03"),
    "profile": (_manifest(profile="mine"), "its profile 'mine' is none of quick, standard, full"),
    "part": (_manifest(selection={"filter": "^switch/"}), "it is not a whole profile (chosen by f"),
    "few": (_manifest(repetitions=6), "it has 6 repetitions where comparing takes 10"),
    "unfinished": (_manifest(finished_utc=None), "it was not finished"),
    "dirty": (_of_tool(dirty=True), "no commit identifies the sources"),
    "no commit": (_of_tool(commit=None), "no commit identifies the sources"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_a_manifest_must_not_say_keeps_a_run_from_being_published(
    tmp_path: Path, command: Command, spoilt: str
) -> None:
    manifest, said = SPOILT[spoilt]
    run = _publish(tmp_path, manifest=manifest)
    code, out, err = command("validate", "--published", run)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and str(run) in err
    assert "; " not in err, "one fault was planted"
    assert command("validate", run)[0] == 0


@pytest.mark.parametrize("name", ["my-run", "2026-01-02", "2026-01-02-Big_Box", "2026-02-30-box"])
def test_a_directory_must_be_called_by_day_and_machine(
    tmp_path: Path, command: Command, name: str
) -> None:
    _, _, err = command("validate", "--published", _publish(tmp_path, name))
    assert f"its name {name!r} is not YYYY-MM-DD-MACHINE" in err


def _without_report(run: Path) -> None:
    (run / "report" / "index.html").unlink()


def _with_link(run: Path) -> None:
    (run / "latest").symlink_to("nowhere")


def _too_large(run: Path) -> None:
    with (run / "core").open("wb") as stream:
        stream.truncate(published.LARGEST_BYTES + 1)  # sparse


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_report, "it has no report/index.html (scripts/report.sh)"),
        (_with_link, "latest is a symbolic link"),
        (_too_large, "it takes 16.0 MiB where 16 are the most (largest: core; pack"),
    ],
)
def test_what_lies_in_the_directory_is_looked_at(
    tmp_path: Path, command: Command, spoil: Callable[[Path], None], said: str
) -> None:
    run = _publish(tmp_path)
    spoil(run)
    code, _, err = command("validate", "--published", run)
    assert code == 2 and said in err


def test_a_run_that_did_not_find_a_known_answer_is_not_published(
    tmp_path: Path, command: Command
) -> None:
    case = "selftest/null/idle/check:clock"
    known = [
        record(case, index, [metric("ns", 9, "ns", expected_low=0, expected_high=3)])
        for index in range(10)
    ]
    _, _, err = command("validate", "--published", _publish(tmp_path, records=known))
    assert f"a known answer was not found ({case})" in err


def test_every_fault_is_told_at_once(tmp_path: Path, command: Command) -> None:
    run = _publish(tmp_path, "box", _manifest(profile="mine", finished_utc=None))
    _without_report(run)
    _, _, err = command("validate", "--published", run)
    assert err.count("; ") == 3 and err.count("\n") == 1


def _machine(factor: float) -> list[Any]:
    """Footprint of every model, and the floor, of a machine that is so many times as slow."""
    floor = [
        record(
            "primitives/floor/machine",
            index,
            [metric("system_call_ns", factor * (100 + index), "ns", label="a system call")],
        )
        for index in range(10)
    ]
    return _footprints(1) + floor


def _footprints(seed: int) -> list[Any]:
    return [each for each in rich_records(seed, 10) if each["measure"] == "footprint"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two machines: of the second there is no floor and no process, and its report is missing."""
    where = tmp_path_factory.mktemp("published") / "results"
    _publish(where, records=_machine(1))
    second = [each for each in _footprints(2) if each["model"] != "process"]
    slow = _publish(where, "2026-01-03-slow-box", _of_machine(cpu_model="<Slow>"), second)
    _without_report(slow)
    (where / "local").mkdir()
    (where / "README.md").write_text("no run")
    return where


def _page(results: Path, command: Command, target: Path | None = None) -> str:
    more = [] if target is None else ["--out", target]
    code, out, err = command("results_index", "--results", results, *more)
    assert (code, err) == (0, "")
    assert out == f"{target or results / 'index.html'}\n"
    return html.unescape((target or results / "index.html").read_text(encoding="utf-8"))


def test_each_machine_has_a_row_that_leads_to_its_report(
    results: Path, tmp_path: Path, command: Command
) -> None:
    text = _page(results, command)
    assert "2 published runs" in text
    assert f'<a href="{NAME}/report/index.html">example-cpu</a>' in text
    assert '<a href="2026-01-03-slow-box">slow-box</a>' in text
    elsewhere = _page(results, command, tmp_path / "site.html")
    (link, *_) = re.findall(r'href="([^"#]+index\.html)"', elsewhere)
    assert (tmp_path / link).resolve() == (results / NAME / "report/index.html").resolve()


def _table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table after the heading, tags taken out."""
    after = text[text.index(heading) :]
    body = after[: after.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row)]
        for row in rows
    ]


def test_answers_stand_by_number_machine_and_model_with_intervals(
    results: Path, command: Command
) -> None:
    headings, first, second = _table(_page(results, command), "<h3>footprint: memory per unit<")
    process, thread = headings.index("process"), headings.index("std_thread")
    assert re.fullmatch(r"154 KiB +152 – 155 KiB", first[process])
    assert second[process] == "–"
    assert re.fullmatch(r"35.0 KiB +34.9 – 35.2 KiB", second[thread])


def test_the_floor_stands_by_primitive_and_says_where_it_was_not_measured(
    results: Path, command: Command
) -> None:
    headings, first, second = _table(_page(results, command), 'id="floor"')
    call = headings.index("system call")
    assert re.fullmatch(r"104 ns +101 – 108 ns", first[call])
    assert second[call] == "–"


def test_what_a_machine_could_not_measure_is_not_said_to_be_no_part_of_its_run(
    tmp_path: Path, command: Command
) -> None:
    results = tmp_path / "results"
    _publish(results, records=_machine(1)[-10:])
    reason = "the clock stands still"
    crash = record("primitives/floor/machine", end="crashed", reason=reason)
    _publish(results, "2026-01-03-slow-box", _manifest(), [crash])
    _publish(results, "2026-01-04-old-box", _manifest())
    text = _page(results, command)
    assert f'<td title="crashed in 1 of 1 repetitions: {reason} (journal.jsonl:1)">–</td>' in text
    assert '<td title="not part of this run">–</td>' in text


def test_what_a_machine_calls_itself_cannot_become_markup(results: Path, command: Command) -> None:
    _page(results, command)
    raw = (results / "index.html").read_text(encoding="utf-8")
    assert "&lt;Slow&gt;" in raw and "<Slow>" not in raw


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda where: None, "holds no published run"),
        (lambda where: where.rmdir(), "no such directory of results"),
        (lambda where: _publish(where, records=[]), "journal.jsonl: holds no record"),
    ],
)
def test_bad_input_leaves_the_page_of_before(
    tmp_path: Path, command: Command, prepare: Callable[[Path], Any], said: str
) -> None:
    where, page = tmp_path / "results", tmp_path / "page.html"
    where.mkdir()
    page.write_text("from before")
    prepare(where)
    code, out, err = command("results_index", "--results", where, "--out", page)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert page.read_text() == "from before"


def test_a_page_that_cannot_be_written_is_named(
    results: Path, tmp_path: Path, command: Command
) -> None:
    target = tmp_path / "absent" / "page.html"
    code, _, err = command("results_index", "--results", results, "--out", target)
    assert (code, err) == (
        2,
        f"results_index: {target}: cannot be written (No such file or directory).\n",
    )
