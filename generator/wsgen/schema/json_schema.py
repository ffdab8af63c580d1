"""The JSON Schema of `schema.yaml`, for editors: completion, descriptions and first checks.

It is made from the models, so that it says what wsgen reads. What it cannot say (types, references
to what is named elsewhere in the file, rules) is for `wsgen check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, cast

from pydantic import TypeAdapter

from wsgen.schema.document import Document, PayloadSpec, ReceivedSpec
from wsgen.schema.leaves import NotEmpty, OneOrMore, Reference, TypeText
from wsgen.schema.part import Part

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_Schema: TypeAlias = dict[str, object]

_OWN_KEYS: Final[_Schema] = {"^x-": {"description": "A key of another tool; wsgen keeps it."}}


def json_schema() -> dict[str, object]:
    """The schema of a whole document, draft 2020-12."""
    made = _tidied(Document.model_json_schema())
    definitions = _mapping(made.pop("$defs"))
    del definitions[_noun(PayloadSpec.__name__)]
    parts = {_noun(part.__name__): part for part in _parts(Part)}
    for name, definition in definitions.items():
        definitions[name] = _adapted(parts[name], _mapping(definition)) | {"title": name}
    document = _adapted(Document, made)
    properties = _mapping(document["properties"])
    properties["wsgen"] = _mapping(properties["wsgen"]) | {"const": 1}
    properties["guards"] = _or(_mapping(properties["guards"]), _names())
    return {"$schema": DIALECT, "title": "wsgen schema", **document, "$defs": definitions}


def json_schema_text(schema: Mapping[str, object]) -> str:
    """A JSON Schema as a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _mapping(schema: object) -> _Schema:
    return cast("_Schema", schema)


def _parts(base: type[Part]) -> Iterator[type[Part]]:
    for each in base.__subclasses__():
        yield each
        yield from _parts(each)


def _noun(name: str) -> str:
    """What a model describes, as editors show it: `CloseCodeSpec` is a `close code`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Spec")).lower()


def _payload() -> _Schema:
    """The forms of `from_client` and `from_server`, which their model takes apart by itself."""
    received = {"$ref": f"#/$defs/{_noun(ReceivedSpec.__name__)}"}
    messages: _Schema = {"type": "object", "additionalProperties": received, "minProperties": 1}
    return _or(_or(messages, _names()), TypeAdapter(TypeText).json_schema())


def _names() -> _Schema:
    return {"type": "array", "items": TypeAdapter(Reference).json_schema(), "minItems": 1}


def _adapted(part: type[Part], schema: _Schema) -> _Schema:
    """The schema of one mapping: keys of other tools, and the short forms."""
    properties = {
        name: each
        for name, each in _mapping(schema["properties"]).items()
        if not name.startswith("<")
    }
    for name, field in part.model_fields.items():
        if OneOrMore in field.metadata:
            listed = _mapping(properties[name])
            least = {"minItems": 1} if NotEmpty in field.metadata else {}
            properties[name] = _or(listed | least, _mapping(listed["items"]))
    whole = schema | {"properties": properties, "patternProperties": _OWN_KEYS}
    if part.short_form is not None:
        return _or(whole, _mapping(properties[part.short_form]))
    return whole if schema.get("required") else _or(whole, {"type": "null"})


def _or(schema: _Schema, short: _Schema) -> _Schema:
    """A long form or a short one: each keyword is about one JSON type, and they differ in these.

    `anyOf` would say the same, but servers show it as it is built.
    """
    return short | schema | {"type": [*_types(schema), *_types(short)]}


def _types(schema: _Schema) -> list[str]:
    types = schema["type"]
    return [types] if isinstance(types, str) else cast("list[str]", types)


def _tidied(schema: _Schema) -> _Schema:
    """Without Python's names, titles, defaults and `None`, which nobody writes."""
    found: _Schema = {}
    for key, each in schema.items():
        if key == "properties":
            found[key] = {name: _tidy(inner) for name, inner in _mapping(each).items()}
        elif key == "$defs":
            found[key] = {_noun(name): _tidy(inner) for name, inner in _mapping(each).items()}
        elif key == "$ref":
            found |= _reference(str(each).rpartition("/")[2])
        elif key == "patternProperties":
            found |= _named(_mapping(each))
        elif key in {"anyOf", "oneOf"}:  # where one arm fits no other does
            arms = [_tidy(arm) for arm in cast("list[object]", each) if arm != {"type": "null"}]
            found |= _mapping(arms[0]) if len(arms) == 1 else {"anyOf": arms}
        elif key not in {"title", "default", "discriminator"}:
            found[key] = _tidy(each)
    return found


def _reference(model: str) -> _Schema:
    return _payload() if model == PayloadSpec.__name__ else {"$ref": f"#/$defs/{_noun(model)}"}


def _named(patterns: _Schema) -> _Schema:
    """Things by name: servers complete values below `additionalProperties`, not below patterns."""
    ((pattern, each),) = patterns.items()
    return {"propertyNames": {"pattern": pattern}, "additionalProperties": _tidy(each)}


def _tidy(value: object) -> object:
    if isinstance(value, list):
        return [_tidy(each) for each in cast("list[object]", value)]
    return _tidied(_mapping(cast("object", value))) if isinstance(value, dict) else value
