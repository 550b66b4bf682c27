"""A copy of a run without the names of host and user.

What `unitcost run --anonymous` leaves out is left out of records that exist: host and user name,
paths on the command line, commands of contenders. Names and paths in free texts, which a machine or
a contender may have put there, are replaced too. What stays is listed in docs/METHODOLOGY.md.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from unitcost_scripts.runs.run_directory import JOURNAL, Run, journal_bytes
from unitcost_scripts.runs.strict_json import parse_object, read_bytes

Document = dict[str, Any]
Scrub = Callable[[str], str]

MANIFEST, RESULTS = "manifest.json", "results.json"
_TAKES_A_PATH = ("--out", "--resume", "--benchmark_out")
_SAYS_NOTHING = ("root",)  # a user that every machine has
# An absolute path of two names and more, but for those that every system has.
_PATH = re.compile(r"(?<![\w./-])/(?!(?:proc|sys|dev|usr|lib|bin|sbin)/)[^\s/:;,'\"]+/[^\s:;,'\"]*")


def scrub_of(host: str | None, user: str | None) -> Scrub:
    """Takes names and paths out of a free text."""
    names = [(name, word) for name, word in ((host, "HOST"), (user, "USER")) if name]
    patterns = [
        (re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"), word)
        for name, word in names
        if name not in _SAYS_NOTHING
    ]

    def scrub(text: str) -> str:
        text = _PATH.sub("PATH", text)
        for pattern, word in patterns:
            text = pattern.sub(word, text)
        return text

    return scrub


def _contender(text: str) -> str:
    return text.partition("=")[0] + "=COMMAND"


def command_line_without_paths(words: Sequence[str]) -> list[str]:
    """As the binary itself does it for an anonymous run."""
    kept: list[str] = []
    before = ""
    for word in words:
        option, equals, value = word.partition("=")
        if before in _TAKES_A_PATH:
            kept.append("PATH")
        elif before == "--contender":
            kept.append(_contender(word))
        elif equals and option in _TAKES_A_PATH:
            kept.append(f"{option}=PATH")
        elif equals and option == "--contender":
            kept.append(f"{option}={_contender(value)}")
        else:
            kept.append(word)
        before = word
    return kept


def _manifest(old: Document, scrub: Scrub) -> Document:
    new = {
        **old,
        "machine": {**old["machine"], "host": None, "user": None},
        "command_line": command_line_without_paths(old["command_line"]),
    }
    contenders = old.get("selection", {}).get("contenders")
    if contenders is not None:
        without = [{"name": each["name"], "about": scrub(each["about"])} for each in contenders]
        new["selection"] = {**old["selection"], "contenders": without}
    return new


def _record(old: Document, scrub: Scrub) -> Document:
    new = dict(old)
    if old.get("notes"):
        new["notes"] = [scrub(note) for note in old["notes"]]
    if old.get("reason"):
        new["reason"] = scrub(old["reason"])
    return new


def _journal(text: bytes, scrub: Scrub, where: str) -> bytes:
    """A line in which nothing is replaced stays as it is, byte by byte."""
    lines = []
    for line in text.splitlines():
        old = parse_object(line, where)
        new = _record(old, scrub)
        lines.append(line if new == old else _json(new).encode("utf-8"))
    return b"".join(line + b"\n" for line in lines)


def _json(document: Document, indent: int | None = None) -> str:
    separators = None if indent else (",", ":")
    return json.dumps(document, indent=indent, separators=separators, ensure_ascii=False)


def _results(old: Document) -> Document:
    return {**old, "context": {**old.get("context", {}), "host_name": None}}


def _loaded(run: Run, copy: Path, scrub: Scrub) -> Run:
    """What the copy holds, without the time that it takes to validate it again."""
    records = (
        dataclasses.replace(
            each,
            reason=each.reason and scrub(each.reason),
            notes=tuple(scrub(note) for note in each.notes),
        )
        for each in run.records
    )
    return Run(copy, _manifest(run.manifest, scrub), tuple(records))


def copy_without_names(run: Run, target: Path) -> Run:
    """Copies manifest, journal and results of `run` to the new directory `target`."""
    machine = run.manifest["machine"]
    scrub = scrub_of(machine.get("host"), machine.get("user"))
    target.mkdir()
    manifest, results = run.path / MANIFEST, run.path / RESULTS
    document = _manifest(parse_object(read_bytes(manifest), str(manifest)), scrub)
    (target / manifest.name).write_text(_json(document, 1), encoding="utf-8")
    journal, lines = journal_bytes(run.path)
    (target / JOURNAL).write_bytes(_journal(lines, scrub, str(journal)))
    if results.exists():
        document = _results(parse_object(read_bytes(results), str(results)))
        (target / results.name).write_text(_json(document, 1), encoding="utf-8")
    return _loaded(run, target, scrub)
