"""bundle.sh: all that is made of a run, and one archive of it with checksums.

Writes RUN/report and RUN/exports anew, then the archive: records, report, exports, the command and
the commit that they came from. With --anonymous all of it is made of a copy without the names of
host and user, and only the archive is written.
"""

import argparse
import shlex
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from unitcost_scripts import files
from unitcost_scripts.bundles.anonymous import MANIFEST, RESULTS, copy_without_names
from unitcost_scripts.bundles.archive import SUMS, refuse_unless_writable, write_archive
from unitcost_scripts.errors import InputError
from unitcost_scripts.export import write_exports
from unitcost_scripts.numbers import humanise
from unitcost_scripts.report import write_report
from unitcost_scripts.runs import describe, run_directory
from unitcost_scripts.runs.run_directory import JOURNAL, Run, journal_bytes

_MADE = ("report", "exports")
_ABOUT = "ABOUT.txt"


def name_of(run: Run, anonymous: bool) -> str:
    """By its time alone: the name of a run's directory may be that of its host."""
    started = str(run.manifest["started_utc"]).translate({ord("-"): None, ord(":"): None})
    return f"unitcost-{started}{'-anonymous' if anonymous else ''}"


def about(run: Run) -> str:
    """What somebody needs who finds the archive."""
    words = list(run.manifest["command_line"])
    command = shlex.join(words if words[:1] == ["unitcost"] else ["unitcost", *words])
    tool = run.manifest["tool"]
    commit = tool["commit"] or "unknown"
    return f"""A run of unitcost {tool["version"]}: what one more process, thread, fiber or coroutine costs.

command   {command}
commit    {commit}{" and changes that were not committed" if tool["dirty"] else ""}
started   {run.manifest["started_utc"]}
finished  {run.manifest["finished_utc"] or "not: cases or repetitions are missing"}
machine   {describe.machine(run)}

report/index.html         what was found
manifest.json             under which conditions
journal.jsonl             every repetition of every case, a line each
exports/                  the same for other tools

No file has changed:      sha256sum -c {SUMS}
The report once more:     scripts/report.sh FOLDER, in the sources of that commit
The run once more:        git checkout {commit} && scripts/run.sh, with the options of the command
"""


def _make(run: Run) -> None:
    write_report(run)
    with files.replaced_directory(run.path / "exports") as directory:
        write_exports(run, directory)


def _size(paths: Sequence[Path]) -> str:
    return humanise(sum(path.stat().st_size for path in paths), "bytes")


def _made(run: Run, where: str) -> list[str]:
    """A line for each file or folder of report and exports."""
    lines = []
    for path in (path for name in _MADE for path in sorted((run.path / name).iterdir())):
        below = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
        count = f"{len(below)} files, " if path.is_dir() else ""
        lines.append(f"{where}{path.relative_to(run.path)}: {count}{_size(below)}")
    return lines


def _contents(run: Run) -> dict[str, bytes]:
    """By their names in the archive, in which a packed journal is unpacked: it is packed as a whole."""
    others = [path for path in (run.path / MANIFEST, run.path / RESULTS) if path.exists()]
    made = [path for name in _MADE for path in (run.path / name).rglob("*") if path.is_file()]
    contents = {str(path.relative_to(run.path)): path.read_bytes() for path in [*others, *made]}
    _, journal = journal_bytes(run.path)
    return {**contents, JOURNAL: journal, _ABOUT: about(run).encode("utf-8")}


def _moment(run: Run) -> int:
    """When the run began, in seconds since 1970."""
    started = str(run.manifest["started_utc"])
    try:
        return int(datetime.fromisoformat(started).timestamp())
    except ValueError as error:
        where = run.path / "manifest.json"
        raise InputError(f"{where}, field started_utc: {started!r} is not a time.") from error


def write_bundle(run: Run, target: Path, name: str) -> None:
    """Makes all of it."""
    moment = _moment(run)
    _make(run)
    write_archive(target, name, _contents(run), moment)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="bundle.sh", description=__doc__)
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    parser.add_argument(
        "--anonymous", action="store_true", help="leave out the names of host and user"
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="*.tar.xz or *.tar.gz (default: unitcost-TIME.tar.xz, here)",
    )
    given = parser.parse_args(arguments)
    run = run_directory.load(given.run)
    name = name_of(run, given.anonymous)
    target = given.out or Path(f"{name}.tar.xz")
    refuse_unless_writable(target)
    with files.refused(target), tempfile.TemporaryDirectory(prefix="unitcost-") as scratch:
        where = f"{run.path}/"
        if given.anonymous:
            run = copy_without_names(run, Path(scratch) / "run")
            where = "in the archive: "
        write_bundle(run, target, name)
        made = _made(run, where)
    for line in made:
        print(line)
    print(f"{target}: {_size([target])}, all of the above and the records")
