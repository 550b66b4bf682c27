"""No room to write: each command says so in one sentence, exits with 2, and leaves what was there before.

A limit on the size of a file stands for the full disk. It refuses a write in the same way, at a place that
a test can choose, and needs no file system of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich_run import rich_records
from synthetic_run import write_run
from unitcost_scripts import plot
from unitcost_scripts.__main__ import __file__ as MAIN
from unitcost_scripts.__main__ import main

_TOO_SMALL = 1_000  # for every file that is written
_TOO_SMALL_FOR_THE_PAGE = 100_000  # and large enough for every plot and table
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(MAIN).parents[1])}


def _ran(most_bytes: int | None, *words: object) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "unitcost_scripts", *map(str, words)]
    limited = ["prlimit", f"--fsize={most_bytes}"] if most_bytes else []
    return subprocess.run(
        [*limited, *program],
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _files(directory: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(directory)): each.read_bytes()
        for each in directory.rglob("*.*")
        if each.is_file()
    }


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A published one of one measure, with results from before."""
    spawned = [each for each in rich_records() if each["measure"] == "spawn"]
    copy = write_run(tmp_path / "results" / "2026-01-02-fox", spawned)
    for name in ("report/index.html", "report/plots/fox.svg", "exports/junit.xml", "new.html"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("from before")
    return copy


@pytest.mark.parametrize(
    ("command", "most_bytes", "target"),
    [
        (("plot", "RUN"), _TOO_SMALL, "RUN/report/plots"),
        (("report", "RUN"), _TOO_SMALL_FOR_THE_PAGE, "RUN/report"),
        (
            ("export", "RUN", "--out", "RUN/exports"),
            _TOO_SMALL,
            "RUN/exports/google-benchmark.json",
        ),
        (("claims", "RUN", "--json", "RUN/new.html"), _TOO_SMALL, "RUN/new.html"),
        (("compare", "RUN", "RUN", "--html", "RUN/new.html"), _TOO_SMALL, "RUN/new.html"),
        (("results_index", "--results", "RUN/.."), _TOO_SMALL, "RUN/../index.html"),
        (("bundle", "RUN", "--anonymous", "--out", "RUN/new.tar.xz"), _TOO_SMALL, "RUN/new.tar.xz"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_full_disk_is_told_in_one_sentence_and_results_from_before_stay(
    run: Path, command: tuple[str, ...], most_bytes: int, target: str
) -> None:
    before = _files(run.parent)
    ran = _ran(most_bytes, *(word.replace("RUN", str(run)) for word in command))
    where = target.replace("RUN", str(run))
    assert ran.stderr == f"{command[0]}: {where}: cannot be written (File too large).\n"
    assert (ran.returncode, ran.stdout) == (2, "")
    assert _files(run.parent) == before


@pytest.mark.parametrize("command", ["validate", "claims"])
def test_what_cannot_be_printed_is_told_in_one_sentence(run: Path, command: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        program = [sys.executable, "-m", "unitcost_scripts", command, str(run)]
        ran = subprocess.run(
            program, env=_ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    said = f"{command}: cannot be written out ([Errno 28] No space left on device).\n"
    assert (ran.returncode, ran.stderr) == (2, said)


@pytest.mark.parametrize(
    "fault",
    [
        FileNotFoundError(2, "No such file or directory", "/page.html.j2"),
        BlockingIOError(11, "fork"),
    ],
)
def test_a_fault_of_ours_is_not_told_as_one_of_the_output(
    fault: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_: object) -> None:
        raise fault

    monkeypatch.setattr(plot, "main", stumble)
    with pytest.raises(OSError) as error:
        main(["plot", "run"])
    assert error.value is fault


def test_a_name_that_no_run_can_have_is_told_in_one_sentence() -> None:
    ran = _ran(None, "validate", 300 * "x")
    assert (ran.returncode, ran.stderr) == (2, f"validate: {300 * 'x'}: no such run directory.\n")


def test_an_archive_is_not_blamed_for_what_cannot_be_printed(run: Path, tmp_path: Path) -> None:
    target = tmp_path / "fox.tar.xz"
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-um", "unitcost_scripts", "bundle", run, "--out", target],
            env=_ENVIRONMENT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    said = "bundle: cannot be written out ([Errno 28] No space left on device).\n"
    assert (ran.returncode, ran.stderr) == (2, said)


def test_a_name_that_no_archive_can_have_is_told_in_one_sentence(run: Path) -> None:
    name = f"{300 * 'x'}.tar.gz"
    ran = _ran(None, "bundle", run, "--out", run / name)
    said = f"bundle: {run / name}: cannot be written (File name too long).\n"
    assert (ran.returncode, ran.stderr) == (2, said)
