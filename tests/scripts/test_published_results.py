"""The runs in results/ are what results/README.md promises of them: all of their lines, not a sample."""

import shutil
from pathlib import Path

import pytest
from conftest import Command
from unitcost_scripts.machines.published import RESULTS, published_runs

PUBLISHED = published_runs(RESULTS)


def test_at_least_one_run_is_published() -> None:
    assert PUBLISHED


@pytest.mark.parametrize("run", PUBLISHED, ids=lambda path: str(path.name))
def test_it_may_be_published(run: Path, command: Command) -> None:
    code, out, err = command("validate", "--published", run)
    assert (code, err) == (0, "")
    assert "valid, and may be published" in out


def test_one_line_that_was_spoilt_is_found(tmp_path: Path, command: Command) -> None:
    run = next(path for path in PUBLISHED if (path / "journal.jsonl").exists())
    copy = tmp_path / run.name
    shutil.copytree(run, copy, ignore=shutil.ignore_patterns("report"))
    journal = copy / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[-1] = lines[-1].replace('"repetition":', '"repetitions":', 1)
    journal.write_text("".join(lines), encoding="utf-8")
    code, _, err = command("validate", "--published", copy)
    assert code == 2
    assert f"line {len(lines)}" in err and "'repetition' is a required property" in err
