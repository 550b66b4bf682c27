import errno
import os
from pathlib import Path

import pytest
from unitcost_scripts import files
from unitcost_scripts.errors import InputError


def test_a_directory_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "stale").write_text("old")
    with files.replaced_directory(target) as fresh:
        (fresh / "page").write_text("new")
        assert (target / "stale").exists()
    assert [each.name for each in target.iterdir()] == ["page"]
    assert [each.name for each in tmp_path.iterdir()] == ["report"]


def test_a_failure_leaves_the_old_directory_and_no_scratch(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "kept").write_text("old")
    with pytest.raises(RuntimeError), files.replaced_directory(target):
        raise RuntimeError("while drawing")
    assert [each.name for each in tmp_path.rglob("*")] == ["report", "kept"]


def test_a_file_is_replaced_and_as_readable_as_before(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o640)
    files.replace_file(target, "new")
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_is_as_readable_as_the_umask_has_it(
    tmp_path: Path, umask: int, mode: int
) -> None:
    target = tmp_path / "out.json"
    before = os.umask(umask)
    try:
        files.replace_file(target, "new")
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == mode


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link, far = tmp_path / "link.json", tmp_path / "far" / "out.json"
    link.symlink_to("far/out.json")
    for text in ("new", "newer"):
        files.replace_file(link, text)
        assert link.is_symlink() and far.read_text() == text
    assert [each.name for each in far.parent.iterdir()] == ["out.json"]


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("absent/out.json")
    with pytest.raises(InputError, match="link.json: cannot be written"):
        files.replace_file(link, "new")
    assert link.is_symlink()


@pytest.mark.parametrize("linked", [False, True])
def test_a_file_does_not_take_the_place_of_a_pipe(tmp_path: Path, linked: bool) -> None:
    pipe = target = tmp_path / "pipe"
    os.mkfifo(pipe)
    if linked:
        target = tmp_path / "link"
        target.symlink_to(pipe)
    with pytest.raises(InputError) as error:
        files.replace_file(target, "new")
    assert str(error.value) == f"{target}: cannot be written (it is no regular file)."
    assert pipe.is_fifo()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        files.replace_file(tmp_path / "absent" / "out.json", "new")


def test_of_several_files_none_is_replaced_when_one_cannot_be_written(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text("old")
    with pytest.raises(InputError, match="cannot be written"):
        files.replace_files({good: "new", tmp_path / "absent" / "bad": "new"})
    assert good.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["good"]


def test_a_full_disk_leaves_the_old_directory_and_no_scratch(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "kept").write_text("old")
    said = f"{target}: cannot be written (No space left on device)."
    with pytest.raises(InputError) as error, files.replaced_directory(target) as fresh:
        (fresh / "page").symlink_to("/dev/full")
        (fresh / "page").write_text("new")
    assert str(error.value) == said
    assert [each.name for each in tmp_path.rglob("*")] == ["report", "kept"]


def test_a_full_disk_leaves_the_old_file_and_no_scratch(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises(InputError) as error, files.replaced_file(target) as scratch:
        scratch.unlink()
        scratch.symlink_to("/dev/full")
        scratch.write_text("new")
    assert str(error.value) == f"{target}: cannot be written (No space left on device)."
    assert target.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.json"]


def test_what_is_wrong_with_the_work_itself_is_not_blamed_on_the_disk(tmp_path: Path) -> None:
    with pytest.raises(KeyError), files.replaced_directory(tmp_path / "report"):
        raise KeyError("hare")


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (errno.ENOENT, "/usr/share/unitcost/page.html.j2"),
        (errno.EAGAIN, None),  # of a fork
        (errno.ENOMEM, None),
        (errno.EMFILE, "report/page"),
        (None, None),  # of jinja2: a template that is not there
    ],
)
def test_what_has_nothing_to_do_with_the_output_is_not_blamed_on_it(
    tmp_path: Path, number: int | None, name: str | None
) -> None:
    fault = OSError(number, "fox", name) if number else OSError("fox")
    with pytest.raises(OSError) as error, files.replaced_directory(tmp_path / "report"):
        raise fault
    assert error.value is fault
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "EFBIG"])
def test_what_the_machine_refuses_names_the_output(tmp_path: Path, number: str) -> None:
    why = os.strerror(getattr(errno, number))
    with pytest.raises(InputError) as error, files.replaced_file(tmp_path / "out.json"):
        raise OSError(getattr(errno, number), why)
    assert str(error.value) == f"{tmp_path / 'out.json'}: cannot be written ({why})."


def test_what_is_written_into_and_is_gone_is_named(tmp_path: Path) -> None:
    target = tmp_path / "report"
    with pytest.raises(InputError, match="cannot be written"):
        with files.replaced_directory(target) as fresh:
            (fresh / "absent" / "page").write_text("new")


@pytest.mark.parametrize("name", ["kept/report", "kept/more/report", 300 * "x"])
def test_a_place_where_no_directory_can_be_is_named(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_text("old")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        with files.replaced_directory(Path(name)):
            pass
    with pytest.raises(InputError, match="cannot be written"):
        files.replace_file(Path(name), "new")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_a_file_does_not_take_the_place_of_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a directory"):
        files.replace_file(tmp_path, "new")
