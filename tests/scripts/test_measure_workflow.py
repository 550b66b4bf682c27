"""The commands of .github/workflows/measure.yml, run as a runner runs them, with stubs for what measures and downloads."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from script_sandbox import ROOT, Sandbox
from synthetic_run import repeated, write_run

yaml = pytest.importorskip("yaml", reason="scripts/setup.sh --for-tests installs python3-yaml")

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/measure.yml").read_text(encoding="utf-8"))
CASE = "switch/tbb/idle"


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = WORKFLOW["jobs"][job]["steps"]
    return found


def step(name: str) -> dict[str, Any]:
    (found,) = (each for each in steps("measure") if each.get("name", "").startswith(name))
    return found


class Runner:
    """A checkout's scripts in a folder of its own, where a job has its summary."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.summary = home / "summary.md"
        for part in ("scripts", ".github", ".venv"):
            (home / part).symlink_to(ROOT / part)

    def run(self, name: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
        """As GitHub starts `shell: bash`."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step(name)["run"]],
            cwd=self.home,
            env={
                **os.environ,
                "PATH": path,
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "BASE": "main",
                "GH_TOKEN": "none",
                "GH_REPO": "somebody/unitcost",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def times(factor: float) -> list[Any]:
    return repeated(CASE, [factor * (100 + 0.1 * index) for index in range(10)])


def test_it_measures_as_often_as_it_takes_to_judge_and_tells_no_names() -> None:
    words = step("Measure")["run"].split()
    assert words[0] == "./scripts/run.sh" and "--anonymous" in words
    assert words[words.index("--repetitions") + 1] == "10"
    assert words[words.index("--out") + 1] == step("Keep")["with"]["path"] == "run"


def test_the_exports_are_kept_and_one_is_the_job_s_summary(runner: Runner) -> None:
    write_run(runner.home / "run", times(1))
    ran = runner.run("Write the exports")
    assert ran.returncode == 0, ran.stderr
    assert (runner.home / "run/exports/junit.xml").exists()
    assert runner.summary.read_text(encoding="utf-8").startswith("## What one more unit costs")


@pytest.mark.parametrize(("factor", "code"), [(1.0, 0), (1.5, 1)])
def test_a_regression_fails_the_job_and_is_in_its_summary(
    runner: Runner, factor: float, code: int
) -> None:
    pytest.importorskip("scipy")
    write_run(runner.home / "base", times(1))
    write_run(runner.home / "run", times(factor))
    ran = runner.run("Fail on a regression")
    assert ran.returncode == code, ran.stderr
    told = runner.summary.read_text(encoding="utf-8")
    assert ("regression: switch/tbb/idle" in told) == bool(code)
    assert "::warning::" not in ran.stdout


def test_what_cannot_be_judged_is_a_warning(runner: Runner) -> None:
    pytest.importorskip("scipy")
    write_run(runner.home / "run", times(1.5))
    ran = runner.run("Fail on a regression")
    assert ran.returncode == 0
    assert "::warning::not judged: gate: base: no such run directory." in ran.stdout


class Downloads(Sandbox):
    """base_run.sh beside a gh that answers as it is told."""

    def __init__(self, home: Path, answer: str) -> None:
        super().__init__(home, [])
        shutil.copy2(ROOT / ".github/base_run.sh", self.root / "scripts")
        self.answers(answer, answer)

    def answers(self, runs: str, artifacts: str) -> None:
        """What each of the two questions is answered; one word, or none."""
        of_artifacts, of_runs = f"*/artifacts*) echo {artifacts}", rf"*/runs\?*) echo {runs}"
        self.stub("gh", f'case "$2" in {of_artifacts} ;; {of_runs} ;; esac')

    def fetch(self) -> subprocess.CompletedProcess[str]:
        return self.run("base_run.sh", "main", "base", environment={"GH_REPO": "somebody/unitcost"})


def test_the_last_success_of_the_base_branch_is_downloaded(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, "4711")
    assert downloads.fetch().returncode == 0
    asked, kept, downloaded = downloads.calls
    assert (
        "somebody/unitcost/actions/workflows/measure.yml/runs?branch=main&status=success" in asked
    )
    assert "somebody/unitcost/actions/runs/4711/artifacts?name=run" in kept
    assert downloaded == f"gh run download 4711 --name {step('Keep')['with']['name']} --dir base"


def test_a_branch_that_was_never_measured_is_no_failure(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, "")
    ran = downloads.fetch()
    assert ran.returncode == 0 and "nothing was measured on main yet" in ran.stderr
    assert len(downloads.calls) == 1


def test_a_run_that_is_not_kept_any_longer_is_no_failure(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, "4711")
    downloads.answers("4711", "")
    ran = downloads.fetch()
    assert ran.returncode == 0 and "last on main is not kept any longer" in ran.stderr
    assert len(downloads.calls) == 2


def test_a_download_that_fails_is_a_failure(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, "")
    downloads.stub("gh", "exit 1")
    assert downloads.fetch().returncode != 0


def test_pages_are_published_only_when_it_is_asked_for() -> None:
    publish = WORKFLOW["jobs"]["publish"]
    assert publish["if"] == "${{ inputs.publish }}"
    triggers = WORKFLOW[True]  # YAML's "on"
    assert triggers["workflow_dispatch"]["inputs"]["publish"]["default"] is False
    (upload,) = (each for each in steps("publish") if "upload-pages" in each.get("uses", ""))
    assert upload["with"]["path"] == "run/report"
