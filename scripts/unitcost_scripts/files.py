"""Output appears whole or not at all: what was there before stays until the new is complete."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from unitcost_scripts.errors import InputError


@contextlib.contextmanager
def refused(target: Path) -> Iterator[None]:
    """What hinders writing inside, such as a full disk, is an error that names `target`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror or error}).") from error


@contextlib.contextmanager
def replaced_directory(target: Path) -> Iterator[Path]:
    """An empty directory to write into; it takes the place of `target` when the block ends well."""
    with refused(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        fresh = scratch / "new"
        try:
            fresh.mkdir()
            yield fresh
            _swap(fresh, target, scratch / "old")
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise


@contextlib.contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """A file beside `target` to write into; it takes its place when the block ends well."""
    if target.is_dir():
        raise InputError(f"{target}: cannot be written (it is a directory).")
    with refused(target):
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(handle)
        scratch = Path(name)
        try:
            yield scratch
            scratch.chmod(0o644)  # mkstemp makes it private
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)


def replace_files(texts: Mapping[Path, str]) -> None:
    """Writes each text through a temporary file beside its target; none is replaced before all are
    written.
    """
    with contextlib.ExitStack() as replaced:
        scratches = {target: replaced.enter_context(replaced_file(target)) for target in texts}
        for target, text in texts.items():
            with refused(target):
                scratches[target].write_text(text, encoding="utf-8")


def replace_file(target: Path, text: str) -> None:
    """Writes `text` to `target` through a temporary file beside it."""
    replace_files({target: text})
