"""Work side by side: all of it is done, in other processes, and what fails is told."""

import os
import signal
import time
from pathlib import Path

import pytest
from unitcost_scripts.forks import Forks


def _write(path: Path, text: str) -> None:
    path.write_text(f"{text} {os.getpid()}", encoding="utf-8")


def test_all_is_done_when_the_block_ends_by_other_processes(tmp_path: Path) -> None:
    with Forks(2) as forks:
        for number in range(5):
            forks.do(f"task {number}", _write, tmp_path / str(number), text=f"fox {number}")
    texts = sorted(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert [text.rpartition(" ")[0] for text in texts] == [f"fox {number}" for number in range(5)]
    assert str(os.getpid()) not in " ".join(texts).split()


def _stumble() -> None:
    raise KeyError("hare")


@pytest.mark.parametrize("later", [0, 3])
def test_a_failure_is_told_by_name(
    tmp_path: Path, later: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="^badger: "), Forks(1) as forks:
        forks.do("badger", _stumble)
        for number in range(later):
            forks.do(f"fox {number}", _write, tmp_path / f"{number}", "fox")
    assert "KeyError: 'hare'" in capfd.readouterr().err


def test_one_that_is_killed_is_told_by_name() -> None:
    with pytest.raises(RuntimeError, match="^badger: ended with -9"), Forks(1) as forks:
        forks.do("badger", lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_what_the_machine_refuses_is_told_as_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="No space left on device"), Forks(2) as forks:
        forks.do("badger", _write, Path("/dev/full"), "badger")
    assert capfd.readouterr().err == ""


def _write_later(path: Path, text: str) -> None:
    time.sleep(0.1)
    _write(path, text)


def test_when_one_has_failed_nobody_writes_any_longer(tmp_path: Path) -> None:
    """Else what is written into would be removed under them."""
    with pytest.raises(FileNotFoundError), Forks(2) as forks:
        forks.do("fox", _write_later, tmp_path / "fox", "fox")
        forks.do("badger", _write, tmp_path / "absent" / "x", "badger")
    assert (tmp_path / "fox").exists()


def test_an_error_in_the_block_is_not_hidden_by_one_of_a_fork(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Forks(2) as forks:
        forks.do("badger", _write, tmp_path / "absent" / "x", "badger")
        raise ZeroDivisionError
