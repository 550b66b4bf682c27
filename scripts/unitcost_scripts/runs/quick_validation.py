"""A JSON schema's validator that looks once at what is alike: thousands of lines of a journal differ only
in numbers of which a schema sees no more than whether they are whole, and not too small.
"""

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

# A number is one of these, by how much it is, up to the greatest minimum; the last is below zero.
_WHOLE, _BROKEN = (tuple(object() for _ in range(GREATEST_MINIMUM + 2)) for _ in range(2))


def shape_of(value: Any) -> Hashable:
    """The same of two values only if no such schema can tell them apart. Called for each number of a
    journal, so the most frequent come first."""
    kind = type(value)
    if kind is int or kind is float:
        of_kind = _WHOLE if kind is int or value.is_integer() else _BROKEN
        return of_kind[int(min(value, GREATEST_MINIMUM))] if value >= 0 else of_kind[-1]
    if kind is list:
        if len(value) > GREATEST_LENGTH:
            return frozenset(map(shape_of, value))
        return tuple(map(shape_of, value))
    if kind is dict:
        return (dict, *((key, shape_of(inner)) for key, inner in value.items()))
    text: Hashable = value  # or true, false, null
    return text


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
