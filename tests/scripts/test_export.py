"""Exports, each held to what its reader takes."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import Command
from synthetic_run import metric, record, repeated, write_run
from unitcost_scripts.export import FORMATS, job_summary
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import median, median_interval

CASE = "switch/tbb/idle/by:yield"
VALUES = (11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0)
SCHEMAS = Path(__file__).parent / "formats"


@pytest.fixture(scope="module")
def rich(rich_run: Path) -> Run:
    return run_directory.load(rich_run)


def run_of(directory: Path, records: Iterable[Any]) -> Run:
    return run_directory.load(write_run(directory / "run", records))


def exported(run: Run, name: str) -> Any:
    text = FORMATS[name].text(run)
    return json.loads(text) if FORMATS[name].file.endswith(".json") else text


def checked(document: Any, schema: str) -> Any:
    jsonschema.validate(document, json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))
    return document


def three_directions(repetitions: int = 7) -> list[Any]:
    return [
        record(
            CASE,
            index,
            [
                metric("switch_ns", VALUES[index], "ns"),
                metric("switches", 1 / VALUES[index], "1/s", direction="greater"),
                metric("best_size", 4, "1", direction="neither"),
            ],
        )
        for index in range(repetitions)
    ]


def test_every_format_is_written_without_being_asked_for(
    rich_run: Path, tmp_path: Path, command: Command
) -> None:
    code, out, _ = command("export", rich_run, "--out", tmp_path / "new" / "exports")
    written = sorted(each.name for each in (tmp_path / "new" / "exports").iterdir())
    assert code == 0
    assert written == sorted(each.file for each in FORMATS.values())
    assert [Path(line).name for line in out.splitlines()] == [e.file for e in FORMATS.values()]


def test_formats_that_are_asked_for_leave_the_others_alone(
    rich_run: Path, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "junit.xml").write_text("from before")
    (tmp_path / "bencher.json").write_text("from before")
    chosen = ("--format", "bencher", "--format", "csv")
    assert command("export", rich_run, *chosen, "--out", tmp_path)[0] == 0
    assert (tmp_path / "junit.xml").read_text() == "from before"
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "bencher.json",
        "junit.xml",
        "results.csv",
    ]
    checked(json.loads((tmp_path / "bencher.json").read_text()), "bencher.json")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = run_of(tmp_path, three_directions())
    for each in FORMATS.values():
        assert each.text(run) == each.text(run_directory.load(run.path))


def test_bencher_has_every_metric_as_a_measure_with_its_interval(tmp_path: Path) -> None:
    document = checked(exported(run_of(tmp_path, three_directions()), "bencher"), "bencher.json")
    interval = median_interval(VALUES)
    assert interval is not None
    assert sorted(document[CASE]) == ["best_size", "switch_ns", "switches"]
    assert document[CASE]["switch_ns"] == {
        "value": 14.0,
        "lower_value": interval.low,
        "upper_value": interval.high,
    }


def test_fewer_than_six_repetitions_have_no_interval_in_any_format(tmp_path: Path) -> None:
    run = run_of(tmp_path, three_directions(5))
    assert exported(run, "bencher")[CASE]["switch_ns"] == {"value": 13.0}
    (entry,) = exported(run, "smaller-is-better")
    assert "range" not in entry and "no interval" in entry["extra"]
    names = {each["name"] for each in exported(run, "google-benchmark")["benchmarks"]}
    assert names == {CASE, f"{CASE}_median"}
    assert "[" not in exported(run, "junit").partition("system-out")[2]


def test_github_action_benchmark_gets_each_direction_by_itself_and_no_fact(
    tmp_path: Path,
) -> None:
    run = run_of(tmp_path, three_directions())
    schema = "github-action-benchmark.json"
    (smaller,) = checked(exported(run, "smaller-is-better"), schema)
    (bigger,) = checked(exported(run, "bigger-is-better"), schema)
    assert (smaller["name"], smaller["value"], smaller["unit"]) == (f"{CASE} switch_ns", 14.0, "ns")
    assert smaller["range"] == "11 – 17"
    assert "journal.jsonl:1, 2, 3, 4, 5, 6, 7" in smaller["extra"]
    assert (bigger["name"], bigger["unit"]) == (f"{CASE} switches", "1/s")


def test_the_schemas_refuse_what_the_readers_would_not_understand() -> None:
    for document, schema in (
        ({CASE: {"switch_ns": {"median": 1}}}, "bencher.json"),
        ({CASE: {"switch_ns": {"value": "1 ns"}}}, "bencher.json"),
        ({CASE: {"a" * 65: {"value": 1}}}, "bencher.json"),
        ([], "github-action-benchmark.json"),
        ([{"name": CASE, "value": None, "unit": "ns"}], "github-action-benchmark.json"),
    ):
        with pytest.raises(jsonschema.ValidationError):
            checked(document, schema)


def test_the_schemas_take_a_whole_run(rich: Run) -> None:
    checked(exported(rich, "bencher"), "bencher.json")
    for name in ("smaller-is-better", "bigger-is-better"):
        checked(exported(rich, name), "github-action-benchmark.json")


def test_the_csv_has_every_number_with_its_records_and_every_reason_for_none(
    tmp_path: Path,
) -> None:
    skipped = record("spawn/null/idle", end="skipped", reason="null has no units, as |a,b| says")
    run = run_of(tmp_path, [skipped, *three_directions()])
    rows = list(csv.DictReader(io.StringIO(exported(run, "csv"))))
    number = next(row for row in rows if row["metric"] == "switch_ns")
    (missing,) = (row for row in rows if row["end"] != "ok")
    assert len(rows) == 4
    assert (number["case"], float(number["median"]), number["end"]) == (CASE, 14.0, "ok")
    assert number["records"] == "journal.jsonl:2, 3, 4, 5, 6, 7, 8"
    assert (missing["case"], missing["end"], missing["median"]) == (skipped["case"], "skipped", "")
    assert missing["reason"] == skipped["reason"]


def test_discarded_and_failed_repetitions_are_in_no_number(tmp_path: Path) -> None:
    spoilt = record(CASE, 0, [metric("switch_ns", 1e9, "ns")], discarded=True)
    crashed = record(CASE, 7, end="crashed", reason="signal 11")
    run = run_of(tmp_path, [spoilt, *repeated(CASE, VALUES), crashed])
    for name in ("bencher", "smaller-is-better", "google-benchmark"):
        assert "1000000000" not in FORMATS[name].text(run)
    assert exported(run, "bencher")[CASE]["switch_ns"]["value"] == median(VALUES)


def test_a_run_without_a_number_is_exported_with_its_reasons(tmp_path: Path) -> None:
    run = run_of(tmp_path, [record(CASE, end="crashed", reason="signal 11 after 17 units")])
    assert exported(run, "bencher") == {} and exported(run, "smaller-is-better") == []
    assert exported(run, "google-benchmark")["benchmarks"] == []
    for name in ("junit", "csv", "markdown"):
        assert "signal 11 after 17 units" in exported(run, name)


def test_the_job_summary_begins_with_the_answers_and_holds_everything(rich: Run) -> None:
    text = exported(rich, "markdown")
    assert text.startswith("## What one more unit costs\n")
    places = [text.index(part) for part in ("| stackless |", "Without a number", "All results")]
    assert places == sorted(places)
    assert "signal 11 after 17 units" in text and "left out" not in text
    assert len(text.encode()) <= job_summary.LIMIT_BYTES


@pytest.mark.parametrize("limit", [6_000, 12_000, 24_000])
def test_a_job_summary_that_is_too_long_is_cut_and_says_how_much_is_missing(
    rich: Run, limit: int
) -> None:
    whole, cut = job_summary.text(rich), job_summary.text(rich, limit)
    rows = [text.count("\n| ") for text in (whole, cut)]
    told = sum(int(line.split()[0]) for line in cut.splitlines() if "rows are left out" in line)
    headings = whole.count("| --- |\n") - cut.count("| --- |\n")
    assert len(cut.encode()) <= limit < len(whole.encode())
    assert told > 0 and told == rows[0] - rows[1] - 2 * headings


def test_bad_input_is_refused_and_leaves_what_was_there(
    tmp_path: Path, rich_run: Path, command: Command
) -> None:
    kept = tmp_path / "out" / "bencher.json"
    kept.parent.mkdir()
    kept.write_text("from before")
    torn = write_run(tmp_path / "torn", repeated(CASE, VALUES))
    with (torn / "journal.jsonl").open("a") as journal:
        journal.write('{"schema": "unit')
    empty = write_run(tmp_path / "empty", [])
    future = write_run(tmp_path / "future", [{**record(CASE), "schema": "unitcost.record/99"}])
    for run, complaint in (
        (tmp_path / "absent", "no such run directory"),
        (torn, "truncated"),
        (empty, "holds no record"),
        (future, "unitcost.record/99"),
    ):
        code, out, err = command("export", run, "--out", kept.parent)
        assert (code, out) == (2, "") and complaint in err
    code, _, err = command("export", rich_run, "--out", kept / "below")
    assert code == 2 and "cannot be written" in err
    assert kept.read_text() == "from before"
    assert [each.name for each in kept.parent.iterdir()] == ["bencher.json"]


def test_where_one_file_cannot_be_written_the_others_stay_as_they_were(
    tmp_path: Path, rich_run: Path, command: Command
) -> None:
    (tmp_path / "bencher.json").write_text("from before")
    (tmp_path / "summary.md").mkdir()
    code, out, err = command("export", rich_run, "--out", tmp_path)
    assert (code, out) == (2, "") and "summary.md: cannot be written (it is a directory)" in err
    assert (tmp_path / "bencher.json").read_text() == "from before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bencher.json", "summary.md"]


def test_an_unknown_format_is_bad_usage(rich_run: Path, command: Command) -> None:
    with pytest.raises(SystemExit) as ended:
        command("export", rich_run, "--format", "yaml", "--out", rich_run / "never")
    assert ended.value.code == 2
