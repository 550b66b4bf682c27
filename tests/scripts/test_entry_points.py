"""The shell scripts, as a person starts them."""

import builtins
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from unitcost_scripts.__main__ import COMMANDS

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_an_entry_point_with_help(name: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [SCRIPTS / f"{name}.sh", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if "run scripts/setup.sh" in ran.stderr:
        pytest.skip(f"the Python that {name}.sh finds lacks a package: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"usage: {name}.sh")


def test_bad_usage_exits_with_2(tmp_path: Path) -> None:
    ran = subprocess.run(
        [SCRIPTS / "validate.sh"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2


def test_without_scipy_comparing_names_the_remedy_and_plotting_works(
    rich_run: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in sys.modules if name.split(".")[0] in ("scipy", "unitcost_scripts")
    ]:
        if name.split(".")[0] == "scipy" or name.split(".")[-1] in (
            "rank_test",
            "comparison",
            "compare",
        ):
            monkeypatch.delitem(sys.modules, name)
    genuine = builtins.__import__

    def without_scipy(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "scipy":
            raise ModuleNotFoundError("No module named 'scipy'", name="scipy")
        return genuine(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_scipy)
    code, _, err = command("compare", rich_run, rich_run)
    assert code == 2
    assert "scipy" in err and "run scripts/setup.sh" in err
    assert command("validate", rich_run)[0] == 0
