"""Runs that must not be compared are refused, with what differs in both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from synthetic_run import MANIFEST, metric, record, write_run
from unitcost_scripts.comparing.comparable import reasons_against
from unitcost_scripts.runs import run_directory

CASE = "throughput/tbb/fib/n:20"
CHECKS: dict[str, Any] = {
    "expected_units": 21,
    "expected_checksum": "aa",
    "units": 21,
    "checksum": "aa",
}
Document = dict[str, Any]
Change = Callable[[Document], Document]


def _records(change: Change = dict) -> list[Document]:
    return [
        change(
            record(
                CASE,
                index,
                [metric("ns_per_unit", 100 + index, "ns", label="time of a unit")],
                checks=CHECKS,
            )
        )
        for index in range(10)
    ]


def _of_metric(**changes: Any) -> Change:
    return lambda one: {**one, "metrics": [{**one["metrics"][0], **changes}]}


def _with(**changes: Any) -> Change:
    return lambda one: {**one, **changes}


# what was changed in B -> what the reason must say
REFUSED: dict[str, tuple[Change, str]] = {
    "unit": (_of_metric(unit="us"), "the unit of ns_per_unit is 'ns' in A and 'us' in B"),
    "direction": (
        _of_metric(direction="neither"),
        "the direction of ns_per_unit is 'smaller' in A and 'neither' in B",
    ),
    "label": (
        _of_metric(label="time of a task"),
        "the label of ns_per_unit is 'time of a unit' in A and 'time of a task' in B",
    ),
    "parameters": (
        _with(parameters={"n": "21"}),
        f"{CASE} has the parameters {{'n': '20'}} in A and {{'n': '21'}} in B",
    ),
    "units of a graph": (
        _with(checks={**CHECKS, "expected_units": 33}),
        "'expected_units': 21, 'expected_checksum': 'aa'} in A and {'expected_units': 33",
    ),
    "outcome of a graph": (
        _with(checks={**CHECKS, "expected_checksum": "bb"}),
        "'expected_checksum': 'aa'} in A and {'expected_units': 21, 'expected_checksum': 'bb'}",
    ),
}


@pytest.mark.parametrize("changed", REFUSED)
def test_another_meaning_or_another_work_is_refused_with_both_values(
    tmp_path: Path, command: Command, changed: str
) -> None:
    change, said = REFUSED[changed]
    base = write_run(tmp_path / "a", _records())
    other = write_run(tmp_path / "b", _records(change))
    page = tmp_path / "page.html"
    page.write_text("from before")
    code, out, err = command("compare", base, other, "--html", page)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and "must not be compared" in err
    assert str(base) in err and str(other) in err
    assert page.read_text() == "from before"


def _reasons(tmp_path: Path, change: Change, manifest: Document) -> list[str]:
    return reasons_against(
        run_directory.load(write_run(tmp_path / "a", _records())),
        run_directory.load(write_run(tmp_path / "b", _records(change), manifest)),
        "C",
    )


def _of_version(version: str) -> Document:
    return {**MANIFEST, "tool": {**MANIFEST["tool"], "version": version}}


def test_another_minor_version_of_the_tool_is_another_workload(tmp_path: Path) -> None:
    (reason,) = _reasons(tmp_path, dict, _of_version("0.2.0"))
    assert reason.startswith("A is of unitcost 0.1 and C of 0.2")


def test_another_patch_of_the_tool_another_commit_or_machine_are_none(tmp_path: Path) -> None:
    manifest = _of_version("0.1.9")
    manifest["tool"]["commit"] = "f" * 40
    manifest["machine"] = {**MANIFEST["machine"], "cpu_model": "Another"}
    assert _reasons(tmp_path, dict, manifest) == []


def test_another_architecture_may_round_otherwise_but_has_as_many_units(tmp_path: Path) -> None:
    manifest = {**MANIFEST, "machine": {**MANIFEST["machine"], "architecture": "aarch64"}}
    rounded, _ = REFUSED["outcome of a graph"]
    fewer, _ = REFUSED["units of a graph"]
    assert _reasons(tmp_path / "1", rounded, manifest) == []
    assert len(_reasons(tmp_path / "2", fewer, manifest)) == 1


def test_what_counts_as_long_as_there_is_time_may_end_elsewhere(tmp_path: Path) -> None:
    def run(name: str, units: int) -> Path:
        checks: Document = {**CHECKS, "expected_units": units}
        return write_run(
            tmp_path / name, [record("latency/tbb/echo", 0, [metric("ns", 1, "ns")], checks=checks)]
        )

    base, other = (run_directory.load(run(name, units)) for name, units in (("a", 5), ("b", 6)))
    assert reasons_against(base, other) == []


def test_cases_that_are_not_in_both_or_do_not_count_are_no_reason(tmp_path: Path) -> None:
    change, _ = REFUSED["unit"]
    discarded = [{**each, "discarded": True} for each in _records(change)]
    base = run_directory.load(write_run(tmp_path / "a", _records()))
    other = run_directory.load(write_run(tmp_path / "b", discarded))
    assert reasons_against(base, other) == []


def test_several_reasons_are_counted(tmp_path: Path, command: Command) -> None:
    base = write_run(tmp_path / "a", _records())
    other = write_run(tmp_path / "b", _records(_of_metric(unit="us", label="time of a task")))
    _, _, err = command("compare", base, other)
    assert "(and 1 more)" in err


def _torn(run: Path) -> None:
    journal = run / "journal.jsonl"
    journal.write_text(journal.read_text()[:-40])


def _emptied(run: Path) -> None:
    (run / "journal.jsonl").write_text("")


def _of_the_future(run: Path) -> None:
    (run / "manifest.json").write_text('{"schema": "unitcost.manifest/9"}')


def _gone(run: Path) -> None:
    run.rename(run.with_name("elsewhere"))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_torn, "the line is truncated"),
        (_emptied, "holds no record"),
        (_of_the_future, "schema 'unitcost.manifest/9' is not known"),
        (_gone, "no such run directory"),
    ],
)
def test_a_run_that_cannot_be_read_is_named_wherever_it_stands(
    tmp_path: Path, command: Command, spoil: Callable[[Path], None], said: str, place: int
) -> None:
    runs = [write_run(tmp_path / name, _records()) for name in ("first", "second", "third")]
    page = tmp_path / "page.html"
    page.write_text("from before")
    spoil(runs[place])
    code, out, err = command("compare", *runs, "--html", page)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and str(runs[place]) in err
    assert page.read_text() == "from before"
