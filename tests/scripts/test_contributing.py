"""What CONTRIBUTING.md shows is what it takes: a copy of the tree with its diffs is built and run.

To be quick, only what an addition changes is compiled: the measures that take in the list of
models, by rooms, without optimization and with few models listed. All else comes from the release
build of the same tree.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from script_sandbox import ROOT

RELEASE = ROOT / "build/release"
MODELS = ("serial", "deferred", "std_thread")
MEASURES = "libunitcost_measures.a"
LIBRARIES = ("libunitcost_impl.a", "libunitcost_harness.a", "libunitcost_load.a", MEASURES)
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def diffs() -> list[str]:
    return re.findall(r"^```diff\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)


def changed_files(diff: str) -> list[str]:
    return re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE)


def added_lines(diff: str, file: str) -> list[str]:
    part = diff.split(f"+++ b/{file}\n")[1].split("\ndiff --git")[0]
    return re.findall(r"^\+(.*)$", part, re.MULTILINE)


def run(*command: object, directory: Path) -> str:
    ran = subprocess.run(
        [str(each) for each in command],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    return ran.stdout


def copy_of_the_tree(home: Path) -> Path:
    tree = home / "unitcost"
    for part in ("benchmarks", "cmake", "impl", "tests/workloads", "workloads"):
        shutil.copytree(ROOT / part, tree / part)
    shutil.copy(ROOT / "CMakeLists.txt", tree)
    return tree


def apply(diff: str, tree: Path) -> None:
    patch = tree.parent / "shown.diff"
    patch.write_text(diff, encoding="utf-8")
    run("git", "apply", patch, directory=tree)


def list_few_models(tree: Path) -> None:
    """Strikes out of the list what this test does not run; a line that is not there stays away."""
    models = tree / "impl/models.txt"
    lines = models.read_text(encoding="utf-8").splitlines()
    models.write_text("\n".join(line for line in lines if line in MODELS), encoding="utf-8")


def measures_that_take_in_models() -> list[str]:
    """Objects of the build."""
    taking = []
    for part in run("ninja", "-t", "deps", directory=RELEASE).strip().split("\n\n"):
        made, *taken_in = part.split()
        of_measures = made.startswith("CMakeFiles/unitcost_measures.dir/") and made.endswith(".o:")
        if of_measures and any(each.endswith("/generated/impl/all.hpp") for each in taken_in):
            taking.append(made.removesuffix(":"))
    return taking


def build(tree: Path) -> Path:
    """The program, of which those measures are compiled and all else is the release build's."""
    directory = tree / "build"
    cached = (RELEASE / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cached, re.MULTILINE)
    assert compiler
    run(
        "cmake", "-S", tree, "-B", directory, "-G", "Ninja", "-D", "BUILD_TESTING=OFF",
        "-D", f"CMAKE_CXX_COMPILER={compiler[1]}", "-D", "CMAKE_CXX_FLAGS_RELEASE=-O0 -DNDEBUG",
        "-D", "UNITCOST_WARNINGS_AS_ERRORS=OFF",  # g++ warns of atomics that it did not inline
        "-D", "CMAKE_DISABLE_PRECOMPILE_HEADERS=ON",  # most are of models that are not listed
        "-D", "CMAKE_OPTIMIZE_DEPENDENCIES=ON",  # or the libraries below would be made first
        directory=tree,
    )  # fmt: skip
    for library in LIBRARIES:
        shutil.copy(RELEASE / library, directory)
    taking_in_models = measures_that_take_in_models()
    assert taking_in_models
    listing = "CMakeFiles/unitcost_measures.dir/benchmarks/measures/all.cpp.o"
    changed = [*taking_in_models, listing]
    main = "CMakeFiles/unitcost.dir/benchmarks/main.cpp.o"
    run("ninja", "-j2", *changed, main, directory=directory)
    run("ar", "rs", MEASURES, *changed, directory=directory)  # replaces those of the same name
    *_, link = run("ninja", "-t", "commands", "unitcost", directory=directory).splitlines()
    run("bash", "-c", link, directory=directory)
    return directory / "unitcost"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not all((RELEASE / library).exists() for library in LIBRARIES):
        pytest.skip("there is no release build; scripts/test.sh makes it")
    tree = copy_of_the_tree(tmp_path_factory.mktemp("contributing"))
    for diff in diffs():
        apply(diff, tree)
    list_few_models(tree)
    return build(tree)


def listed(program: Path, *options: str) -> list[dict[str, object]]:
    text = run(
        program, "list", "--profile", "full", "--format", "json", *options, directory=program.parent
    )
    cases: list[dict[str, object]] = json.loads(text)["cases"]
    return cases


def records_of(program: Path, case: str, out: Path) -> list[dict[str, object]]:
    run(
        program, "run", "--quiet", "--repetitions", "1", "--filter", f"^{case}$", "--out", out,
        directory=program.parent,
    )  # fmt: skip
    return [json.loads(line) for line in (out / "journal.jsonl").read_text("utf-8").splitlines()]


def test_a_model_a_workload_and_a_measure_are_shown() -> None:
    assert len(diffs()) == 3


def test_a_model_is_its_folder_and_one_line_elsewhere() -> None:
    files = changed_files(diffs()[0])
    elsewhere = [file for file in files if not file.startswith("impl/deferred/")]
    assert len(files) > 1
    assert elsewhere == ["impl/models.txt"]
    assert added_lines(diffs()[0], "impl/models.txt") == ["deferred"]
    assert not re.search(r"^-(?!-- )", diffs()[0], re.MULTILINE)


def test_each_diff_applies_to_the_tree_by_itself(tmp_path: Path) -> None:
    for number, diff in enumerate(diffs()):
        apply(diff, copy_of_the_tree(tmp_path / str(number)))


def test_a_diff_that_went_stale_is_noticed(tmp_path: Path) -> None:
    stale = diffs()[0].replace("\n serial\n", "\n parallel\n")
    with pytest.raises(AssertionError, match="patch does not apply"):
        apply(stale, copy_of_the_tree(tmp_path))


def test_the_model_shown_is_listed_under_every_measure(program: Path) -> None:
    cases = listed(program, "--model", "deferred")
    measures = {case["measure"] for case in cases}
    assert measures == {
        "blast_radius",
        "burst",
        "containment",
        "deadlock",
        "footprint",
        "spawn",
        "switch",
        "throughput",
        "primitives",
        "latency",
        "grain",
        "handle",
        "idle_workers",
        "calls",
        "isolation",
        "lock",
        "operate",
        "race",
        "semaphore",
        "start",
        "states",
    }
    for case in cases:  # its units can neither wait nor be held
        idle = case["measure"] in ("footprint", "switch") and "/idle" in case["case"]
        assert not (idle or case["measure"] == "handle") or case["skipped"], case


@pytest.mark.parametrize(
    "case",
    [
        "throughput/deferred/fib/n:20/spawn_depth:all/workers:1",
        "spawn/deferred/idle/from:unit/cores:1",
        "throughput/deferred/collatz/n:100000/spawn_depth:5/workers:1",
        "throughput/std_thread/collatz/n:100000/spawn_depth:5/workers:1",
        "start/std_thread/idle/workers:1",
    ],
)
def test_what_is_shown_runs(program: Path, tmp_path: Path, case: str) -> None:
    records = records_of(program, case, tmp_path / "run")
    # A machine that is busy with something else makes a repetition unstable; it ran nevertheless.
    assert records
    for record in records:
        assert record["end"] in ("ok", "unstable"), record["reason"]
