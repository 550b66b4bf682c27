"""Looking once at what is alike finds all that looking at everything finds."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import jsonschema
from rich_run import rich_records
from unitcost_scripts.runs.quick_validation import (
    GREATEST_LENGTH,
    GREATEST_MINIMUM,
    KEYWORDS,
    quick_validator,
    shape_of,
)
from unitcost_scripts.runs.schema import SCHEMA_FILE

WHOLE = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
RECORD = {"$schema": WHOLE["$schema"], "$defs": WHOLE["$defs"], "$ref": "#/$defs/record"}
ANNOTATIONS = {"title", "description", "default"}
OTHERS = [None, True, 0, -1, 0.5, 2, 1e300, "", "ok", "fox", [], [1], [[1]], [[1, 2]] * 4, {}]


def _schemas(value: Any, named: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema in `value`; the keys of one that is `named` are names, no keywords."""
    if isinstance(value, list):
        for inner in value:
            yield from _schemas(inner)
    if isinstance(value, dict):
        if not named:
            yield value
        for key, inner in value.items():
            if named or key not in ("const", "enum", "default", "required", "dependentRequired"):
                yield from _schemas(inner, not named and key in ("properties", "$defs"))


def test_our_schema_sees_no_more_than_a_shape_holds() -> None:
    found = list(_schemas(WHOLE["$defs"], named=True))
    assert len(found) > 50
    for schema in found:
        assert set(schema) <= KEYWORDS | ANNOTATIONS, schema
        assert schema.get("minimum", 0) <= GREATEST_MINIMUM
        assert max(schema.get("minItems", 0), schema.get("maxItems", 0)) <= GREATEST_LENGTH
        values = [schema.get("const"), *schema.get("enum", [])]
        assert all(isinstance(value, str) or value is None for value in values)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder in a document, and each key or index of it."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _spoilt(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    holder, key = chance.choice(list(_places(changed)))
    if isinstance(holder, dict) and chance.random() < 0.3:
        del holder[key]
    else:
        holder[key] = chance.choice(OTHERS)
    return changed


def _told(validator: Any, document: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    errors = validator.iter_errors(document)
    return sorted((error.message, list(error.absolute_path)) for error in errors)


def test_it_finds_the_same_faults_in_documents_that_are_nearly_alike() -> None:
    chance = random.Random(1)
    genuine = rich_records(repetitions=1)[:12]
    plain, quick = jsonschema.Draft202012Validator(RECORD), quick_validator(RECORD)
    assert all(quick.is_valid(each) for each in genuine)
    faulty = 0
    for _ in range(400):
        document = _spoilt(chance.choice(genuine), chance)
        expected = _told(plain, document)
        assert _told(quick, document) == expected, document
        faulty += bool(expected)
    assert 100 < faulty < 350


def test_shapes_differ_where_a_schema_can_tell_values_apart() -> None:
    apart = [0, 1, 2, -1, 0.5, 1.5, 2.5, True, None, "1", [], [1], [1, 1], [0.5] * 9, {}, {"a": 1}]
    shapes = [shape_of(value) for value in apart]
    assert len(set(shapes)) == len(apart)
    assert shape_of([4, 2, 3]) == shape_of([7, 5, 2, 99]) and shape_of(3.25) == shape_of(1e9 + 0.5)
