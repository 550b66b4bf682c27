"""`cmake --install`: what lies in the prefix works from there."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from script_sandbox import ROOT
from synthetic_run import repeated, write_run

RELEASE = ROOT / "build/release"
COMMANDS = (
    "advise",
    "bundle",
    "claims",
    "compare",
    "export",
    "gate",
    "plot",
    "report",
    "validate",
)


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rules = RELEASE / "cmake_install.cmake"
    if not rules.exists() or not (RELEASE / "unitcost").exists():
        pytest.skip("the release build is missing: scripts/test.sh makes it")
    home = tmp_path_factory.mktemp("installed")
    installed = subprocess.run(
        ["cmake", "--install", RELEASE, "--prefix", home / "first"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    # To another place: nothing may know where it was put.
    (home / "first").rename(home / "moved here")
    return home / "moved here"


def start(prefix: Path, name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """With an environment and a folder that know nothing of the sources."""
    return subprocess.run(
        [prefix / "bin" / name, *map(str, words)],
        cwd=prefix,
        env={"PATH": "/usr/bin:/bin", "HOME": str(prefix)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def need_packages() -> None:
    """Of the system's Python: an installed tree has no .venv."""
    found = subprocess.run(
        ["/usr/bin/python3", "-c", "import numpy, pandas, matplotlib, jinja2, jsonschema"],
        capture_output=True,
        check=False,
    )
    if found.returncode != 0:
        pytest.skip("the system's Python lacks a package; scripts/setup.sh installs it")


def test_every_command_has_its_place_beside_the_binary(prefix: Path) -> None:
    programs = {each.name for each in (prefix / "bin").iterdir()}
    assert programs >= {"unitcost", "unitcost_unit", *(f"unitcost-{name}" for name in COMMANDS)}
    assert len(programs) == len(COMMANDS) + 2


def test_no_text_in_it_names_the_sources(prefix: Path) -> None:
    texts = [*(prefix / "share").rglob("*"), *(prefix / "bin").glob("unitcost-*")]
    for path in texts:
        assert not path.is_symlink()
        if path.is_file():
            assert str(ROOT).encode() not in path.read_bytes(), path


def test_the_binary_lists_and_measures_with_the_program_beside_it(prefix: Path) -> None:
    listed = start(prefix, "unitcost", "list", "--profile", "standard")
    case = "spawn/process/idle/launch:posix_spawn/from:client/cores:1"
    assert listed.returncode == 0 and case in listed.stdout
    options = ("--profile", "standard", "--repetitions", 1, "--filter", f"^{case}$", "--out", "one")
    ran = start(prefix, "unitcost", "run", *options)
    assert ran.returncode == 0, ran.stderr
    lines = (prefix / "one/journal.jsonl").read_text(encoding="utf-8").splitlines()
    ends = {json.loads(line)["end"] for line in lines}
    assert ends and ends <= {"ok", "unstable"}  # the latter where others disturb each of them


def test_report_and_exports_are_made_from_there(prefix: Path, tmp_path: Path) -> None:
    need_packages()
    run = write_run(tmp_path / "run", repeated("switch/tbb/idle", [4.0, 5.0, 6.0, 7.0, 8.0, 9.0]))
    made = start(prefix, "unitcost-report", run)
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == str(run / "report/index.html")
    assert start(prefix, "unitcost-export", run, "--out", tmp_path / "exports").returncode == 0
    assert (tmp_path / "exports/junit.xml").exists()
    judged = start(prefix, "unitcost-claims", run)
    assert judged.returncode == 0 and "memory-order: not tested" in judged.stdout, judged.stderr
    assert not list((prefix / "share").rglob("__pycache__"))


def test_a_missing_package_is_named_with_what_installs_it(prefix: Path, tmp_path: Path) -> None:
    """As a Python without packages sees it, which stands where an installed tree looks for one first."""
    python = prefix / "share/unitcost/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    ran = start(prefix, "unitcost-validate", tmp_path)
    shutil.rmtree(prefix / "share/unitcost/.venv")
    assert ran.returncode == 2
    assert "apt-get install python3-numpy" in ran.stderr and "setup.sh" not in ran.stderr
