"""What pydantic refuses, in the words and with the paths of msgspec; nothing of the data in them.

An error's `loc` mixes fields and items with labels: of the arm of a union, of a tag. The JSON
Schema of what was expected tells them apart, and the names of fields from the client's keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

from wsgen_runtime.exceptions import InvalidMessage

JsonSchema: TypeAlias = dict[str, Any]

TYPE: Final = "wsgen_type"
"""The error of our own types where another kind was expected, which its `kind` names."""
_KINDS: Final[Mapping[type, str]] = {
    bool: "bool",
    dict: "object",
    float: "float",
    int: "int",
    list: "array",
    str: "str",
    type(None): "null",
}
"""How msgspec names what JSON has."""
_TYPES: Final = {
    "bool_type": "bool",
    "dict_type": "object",
    "float_type": "float",
    "int_type": "int",
    "list_type": "array",
    "model_type": "object",
    "string_type": "str",
}
"""Errors that only say that another kind was expected."""
_CONSTANTS: Final = {"enum", "literal_error"}
_TAGS: Final = {
    "union_tag_invalid": "Expected a known tag",
    "union_tag_not_found": "Expected a tag",
}
_OF_PARENT: Final = {"extra_forbidden", "missing"}
"""What is said of the object that a field is missing in, or is one too many."""
_WORDS: Final = {
    "enum": "Expected a value of the enum",
    "extra_forbidden": "Expected no further fields",
    "finite_number": "Number out of range",
    "greater_than": "Expected `{kind}` > {gt}",
    "greater_than_equal": "Expected `{kind}` >= {ge}",
    "less_than": "Expected `{kind}` < {lt}",
    "less_than_equal": "Expected `{kind}` <= {le}",
    "literal_error": "Expected a value of the enum",
    "missing": "Object missing required field `{name}`",
    "multiple_of": "Expected `{kind}` that's a multiple of {multiple_of}",
    "string_pattern_mismatch": "Expected `str` matching regex '{pattern}'",
    "string_too_long": "Expected `str` of length <= {max_length}",
    "string_too_short": "Expected `str` of length >= {min_length}",
    "too_long": "Expected `{sized}` of length <= {max_length}",
    "too_short": "Expected `{sized}` of length >= {min_length}",
    "value_error": "{error}",
}


class Shape:
    """What was expected, by its JSON Schema, which is made when something is refused.

    Arguments:
        make: makes the schema; what it raises means that there is none.
    """

    def __init__(self, make: Callable[[], JsonSchema]) -> None:
        self._make = make

    @cached_property
    def _root(self) -> JsonSchema:
        try:
            return self._make()
        except Exception:  # a type of the application may have none
            return {}

    def find(self, steps: Iterable[int | str]) -> tuple[str, list[JsonSchema]]:
        """Where an error stands, such as `$.users[0].name`, and what was expected there.

        A client's keys are shown as `[...]`.
        """
        here, labelled, path = self._arms(self._root), False, "$"
        for step in steps:
            chosen = self._tagged(here, step)
            if chosen:
                here = chosen
            elif len(here) > 1 and not labelled:
                labelled = True  # the label of an arm; which one it is, the next step says
            else:
                here, shown = self._within(here, step)
                labelled, path = False, path + shown
        return path, here

    def _arms(self, schema: Any) -> list[JsonSchema]:
        """The schemas that a value may have, null aside."""
        match schema:
            case {"$ref": str(reference)}:
                return self._arms(self._root["$defs"][reference.removeprefix("#/$defs/")])
            case {"anyOf": [*arms]}:
                return [each for arm in arms for each in self._arms(arm)]
            case {"type": "null"}:
                return []
            case _:
                return [schema]

    def _tagged(self, here: list[JsonSchema], step: int | str) -> list[JsonSchema]:
        for arm in here:
            reference = arm.get("discriminator", {}).get("mapping", {}).get(step)
            if reference is not None:
                return self._arms({"$ref": reference})
        return []

    def _within(self, here: list[JsonSchema], step: int | str) -> tuple[list[JsonSchema], str]:
        for arm in here:
            match step, arm:
                case int(), {"items": items}:
                    return self._arms(items), f"[{step}]"
                case str(), {"properties": {**fields}} if step in fields:
                    return self._arms(fields[step]), f".{step}"
                case str(), {"additionalProperties": {**values}}:
                    return self._arms(values), "[...]"
                case _:
                    continue
        return [], f"[{step}]" if isinstance(step, int) else ""


def refused(error: Any, shape: Shape) -> InvalidMessage:
    """A ValidationError as the one mistake to tell of: that of the arm that was meant."""
    errors: list[dict[str, Any]] = error.errors(include_url=False)
    at = max(range(len(errors)), key=lambda index: _rank(errors[index]))
    first = errors[at]
    kind: str = first["type"]
    if kind == "json_invalid":
        deep = "recursion" in first["ctx"]["error"]
        return InvalidMessage("malformed", "nested too deeply" if deep else "not valid JSON")
    steps: list[int | str] = list(first["loc"])
    name = steps.pop() if kind in _OF_PARENT else None
    path, expected = shape.find(steps)
    if kind in _TAGS:
        return _untagged(kind, path, expected)
    got = _KINDS.get(type(cast("object", first["input"])), "str")
    if _type(first):
        arms = errors[at : at + len(_KINDS)]  # those of a union follow each other
        same = (each for each in arms if shape.find(each["loc"])[0] == path)
        kinds = dict.fromkeys(found for each in same if (found := _type(each)))
        detail = f"Expected `{' | '.join(kinds)}`, got `{got}`"
    elif kind in _WORDS:
        sized = "bytes" if got == "str" else got  # text has errors of its own
        detail = _WORDS[kind].format(kind=got, sized=sized, name=name, **first.get("ctx", {}))
    else:  # after a comma it may quote what it could not read
        words = str(first["msg"])
        detail = words.partition(",")[0] if kind.endswith("_parsing") else words
    return InvalidMessage("invalid_message", detail, path=path)


def _rank(error: dict[str, Any]) -> tuple[int, bool, bool]:
    """The deepest comes first; who is of the right kind is the arm that was meant."""
    return len(error["loc"]), _type(error) is None, error["type"] not in _CONSTANTS


def _type(error: dict[str, Any]) -> str | None:
    """The kind that was expected, if the error is about that."""
    found: str | None = error["ctx"]["kind"] if error["type"] == TYPE else _TYPES.get(error["type"])
    return found


def _untagged(kind: str, path: str, expected: list[JsonSchema]) -> InvalidMessage:
    """A tag is missing or unknown: at the top a message is, further down a field."""
    keys = (arm["discriminator"]["propertyName"] for arm in expected if "discriminator" in arm)
    key = next(keys, None)
    at_key = path if key is None else f"{path}.{key}"
    if path == "$":
        return InvalidMessage("unknown_type", _TAGS[kind], path=at_key)
    if kind == "union_tag_not_found":
        detail = _WORDS["missing"].format(name=key)
        return InvalidMessage("invalid_message", detail, path=path)
    return InvalidMessage("invalid_message", _TAGS[kind], path=at_key)
