"""Published runs: results/YYYY-MM-DD-MACHINE, and what one has to keep to be among them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from unitcost_scripts.errors import InputError
from unitcost_scripts.runs.known_answers import NO, holds
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import summarise
from unitcost_scripts.statistics import FEWEST_FOR_COMPARISON

RESULTS = Path(__file__).resolve().parents[3] / "results"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-[a-z0-9]+(?:-[a-z0-9]+)*")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-")
_PATH = re.compile(r"(?:[^/]*=)?[/~]")
_PROFILES = ("quick", "standard", "full")
_MIB = 2**20
LARGEST_BYTES = 16 * _MIB  # everybody who clones the repository takes all of them
_REPORT = "report/index.html"


def published_runs(results: Path) -> list[Path]:
    """The dated directories, by name: whatever else lies there is no published run."""
    if not results.is_dir():
        raise InputError(f"{results}: no such directory of results.")
    return sorted(path for path in results.iterdir() if path.is_dir() and _DATED.match(path.name))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_name(run: Run) -> Iterator[str]:
    name, started = run.path.resolve().name, str(run.manifest["started_utc"])[:10]
    found = _NAME.fullmatch(name)
    if found is None or _day(found.group(1)) is None:
        yield f"its name {name!r} is not YYYY-MM-DD-MACHINE (small letters, digits, hyphens)"
    elif found.group(1) != started:
        yield f"its name says {found.group(1)} where it was started on {started}"


def _of_names(run: Run) -> Iterator[str]:
    """Of people and hosts."""
    machine = run.manifest["machine"]
    named = [key for key in ("host", "user") if machine.get(key) is not None]
    if named:
        yield f"it names the {' and the '.join(named)} (measure with --anonymous)"
    paths = [word for word in run.manifest["command_line"] if _PATH.match(word)]
    if paths:
        yield f"its command line holds the path {paths[0]} (measure with --anonymous)"
    contenders = run.manifest.get("selection", {}).get("contenders", [])
    if any("command" in each for each in contenders):
        yield "it shows the commands of contenders (measure with --anonymous)"


def _of_selection(run: Run) -> Iterator[str]:
    manifest = run.manifest
    if manifest["profile"] not in _PROFILES:
        yield f"its profile {manifest['profile']!r} is none of {', '.join(_PROFILES)}"
    selection = manifest.get("selection", {})
    chosen = [key for key in ("filter", "models", "measures") if selection.get(key)]
    if chosen:
        yield f"it is not a whole profile (chosen by {', '.join(chosen)})"
    if manifest["repetitions"] < FEWEST_FOR_COMPARISON:
        yield (
            f"it has {manifest['repetitions']} repetitions where comparing takes"
            f" {FEWEST_FOR_COMPARISON} (--repetitions {FEWEST_FOR_COMPARISON})"
        )


def _of_trust(run: Run) -> Iterator[str]:
    tool = run.manifest["tool"]
    if run.manifest["finished_utc"] is None:
        yield "it was not finished (unitcost run --resume)"
    if tool["dirty"] is not False or tool["commit"] is None:
        yield "no commit identifies the sources it was built from (commit them, build, measure)"
    wrong = [each.case for each in summarise(run.counted) if holds(each) == NO]
    if wrong:
        yield f"a known answer was not found ({', '.join(wrong)})"


def _of_files(run: Run) -> Iterator[str]:
    if not (run.path / _REPORT).is_file():
        yield f"it has no {_REPORT} (scripts/report.sh)"
    held = [path for path in run.path.rglob("*") if path.is_file() or path.is_symlink()]
    links = [path for path in held if path.is_symlink()]
    if links:
        yield f"{links[0].relative_to(run.path)} is a symbolic link"
    size = sum(path.lstat().st_size for path in held)
    if size > LARGEST_BYTES:
        largest = max(held, key=lambda path: path.lstat().st_size).relative_to(run.path)
        yield (
            f"it takes {size / _MIB:.1f} MiB where {LARGEST_BYTES // _MIB} are the most"
            f" (largest: {largest}; pack the journal by xz, leave out report/plots)"
        )


def faults(run: Run) -> list[str]:
    """What keeps a valid run from being published; each with its remedy where there is one."""
    checks = (_of_name, _of_names, _of_selection, _of_trust, _of_files)
    return [fault for check in checks for fault in check(run)]


def refuse_unpublishable(run: Run) -> None:
    """Raises InputError that names every fault."""
    found = faults(run)
    if found:
        raise InputError(f"{run.path} cannot be published: {'; '.join(found)}.")
