"""JSON as its standard has it, and numbers that can be reckoned with: Python's own reader lets NaN, Infinity
and 1e999 through.
"""

import json
import re
from pathlib import Path
from typing import Any

from unitcost_scripts.errors import InputError

_LARGEST = 1e150  # beyond all that is measured; sums and squares of it are still numbers
# Whatever is larger has one of these; most lines have neither, and are read without hooks.
_PERHAPS_TOO_LARGE = re.compile(rb"[eE]\+?\d{3}|\d{50}")
_SHOWN = 40  # characters of a number


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _too_large(text: str) -> ValueError:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return ValueError(f"the number {shown} is too large")


def _number(text: str) -> float:
    value = float(text)
    if abs(value) > _LARGEST:
        raise _too_large(text)
    return value


def _whole_number(text: str) -> int:
    _number(text)
    return int(text)


def _parsed(text: bytes) -> Any:
    if _PERHAPS_TOO_LARGE.search(text) is None:
        return json.loads(text.decode("utf-8"), parse_constant=_reject)
    return json.loads(
        text.decode("utf-8"), parse_constant=_reject, parse_float=_number, parse_int=_whole_number
    )


def parse_object(text: bytes, where: str) -> dict[str, Any]:
    """The JSON object in `text`, none of its numbers too large; `where` names file and line for the error."""
    try:
        value = _parsed(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not valid JSON ({error}).") from error
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a JSON object, found {type(value).__name__}.")
    return value


def read_bytes(path: Path) -> bytes:
    """The file's content, or an error that names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
