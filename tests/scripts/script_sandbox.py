"""A copy of the entry scripts in a folder of its own, where every command that would change the machine is a stub."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# All that the scripts may find on PATH beside the stubs.
_TOOLS = (
    "bash cat cp cut date dirname dpkg-deb env grep id mkdir mktemp mv rm sed sleep tail tar touch tr uname"
).split()


class Sandbox:
    """`calls` is what the stubs were called with, one line a call."""

    def __init__(self, home: Path, scripts: Sequence[str]) -> None:
        self.home = home
        self.stubs = home / "stubs"
        self.log = home / "calls"
        self.log.touch()
        self.root = home / "checkout"
        (self.root / "scripts").mkdir(parents=True)
        for script in scripts:
            shutil.copy2(ROOT / "scripts" / script, self.root / "scripts" / script)
        shutil.copy2(ROOT / "CMakePresets.json", self.root)
        self.stubs.mkdir()
        for tool in _TOOLS:
            found = shutil.which(tool, path="/usr/bin:/bin")
            assert found, f"{tool} is not on this machine"
            (self.stubs / tool).symlink_to(found)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()

    def stub(self, name: str, body: str = "") -> None:
        """A command that notes how it was called and then does `body` (shell)."""
        self.script(self.stubs / name, f'echo "{name} $*" >>{self.log}\n{body}')

    @staticmethod
    def script(path: Path, body: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {"PATH": str(self.stubs)} | dict(more or {})

    def run(
        self, script: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Starts one of the scripts from outside of the checkout."""
        return subprocess.run(
            [self.root / "scripts" / script, *arguments],
            cwd=self.home,
            env=self.environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
