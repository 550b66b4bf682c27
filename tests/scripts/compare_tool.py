"""Where Debian puts Google Benchmark's own compare.py."""

import subprocess
from pathlib import Path

import pytest


def compare_tool() -> Path:
    owned = subprocess.run(
        ["dpkg", "-L", "libbenchmark-tools"], capture_output=True, text=True, check=False
    )
    for line in owned.stdout.splitlines():
        if line.endswith("/compare.py"):
            return Path(line)
    pytest.skip("libbenchmark-tools is not installed; scripts/setup.sh --for-tests does it")
