"""docs/claims.json: what textbooks say, in our own words, with the cases and the rule that test it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from unitcost_scripts.errors import InputError
from unitcost_scripts.runs.strict_json import parse_object, read_bytes

CATALOGUE = Path(__file__).resolve().parents[3] / "docs" / "claims.json"

_SENTENCE = {"type": "string", "pattern": r"\.$"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "claims"],
    "properties": {
        "schema": {"const": "unitcost.claims/2"},
        "claims": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "claim", "rule", "cases"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
                    "claim": _SENTENCE,
                    "rule": _SENTENCE,
                    "cases": {  # patterns of whole names; a test holds that its rule reads no others
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string"},
                    },
                },
            },
        },
    },
}


@dataclass(frozen=True)
class Claim:
    id: str
    text: str
    rule: str


def claims(path: Path = CATALOGUE) -> list[Claim]:
    document = parse_object(read_bytes(path), str(path))
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(_SCHEMA).iter_errors(document)
    )
    if error is not None:
        field = "/".join(str(step) for step in error.absolute_path)
        raise InputError(f"{path}, field {field}: {error.message}")
    return [Claim(each["id"], each["claim"], each["rule"]) for each in document["claims"]]
