"""A JSON schema's validator that looks once at what is alike: thousands of lines of a journal differ only
in numbers of which a schema sees no more than whether they are whole, and not too small.
"""

import math
from collections.abc import Hashable, Iterator
from typing import Any

import jsonschema

# What a schema may use for `shape_of` to hold all that it can see: a test looks whether ours keeps to it.
KEYWORDS = frozenset(
    "$ref additionalProperties const dependentRequired else enum if items maxItems minItems minLength"
    " minimum oneOf pattern properties propertyNames required then type".split()
)
GREATEST_MINIMUM = 2
GREATEST_LENGTH = 2  # that minItems or maxItems asks for


def shape_of(value: Any) -> Hashable:
    """The same of two values only if no such schema can tell them apart."""
    if isinstance(value, dict):
        return tuple((key, shape_of(inner)) for key, inner in value.items())
    if isinstance(value, list):
        shapes = [shape_of(inner) for inner in value]
        return ("some", *shapes) if len(shapes) <= GREATEST_LENGTH else ("many", frozenset(shapes))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not math.isfinite(value):
        return ("number", value)
    whole = math.floor(value)
    return ("number", whole == value, max(-1, min(whole, GREATEST_MINIMUM)))


def quick_validator(schema: dict[str, Any]) -> Any:
    """Finds what jsonschema's own validator of draft 2020-12 finds."""
    known: set[tuple[int, Hashable]] = set()  # schema, which stays where it is, and shape

    def unless_known(validator: Any, value: Any, inner: Any, **places: Any) -> Iterator[Any]:
        key = (id(inner), shape_of(value))
        if key in known:
            return
        errors = list(validator.descend(value, inner, **places))
        if not errors:
            known.add(key)
        yield from errors

    def properties(validator: Any, inner: Any, instance: Any, _: Any) -> Iterator[Any]:
        if validator.is_type(instance, "object"):
            for name, of_name in inner.items():
                if name in instance:
                    yield from unless_known(
                        validator, instance[name], of_name, path=name, schema_path=name
                    )

    def items(validator: Any, inner: Any, instance: Any, _: Any) -> Iterator[Any]:
        if validator.is_type(instance, "array"):
            for index, value in enumerate(instance):
                yield from unless_known(validator, value, inner, path=index)

    quick = jsonschema.validators.extend(
        jsonschema.Draft202012Validator, {"properties": properties, "items": items}
    )
    return quick(schema)
