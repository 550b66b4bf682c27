"""results/schema.json, applied."""

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema

from unitcost_scripts.errors import InputError
from unitcost_scripts.runs.quick_validation import quick_validator

SCHEMA_FILE = Path(__file__).resolve().parents[3] / "results" / "schema.json"


@functools.cache
def validator(kind: str) -> Any:
    """A validator for one of the schema's definitions: "record" or "manifest"."""
    whole = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(whole)
    only = {"$schema": whole["$schema"], "$defs": whole["$defs"], "$ref": f"#/$defs/{kind}"}
    return quick_validator(only)


def check(document: dict[str, Any], kind: str, where: str) -> None:
    """Raises InputError that names the offending field."""
    error = jsonschema.exceptions.best_match(validator(kind).iter_errors(document))
    if error is None:
        return
    field = "/".join(str(step) for step in error.absolute_path)
    place = f"{where}, field {field}" if field else where
    message = error.message if len(error.message) <= 200 else error.message[:197] + "…"
    raise InputError(f"{place}: {message} (see results/schema.json).")
