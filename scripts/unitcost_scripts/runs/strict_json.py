"""JSON as its standard has it: Python's own reader lets NaN and Infinity through."""

import json
from pathlib import Path
from typing import Any

from unitcost_scripts.errors import InputError


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def parse_object(text: bytes, where: str) -> dict[str, Any]:
    """The JSON object in `text`; `where` names file and line for the error."""
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_reject)
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
