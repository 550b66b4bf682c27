"""A run directory: loaded whole and validated, or refused with one sentence."""

import lzma
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitcost_scripts.errors import InputError
from unitcost_scripts.runs import records, schema, upgrade
from unitcost_scripts.runs.records import Record
from unitcost_scripts.runs.strict_json import parse_object, read_bytes


@dataclass(frozen=True)
class Run:
    path: Path
    manifest: dict[str, Any]
    records: tuple[Record, ...]  # in the journal's order, which is the order of time

    @property
    def counted(self) -> list[Record]:
        """The records whose numbers count: ok, and not discarded."""
        return [record for record in self.records if record.counted]


def _load_document(text: bytes, kind: str, where: str) -> dict[str, Any]:
    document = upgrade.to_current(parse_object(text, where), kind, where)
    schema.check(document, kind, where)
    return document


JOURNAL = "journal.jsonl"
PACKED_JOURNAL = JOURNAL + ".xz"  # of a published run, a twentieth as large


def journal_bytes(directory: Path) -> tuple[Path, bytes]:
    """The run's journal, unpacked where only the packed one is there, and the file it was read from."""
    path, packed = directory / JOURNAL, directory / PACKED_JOURNAL
    if path.exists() or not packed.exists():
        return path, read_bytes(path)
    try:
        return packed, lzma.decompress(read_bytes(packed))
    except lzma.LZMAError as error:
        raise InputError(f"{packed}: cannot be unpacked ({error}); fetch it anew.") from error


def _load_journal(directory: Path) -> tuple[Record, ...]:
    path, content = journal_bytes(directory)
    lines = content.split(b"\n")
    loaded: list[Record] = []
    first_seen: dict[tuple[str, int], int] = {}
    for number, text in enumerate(lines, start=1):
        where = f"{path} line {number}"
        if not text.strip():
            if number == len(lines):
                break
            raise InputError(f"{where}: the line is empty.")
        if number == len(lines):
            _refuse_if_truncated(text, where)
        record = records.from_document(_load_document(text, "record", where), number, where)
        loaded.append(record)
        if record.discarded:
            continue
        earlier = first_seen.setdefault((record.case, record.repetition), number)
        if earlier != number:
            raise InputError(
                f"{where}: repetition {record.repetition} of {record.case!r} is already on line"
                f" {earlier}."
            )
    if not loaded:
        raise InputError(f"{path}: holds no record; nothing was measured in this run.")
    return tuple(loaded)


def _refuse_if_truncated(text: bytes, where: str) -> None:
    """The last line without its line end: whole JSON is taken, a torn one has its own error."""
    try:
        parse_object(text, where)
    except InputError as error:
        raise InputError(
            f"{where}: the line is truncated; the run was cut off while writing it. Finish it with"
            " `unitcost run --resume`, or remove this line."
        ) from error


def load(path: Path) -> Run:
    """Loads and validates the run in `path`."""
    if not os.path.isdir(path):  # nor is one whose name no file can have
        raise InputError(f"{path}: no such run directory.")
    manifest_path = path / "manifest.json"
    manifest = _load_document(read_bytes(manifest_path), "manifest", str(manifest_path))
    return Run(path, manifest, _load_journal(path))
