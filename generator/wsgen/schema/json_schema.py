"""The JSON Schema of `schema.yaml`, for editors: completion, descriptions and first checks.

It is made from the models, so that it says what wsgen reads. What it cannot say (types, references,
rules) is for `wsgen check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, TypeAlias, cast

from wsgen.schema.document import Document
from wsgen.schema.leaves import OneOrMore
from wsgen.schema.part import Part

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_Schema: TypeAlias = dict[str, object]

_OWN_KEYS: Final[_Schema] = {"^x-": {}}
_PAYLOAD: Final[_Schema] = {
    "description": "What travels in one direction: messages, or a raw payload.",
    "anyOf": [
        {"type": "string", "description": "A raw payload: str, bytes, any, or a named type."},
        {"type": "array", "items": {"type": "string"}, "description": "Messages."},
        {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/ReceivedSpec"},
            "description": "Messages, each with what answers it.",
        },
    ],
}


def json_schema() -> dict[str, object]:
    """The schema of a whole document, draft 2020-12."""
    made = _tidied(Document.model_json_schema())
    definitions = _mapping(made.pop("$defs"))
    parts = {part.__name__: part for part in _parts(Part)}
    for name, definition in definitions.items():
        definitions[name] = _adapted(parts[name], _mapping(definition)) if name in parts else {}
    definitions["PayloadSpec"] = _PAYLOAD
    document = _adapted(Document, made)
    properties = _mapping(document["properties"])
    properties["wsgen"] = _mapping(properties["wsgen"]) | {"const": 1}
    names = {"type": "array", "items": {"type": "string"}, "description": "Guards without needs."}
    properties["guards"] = {"anyOf": [properties["guards"], names]}
    document["title"] = "wsgen schema"
    return {"$schema": DIALECT, **document, "$defs": definitions}


def json_schema_text() -> str:
    """The same as a file: what `wsgen schema` prints, and schemas/wsgen.schema.json holds."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _mapping(schema: object) -> _Schema:
    return cast("_Schema", schema)


def _parts(base: type[Part]) -> Iterator[type[Part]]:
    for each in base.__subclasses__():
        yield each
        yield from _parts(each)


def _adapted(part: type[Part], schema: _Schema) -> _Schema:
    """The schema of one mapping: keys of other tools, and the short forms."""
    properties = {
        name: each
        for name, each in _mapping(schema["properties"]).items()
        if not name.startswith("<")
    }
    for name, field in part.model_fields.items():
        if OneOrMore in field.metadata:
            properties[name] = _one_or_more(_mapping(properties[name]))
    whole = schema | {"properties": properties, "patternProperties": _OWN_KEYS}
    if part.short_form is not None:
        return {"anyOf": [properties[part.short_form], whole]}
    if not schema.get("required"):
        return {"anyOf": [whole, {"type": "null"}]}
    return whole


def _one_or_more(schema: _Schema) -> _Schema:
    """A list of something, or one of it."""
    described = {key: schema[key] for key in ("description",) if key in schema}
    bare = {key: each for key, each in schema.items() if key not in described}
    return described | {"anyOf": [schema["items"], bare]}


def _tidied(schema: _Schema) -> _Schema:
    """Without Python's titles, defaults and `None`, which nobody writes."""
    found: _Schema = {}
    for key, each in schema.items():
        if key in {"properties", "$defs"}:
            found[key] = {name: _tidy(inner) for name, inner in _mapping(each).items()}
        elif key == "anyOf":
            arms = [_tidy(arm) for arm in cast("list[object]", each) if arm != {"type": "null"}]
            found |= _mapping(arms[0]) if len(arms) == 1 else {key: arms}
        elif key not in {"title", "default", "discriminator"}:
            found[key] = _tidy(each)
    if "patternProperties" in found:
        found["additionalProperties"] = False
    return found


def _tidy(value: object) -> object:
    if isinstance(value, list):
        return [_tidy(each) for each in cast("list[object]", value)]
    return _tidied(_mapping(cast("object", value))) if isinstance(value, dict) else value
