"""The one command that makes everything of a run, and its archive."""

import json
import lzma
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from synthetic_run import MANIFEST, record, repeated, write_run
from unitcost_scripts.__main__ import main
from unitcost_scripts.bundles.anonymous import (
    command_line_without_paths,
    copy_without_names,
    scrub_of,
)
from unitcost_scripts.bundles.archive import write_archive
from unitcost_scripts.export import FORMATS
from unitcost_scripts.runs import run_directory

HOST, USER = "grace-laptop", "hopper"
CASE = "switch/tbb/idle"
RECORDS = [
    *repeated(CASE, [11.0, 12.0, 13.0, 14.0, 15.0, 16.0]),
    record(
        "spawn/mine/idle",
        end="crashed",
        reason=f"/home/{USER}/mine: not found on {HOST} (/proc/self/maps)",
        notes=[f"as {USER}", "of the graph's 123 units a run makes 110"],
    ),
]


def personal() -> dict[str, Any]:
    contender = {"name": "mine", "about": f"built by {USER}", "command": f"/home/{USER}/mine"}
    return {
        **MANIFEST,
        "command_line": [
            "run",
            "--out",
            f"/home/{USER}/run",
            f"--contender=mine=/home/{USER}/mine",
        ],
        "machine": {**MANIFEST["machine"], "host": HOST, "user": USER},
        "selection": {"contenders": [contender]},
    }


def run_in(home: Path) -> Path:
    run = write_run(home / f"20260102T030405Z-{HOST}", RECORDS, personal())
    view = {"context": {"host_name": HOST}, "benchmarks": []}
    (run / "results.json").write_text(json.dumps(view), encoding="utf-8")
    return run


def unpacked(archive: Path, home: Path) -> Path:
    """The one folder in it."""
    home.mkdir()
    with tarfile.open(archive) as tar:
        tar.extractall(home)
    (folder,) = home.iterdir()
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def check_sums(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Run, archive and what was in it; tests only read them."""
    home = tmp_path_factory.mktemp("bundle")
    run, archive = run_in(home), home / "out.tar.xz"
    assert main(["bundle", str(run), "--out", str(archive)]) == 0
    return run, archive, unpacked(archive, home / "unpacked")


Bundled = tuple[Path, Path, Path]


def test_it_holds_records_report_exports_command_and_commit(bundled: Bundled) -> None:
    _, _, folder = bundled
    found = set(files_in(folder))
    exports = {f"exports/{each.file}" for each in FORMATS.values()}
    records = {"manifest.json", "journal.jsonl", "results.json"}
    assert found >= records | exports | {"report/index.html", "ABOUT.txt", "SHA256SUMS"}
    about = (folder / "ABOUT.txt").read_text(encoding="utf-8")
    assert f"unitcost run --out /home/{USER}/run" in about
    assert f"commit    {MANIFEST['tool']['commit']}\n" in about
    assert run_directory.load(folder).records == run_directory.load(bundled[0]).records


def test_its_sums_cover_every_file_and_find_a_damaged_one(bundled: Bundled) -> None:
    _, _, folder = bundled
    good = check_sums(folder)
    assert good.returncode == 0, good.stderr
    assert len(good.stdout.splitlines()) == len(files_in(folder)) - 1
    damaged = folder / "manifest.json"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole.replace(b"2026", b"2027", 1))
    bad = check_sums(folder)
    damaged.write_bytes(whole)
    assert bad.returncode == 1 and "manifest.json: FAILED" in bad.stdout


def test_report_and_exports_lie_in_the_run_too(bundled: Bundled) -> None:
    run, _, folder = bundled
    mine, packed = files_in(run), files_in(folder)
    assert {name: packed[name] for name in mine} == mine
    assert set(packed) - set(mine) == {"ABOUT.txt", "SHA256SUMS"}


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    contents = {"b/file": b"2", "a": b"1"}
    for suffix in (".tar.xz", ".tar.gz"):
        first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
        write_archive(first, "root", contents, 1_767_322_000)
        write_archive(second, "root", dict(reversed(contents.items())), 1_767_322_000)
        assert first.read_bytes() == second.read_bytes()
        if suffix == ".tar.gz":
            assert first.read_bytes()[3:8] == bytes(5)  # RFC 1952: neither name nor time
        with tarfile.open(first) as tar:
            entries = tar.getmembers()
        assert [each.name for each in entries] == ["root/SHA256SUMS", "root/a", "root/b/file"]
        assert {(each.uid, each.gid, each.uname, each.mtime) for each in entries} == {
            (0, 0, "", 1_767_322_000)
        }


def test_an_anonymous_bundle_has_no_name_of_host_or_user_and_leaves_the_run_alone(
    tmp_path: Path, command: Command
) -> None:
    run = run_in(tmp_path)
    before = files_in(run)
    archive = tmp_path / "anonymous.tar.gz"
    code, out, _ = command("bundle", run, "--anonymous", "--out", archive)
    assert code == 0 and "in the archive: report/index.html" in out
    assert files_in(run) == before
    folder = unpacked(archive, tmp_path / "unpacked")
    assert folder.name == "unitcost-20260102T030405Z-anonymous"
    for name, data in files_in(folder).items():
        for secret in (HOST, USER, str(tmp_path)):
            assert secret.encode() not in data, name
    assert check_sums(folder).returncode == 0
    loaded = run_directory.load(folder)
    assert [each.metrics for each in loaded.records] == [
        each.metrics for each in run_directory.load(run).records
    ]
    (crash,) = (each for each in loaded.records if each.end == "crashed")
    assert crash.reason == "PATH: not found on HOST (/proc/self/maps)"
    assert crash.notes == ("as USER", "of the graph's 123 units a run makes 110")
    assert loaded.manifest["command_line"] == ["run", "--out", "PATH", "--contender=mine=COMMAND"]


def test_what_is_made_of_an_anonymous_copy_is_what_it_holds(tmp_path: Path) -> None:
    copy = copy_without_names(run_directory.load(run_in(tmp_path)), tmp_path / "copy")
    assert copy == run_directory.load(tmp_path / "copy")


def test_a_line_in_which_nothing_is_told_stays_as_it_was(tmp_path: Path, command: Command) -> None:
    run = run_in(tmp_path)
    assert command("bundle", run, "--anonymous", "--out", tmp_path / "out.tar.gz")[0] == 0
    copy = unpacked(tmp_path / "out.tar.gz", tmp_path / "unpacked")
    old, new = ((each / "journal.jsonl").read_bytes().splitlines() for each in (run, copy))
    assert new[:-1] == old[:-1] and new[-1] != old[-1]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["--out", "a/b", "--seed", "1"], ["--out", "PATH", "--seed", "1"]),
        (["--resume=a", "--benchmark_out=b"], ["--resume=PATH", "--benchmark_out=PATH"]),
        (["--contender", "a=env X=1 ./a"], ["--contender", "a=COMMAND"]),
        (["--filter", "^a/(b|c)/(d|e)/"], ["--filter", "^a/(b|c)/(d|e)/"]),
    ],
)
def test_a_command_line_keeps_what_is_no_path(words: list[str], kept: list[str]) -> None:
    assert command_line_without_paths(words) == kept


def test_free_texts_keep_what_is_no_name() -> None:
    scrub = scrub_of("ada", "root")
    assert scrub("ada's adapter of the root group") == "HOST's adapter of the root group"
    assert scrub("spawn/tbb/idle at 3 /s, see /sys/fs/cgroup") == (
        "spawn/tbb/idle at 3 /s, see /sys/fs/cgroup"
    )


def test_without_a_name_the_archive_is_named_by_its_time(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unitcost_scripts.bundle._make", _only_folders)
    monkeypatch.chdir(tmp_path)
    code, out, _ = command("bundle", run_in(tmp_path))
    assert code == 0 and (tmp_path / "unitcost-20260102T030405Z.tar.xz").exists()
    assert out.startswith("unitcost-20260102T030405Z.tar.xz: ")


@pytest.mark.parametrize("options", [(), ("--anonymous",)])
def test_a_journal_that_is_packed_in_the_run_is_in_the_archive_as_any_other(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr("unitcost_scripts.bundle._make", _only_folders)
    run, archive = run_in(tmp_path), tmp_path / "out.tar.gz"
    journal = run / "journal.jsonl"
    whole = journal.read_bytes()
    (run / "journal.jsonl.xz").write_bytes(lzma.compress(whole))
    journal.unlink()
    assert command("bundle", run, *options, "--out", archive)[0] == 0
    folder = unpacked(archive, tmp_path / "unpacked")
    packed = (folder / "journal.jsonl").read_bytes()
    assert packed.splitlines()[:-1] == whole.splitlines()[:-1]
    assert (packed == whole) == (not options)
    assert "  journal.jsonl\n" in (folder / "SHA256SUMS").read_text(encoding="utf-8")


def _only_folders(run: run_directory.Run) -> None:
    for name in ("report", "exports"):
        (run.path / name).mkdir()


def test_bad_input_is_refused_before_anything_is_made(tmp_path: Path, command: Command) -> None:
    run = run_in(tmp_path)
    old = tmp_path / "old.tar.xz"
    old.write_text("from before")
    (tmp_path / "folder.tar.xz").mkdir()
    when = {**MANIFEST, "started_utc": "yesterday"}
    undated = write_run(tmp_path / "undated", RECORDS, when)
    for words, complaint in (
        ((tmp_path / "absent", "--out", old), "no such run directory"),
        ((run, "--out", tmp_path / "out.zip"), "an archive is named *.tar.xz or *.tar.gz"),
        ((run, "--out", tmp_path / "absent" / "out.tar.xz"), "no such directory"),
        ((run, "--out", tmp_path / "folder.tar.xz"), "is a directory"),
        ((undated, "--out", old), "'yesterday' is not a time"),
    ):
        code, out, err = command("bundle", *words)
        assert (code, out) == (2, "") and complaint in err
    assert old.read_text() == "from before"
    assert not (run / "report").exists() and not (undated / "report").exists()
