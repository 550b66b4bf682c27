"""What several tests share: one rich run, and a way to call a command as the shell scripts do."""

from collections.abc import Callable
from pathlib import Path

import advice_run
import pytest
from rich_run import rich_records
from synthetic_run import write_run
from unitcost_scripts.__main__ import main
from unitcost_scripts.advice.evidence import Evidence

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def rich_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory with every model and measure; tests only read it."""
    return write_run(tmp_path_factory.mktemp("runs") / "rich", rich_records())


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Of four models whose laws are known."""
    return advice_run.evidence(tmp_path_factory.mktemp("advice") / "run", advice_run.records())


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one command; gives exit code, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run
