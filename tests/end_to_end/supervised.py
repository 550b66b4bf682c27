"""The built programs, started as a person starts them, and what they must not leave behind."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
UNITCOST = BUILD / "unitcost"
FAULTY = BUILD / "unitcost_faulty"

_LONGEST_RUN_S = 120
_MARK = b"UNITCOST_OWNER="


@dataclass(frozen=True)
class Finished:
    """`pid` was the program's own."""

    code: int
    out: str
    err: str
    pid: int


class Place:
    """Where a program runs: a working and a temporary directory, both empty at first."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.work = home / "work"
        self.scratch = home / "scratch"
        self.work.mkdir()
        self.scratch.mkdir()

    def start(
        self,
        program: Path,
        *arguments: object,
        before: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """`before` is a command that becomes the program, as `setpriv …` does."""
        assert program.exists(), f"{program} is not built; scripts/test.sh does it"
        return subprocess.Popen(
            [*before, str(program), *(str(each) for each in arguments)],
            cwd=self.work,
            env={**os.environ, "TMPDIR": str(self.scratch), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: Path, *arguments: object, before: Sequence[str] = ()) -> Finished:
        return finish(self.start(program, *arguments, before=before))

    def remains_of(self, supervisor: int) -> list[str]:
        """What a supervisor that has ended, however it ended, would have to be blamed for."""
        return [
            *(f"process {process}" for process in processes_of(supervisor)),
            *(f"control group {group}" for group in control_groups_of(supervisor)),
            *(f"file {path}" for folder in (self.work, self.scratch) for path in folder.iterdir()),
        ]


def finish(running: subprocess.Popen[str]) -> Finished:
    """Waits for the end; a program that takes for ever is killed, and the test fails."""
    try:
        out, err = running.communicate(timeout=_LONGEST_RUN_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()
        raise
    return Finished(running.returncode, out, err, running.pid)


def wait_until(condition: Callable[[], bool], at_most_s: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + at_most_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _variables_of(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []  # ended meanwhile, or not ours to read


def processes_of(supervisor: int) -> list[int]:
    """Living processes that carry the mark of this supervisor, or of one nested in it."""
    found = []
    for process in [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]:
        for variable in _variables_of(process):
            owners = variable.removeprefix(_MARK).split(b"/") if variable.startswith(_MARK) else []
            if any(owner.split(b".")[0] == str(supervisor).encode() for owner in owners):
                found.append(process)
    return found


def processes_about(path: Path) -> list[int]:
    """Living processes whose command line names `path`: a run's supervisor and its guardian."""
    found = []
    for process in [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]:
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(path) in words:
            found.append(process)
    return found


def control_groups_of(supervisor: int) -> list[str]:
    return [
        os.path.join(folder, name)
        for folder, names, _ in os.walk("/sys/fs/cgroup")
        for name in names
        if name.startswith(f"unitcost-{supervisor}-")
    ]


def whole_lines(run: Path) -> list[str]:
    """The journal's lines so far; one that is still being written is not among them."""
    journal = run / "journal.jsonl"
    if not journal.exists():
        return []
    return journal.read_text(encoding="utf-8").split("\n")[:-1]


def records_in(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in whole_lines(run)]


def counted_in(run: Path) -> list[dict[str, Any]]:
    """Without those that were disturbed and repeated."""
    return [record for record in records_in(run) if not record["discarded"]]
