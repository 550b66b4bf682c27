"""The context switch under what needs other tools: a debugger, a cross compiler and an emulator."""

import subprocess
from pathlib import Path

import pytest
from supervised import BUILD, ROOT

SCRIPTS = ROOT / "tests/impl/stackful/switch"
SKIPPED = 77


@pytest.mark.parametrize(
    "command",
    [
        [SCRIPTS / "gdb_back_trace_test.sh", BUILD / "tests/unitcost_gdb_back_trace"],
        [SCRIPTS / "aarch64_switch_test.sh"],
    ],
    ids=["gdb_back_trace_of_a_unit", "aarch64_switch"],
)
def test_the_script_passes(command: list[Path]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode == SKIPPED:
        pytest.skip(ran.stdout.splitlines()[-1])
    assert ran.returncode == 0, ran.stdout + ran.stderr
