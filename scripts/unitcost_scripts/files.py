"""Output appears whole or not at all: what was there before stays until the new is complete."""

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from unitcost_scripts.errors import InputError

# What a machine says that takes no more, whichever file it was; and of a place where nothing can be.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_PLACE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
_NO_NAME = {errno.ENAMETOOLONG, errno.ELOOP}


def led_to(target: Path) -> Path:
    """Where what is written to `target` ends up: of a link, where that leads."""
    return Path(os.path.realpath(target))


def _is_of(target: Path, name: str) -> bool:
    """Whether a file is `target` or what that leads to, in it, above it, or in what takes its place."""
    path = Path(os.path.abspath(name))
    for each in (target, led_to(target)):
        whole = Path(os.path.abspath(each))
        if path.is_relative_to(whole) or whole.is_relative_to(path):
            return True
        if str(path).startswith(f"{whole.parent / _scratch_prefix(each)}"):
            return True
    return False


def _scratch_prefix(target: Path) -> str:
    return f".{target.name}-"


def _is_refusal(error: OSError, target: Path) -> bool:
    """A file of ours that is missing, or a fork that fails, is none. Where no directory takes temporary files
    there is none to name.
    """
    if error.errno in _NO_PLACE | _NO_NAME:
        return error.filename is None or _is_of(target, os.fsdecode(error.filename))
    return error.errno in _NO_ROOM | _FORBIDDEN


@contextlib.contextmanager
def refused(target: Path) -> Iterator[None]:
    """What hinders writing inside, such as a full disk, is an error that names `target`; what is wrong with
    the work itself stays as it is.
    """
    try:
        yield
    except OSError as error:
        if not _is_refusal(error, target):
            raise
        raise InputError(f"{target}: cannot be written ({error.strerror or error}).") from error


@contextlib.contextmanager
def replaced_directory(target: Path) -> Iterator[Path]:
    """An empty directory to write into; it takes the place of `target` when the block ends well."""
    with refused(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=_scratch_prefix(target), dir=target.parent))
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


def _refuse_what_is_no_file(target: Path) -> None:
    """No file may take the place of a directory, a device or a pipe."""
    if target.exists() and not target.is_file():
        what = "a directory" if target.is_dir() else "no regular file"
        raise InputError(f"{target}: cannot be written (it is {what}).")


def _mode_of(place: Path) -> int:
    """That of the file that is there, or, where there is none, what the umask leaves."""
    if place.exists():
        return stat.S_IMODE(place.stat().st_mode)
    umask = os.umask(0)  # which is read by being set
    os.umask(umask)
    return 0o666 & ~umask


@contextlib.contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """A file beside `target` to write into; it takes its place, with its mode, when the block ends well.
    A link stays, and what it leads to is replaced.
    """
    with refused(target):
        _refuse_what_is_no_file(target)
        place = led_to(target)
        handle, name = tempfile.mkstemp(prefix=_scratch_prefix(place), dir=place.parent)
        os.close(handle)
        scratch = Path(name)
        try:
            yield scratch
            scratch.chmod(_mode_of(place))  # mkstemp makes it private
            scratch.replace(place)
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
