"""Loading: each kind of bad input gets one sentence that names file and line, and exit code 2."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command
from synthetic_run import MANIFEST, metric, record, repeated, write_run
from unitcost_scripts.runs import run_directory

CASE = "switch/tbb/idle/by:yield"


def _journal(run: Path) -> Path:
    return run / "journal.jsonl"


def _append(run: Path, text: str) -> None:
    with _journal(run).open("a", encoding="utf-8") as stream:
        stream.write(text)


def _truncate(run: Path) -> None:
    text = _journal(run).read_text()
    _journal(run).write_text(text[:-40])


def _double(run: Path) -> None:
    _append(run, _journal(run).read_text().splitlines()[0] + "\n")


def _misname(run: Path) -> None:
    _append(run, json.dumps({**record(CASE, 7), "model": "std_thread"}) + "\n")


def _twice_one_metric(run: Path) -> None:
    values = [metric("switch_ns", 1, "ns"), metric("switch_ns", 2, "ns")]
    _append(run, json.dumps(record(CASE, 7, values)) + "\n")


def _foreign_manifest(run: Path) -> None:
    (run / "manifest.json").write_text('{"context": {}, "benchmarks": []}')


def _future_manifest(run: Path) -> None:
    (run / "manifest.json").write_text(json.dumps({**MANIFEST, "schema": "unitcost.manifest/9"}))


def _with_value(number: str) -> str:
    """A line that is sound but for this."""
    good = json.dumps(record(CASE, 7, [metric("switch_ns", 12345, "ns")]))
    return good.replace("12345", number) + "\n"


def _in_manifest(run: Path, pair: str) -> None:
    text = json.dumps(MANIFEST).replace('"seed": 1', pair)
    assert pair in text
    (run / "manifest.json").write_text(text)


# what is done to a good run of three records -> what the sentence must say
FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda run: (run / "manifest.json").unlink(), "manifest.json: cannot be read"),
    "no journal": (lambda run: _journal(run).unlink(), "journal.jsonl: cannot be read"),
    "a torn last line": (_truncate, "journal.jsonl line 3: the line is truncated"),
    "an empty journal": (
        lambda run: _journal(run).write_text(""),
        "journal.jsonl: holds no record",
    ),
    "an empty line": (lambda run: _append(run, "\n"), "journal.jsonl line 4: the line is empty"),
    "foreign JSON": (lambda run: _append(run, '{"a": 1}\n'), "line 4: not a unitcost record"),
    "JSON that is no object": (lambda run: _append(run, "[1]\n"), "line 4: expected a JSON object"),
    "no JSON": (lambda run: _append(run, "hello\n"), "line 4: not valid JSON"),
    "NaN": (lambda run: _append(run, '{"a": NaN}\n'), "line 4: not valid JSON (NaN is not JSON)"),
    "-Infinity": (
        lambda run: _append(run, '{"a": -Infinity}\n'),
        "line 4: not valid JSON (-Infinity is not JSON)",
    ),
    "a number that no double holds": (
        lambda run: _append(run, _with_value("1e999")),
        "line 4: not valid JSON (the number 1e999 is too large)",
    ),
    "a number of which no sum is a number": (
        lambda run: _append(run, _with_value("1.7e308")),
        "line 4: not valid JSON (the number 1.7e308 is too large)",
    ),
    "a whole number that no double holds": (
        lambda run: _append(run, _with_value("9" * 400)),
        f"line 4: not valid JSON (the number {'9' * 40}… is too large)",
    ),
    "a number too large in the manifest": (
        lambda run: _in_manifest(run, '"seed": -1E+400'),
        "manifest.json: not valid JSON (the number -1E+400 is too large)",
    ),
    "Infinity in the manifest": (
        lambda run: _in_manifest(run, '"seed": Infinity'),
        "manifest.json: not valid JSON (Infinity is not JSON)",
    ),
    "a later version": (
        lambda run: _append(run, '{"schema": "unitcost.record/9"}\n'),
        "line 4: schema 'unitcost.record/9' is not known; this version reads unitcost.record/0,",
    ),
    "a missing key": (
        lambda run: _append(run, '{"schema": "unitcost.record/2"}\n'),
        "line 4: 'case' is a required property",
    ),
    "a repetition twice": (
        _double,
        "line 4: repetition 0 of 'switch/tbb/idle/by:yield' is already on line 1",
    ),
    "a case that is not its model's": (
        _misname,
        "line 4: case 'switch/tbb/idle/by:yield' does not begin with",
    ),
    "a metric twice": (_twice_one_metric, "line 4: two of the metrics"),
    "a foreign manifest": (_foreign_manifest, "manifest.json: not a unitcost manifest"),
    "a later manifest": (
        _future_manifest,
        "manifest.json: schema 'unitcost.manifest/9' is not known",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["validate", "plot", "report"])
def test_bad_input_is_one_sentence_exit_2_and_nothing_written(
    tmp_path: Path, command: Command, name: str, fault: str
) -> None:
    run = write_run(tmp_path / "run", repeated(CASE, [1, 2, 3]))
    page = run / "report" / "index.html"
    page.parent.mkdir()
    page.write_text("from before")
    spoil, sentence = FAULTS[fault]
    spoil(run)
    code, out, err = command(name, run)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert str(run) in err and sentence in err
    assert page.read_text() == "from before"
    assert [each.name for each in page.parent.iterdir()] == ["index.html"]


def test_a_run_that_is_not_there_is_named(tmp_path: Path, command: Command) -> None:
    code, _, err = command("validate", tmp_path / "absent")
    assert (code, err) == (2, f"validate: {tmp_path / 'absent'}: no such run directory.\n")


def test_a_last_line_without_its_line_end_is_taken_when_it_is_whole(tmp_path: Path) -> None:
    run = write_run(tmp_path, repeated(CASE, [1, 2, 3]))
    _journal(run).write_text(_journal(run).read_text().rstrip("\n"))
    assert len(run_directory.load(run).records) == 3


def _pack(run: Path) -> Path:
    packed = run / "journal.jsonl.xz"
    packed.write_bytes(lzma.compress(_journal(run).read_bytes()))
    _journal(run).unlink()
    return packed


def test_a_packed_journal_is_read_like_a_plain_one(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", repeated(CASE, [1, 2, 3]))
    plain = run_directory.load(run)
    _pack(run)
    assert run_directory.load(run) == plain


def test_a_damaged_packed_journal_is_named(tmp_path: Path, command: Command) -> None:
    packed = _pack(write_run(tmp_path / "run", repeated(CASE, [1, 2, 3])))
    packed.write_bytes(packed.read_bytes()[:-20])
    code, _, err = command("validate", packed.parent)
    assert code == 2
    assert err.startswith(f"validate: {packed}: cannot be unpacked")


def test_only_ok_and_not_discarded_records_count(tmp_path: Path) -> None:
    good, *rest = repeated(CASE, [1, 2, 3])
    discarded = {**rest[0], "discarded": True, "repetition": 0}
    unstable = {**rest[1], "end": "unstable", "reason": "disturbed"}
    run = run_directory.load(write_run(tmp_path, [discarded, good, unstable]))
    assert [each.line for each in run.counted] == [2]


def test_what_version_1_said_of_a_metric_is_kept(tmp_path: Path) -> None:
    old = record(CASE, 0, [metric("stack_bytes", 5, "bytes"), metric("rate", 9, "1/s")])
    old["schema"] = "unitcost.record/1"
    old["metrics"][1]["direction"] = "greater"
    loaded = run_directory.load(write_run(tmp_path, [old])).records[0]
    assert [each.quantity.direction for each in loaded.metrics.values()] == ["smaller", "greater"]


def test_version_0_is_read(tmp_path: Path) -> None:
    old = record(CASE, 0, [metric("switch_ns", 5, "ns"), metric("units_per_second", 9, "1/s")])
    old["schema"] = "unitcost.record/0"
    for each, direction in zip(old["metrics"], ("lower", "higher"), strict=True):
        del each["label"]
        each["direction"] = direction
    loaded = run_directory.load(write_run(tmp_path, [old])).records[0]
    quantities = [each.quantity for each in loaded.metrics.values()]
    assert [each.label for each in quantities] == ["switch ns", "units per second"]
    assert [each.direction for each in quantities] == ["smaller", "greater"]


def test_version_0_is_still_validated(tmp_path: Path, command: Command) -> None:
    old = {**record(CASE), "schema": "unitcost.record/0", "metrics": "none"}
    code, _, err = command("validate", write_run(tmp_path, [old]))
    assert code == 2
    assert "line 1, field metrics: 'none' is not of type 'array'" in err


def test_validate_counts_what_it_found(rich_run: Path, command: Command) -> None:
    code, out, _ = command("validate", rich_run)
    assert code == 0
    assert "1 skipped" in out and "1 crashed" in out
