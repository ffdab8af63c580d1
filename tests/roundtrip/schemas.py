"""Random schemas, and the frames that fit them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from tests.roundtrip.kinds import TEXT, Kind, Values, kind, kinds

Draw = Callable[[st.SearchStrategy[Any]], Any]
NAMES = ("a", "b", "class", "copy", "id", "json", "list", "self", "str", "model_config")
"""Names of fields, most of which something else has a claim on."""
LOWER = st.text("abcdefgh", min_size=1, max_size=4)


@dataclass(frozen=True)
class Field:
    """A field: how the schema says it, and whether a message needs it."""

    declared: str
    key: str
    kind: Kind
    needed: bool


@dataclass(frozen=True)
class Schema:
    """A schema, and what fits it.

    Attributes:
        document: the schema; what messages are made with stands open.
        messages: the tags, and the fields' JSON Schema of each.
        frames: frames that every decoder of the API reads.
    """

    document: Mapping[str, Any]
    payload: str | None
    messages: Mapping[str, dict[str, Any]]
    frames: Values

    def text(self, name: str, models: str) -> str:
        api = {**self.document["api"], "name": name, "models": models}
        return json.dumps({**self.document, "api": api}, ensure_ascii=False)

    @property
    def shape(self) -> dict[str, Any]:
        """The JSON Schema of all frames."""
        return {"oneOf": [self._frame(tag, fields) for tag, fields in self.messages.items()]}

    def _frame(self, tag: str, fields: dict[str, Any]) -> dict[str, Any]:
        of_tag = {"type": {"const": tag}}
        if self.payload is None:
            properties = {**of_tag, **fields["properties"]}
            required = ["type", *fields["required"]]
            return {**fields, "properties": properties, "required": required}
        properties = {**of_tag, self.payload: fields}
        return {"type": "object", "properties": properties, "required": ["type", self.payload]}


def named_kinds(draw: Draw) -> tuple[dict[str, Any], list[Kind]]:
    """The section `types`: enums, aliases with constraints, and then records."""
    low, size = draw(st.integers(-9, 9)), draw(st.integers(1, 3))
    lower = {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4}
    many = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": size}
    sections: dict[str, Any] = {
        "Colour": {"enum": ["red", "green"]},
        "Level": {"enum": {"LOW": 1, "HIGH": 2}},
        "Role": {"enum": ["member", "owner"], "open": True},
        "Grade": {"enum": {"GOOD": 1, "BAD": 2}, "open": True},
        "Lower": {"type": "str", "pattern": "^[a-z]+$", "max_length": 4},
        "Some": {"type": "list[int]", "min_length": 1, "max_length": size},
        "Least": {"type": "int", "ge": low, "lt": low + 50},
        "Even": {"type": "int", "multiple_of": 2},
        "Share": {"type": "float", "gt": 0, "le": 1.5},
        "Named": {"type": "dict[str, Level]", "max_length": size},
        "Blob": {"type": "bytes", "max_length": 3},
    }
    levels = {"type": "integer", "enum": [1, 2]}
    found = [
        kind("Colour", st.sampled_from(["red", "green"]), {"enum": ["red", "green"]}, "string"),
        kind("Level", st.sampled_from([1, 2]), levels, "number"),
        kind("Role", TEXT | st.just("owner"), {"type": "string"}, "string"),
        kind("Grade", st.integers(-5, 5), {"type": "integer"}, "number"),
        kind("Lower", LOWER, lower, "string"),
        kind("Some", st.lists(st.integers(), min_size=1, max_size=size), many, "array"),
        kind(
            "Least",
            st.integers(low, low + 49),
            {"type": "integer", "minimum": low, "exclusiveMaximum": low + 50},
            "number",
        ),
        kind("Even", st.integers(-50, 50).map(lambda each: each * 2),
             {"type": "integer", "multipleOf": 2}, "number"),
        kind("Share", st.floats(0, 1.5, exclude_min=True),
             {"type": "number", "exclusiveMinimum": 0, "maximum": 1.5}, "number"),
        kind("Named", st.dictionaries(TEXT, st.sampled_from([1, 2]), max_size=size),
             {"type": "object", "additionalProperties": levels, "maxProperties": size}, "object"),
        kind("Blob", st.sampled_from(["", "aGk="]),
             {"type": "string", "pattern": "^([A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2})?$"}, "string"),
    ]  # fmt: skip
    _records(draw, sections, found)
    return sections, found


def _records(draw: Draw, sections: dict[str, Any], found: list[Kind]) -> None:
    for name in ("Point", "Closed"):
        forbid = name == "Closed"
        fields = draw(fields_of(found))
        more = {"extra": "forbid"} if forbid else {}
        sections[name] = {"fields": declared(fields), **more}
        found.append(Kind(name, values_of(fields), shape_of(fields, forbid), frozenset({"object"})))
    tagged: list[Kind] = []
    for name in ("Circle", "Square"):
        fields = draw(fields_of(found))
        tag = name.lower()
        sections[name] = {"fields": declared(fields), "tag": tag, "tag_key": "kind"}
        values = values_of(fields).map(lambda each, tag=tag: {"kind": tag, **each})
        shape = shape_of(fields, forbid=False)
        shape["properties"]["kind"] = {"const": tag}
        shape["required"].append("kind")
        tagged.append(Kind(name, values, shape, frozenset({"object"})))
    sections["Shape"] = {"union": ["Circle", "Square"]}
    shape = {"anyOf": [each.shape for each in tagged]}
    found.append(kind("Shape", st.one_of([each.values for each in tagged]), shape, "object"))


@st.composite
def fields_of(draw: Draw, named: Sequence[Kind]) -> list[Field]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    return [_field(draw, name, draw(kinds(named))) for name in names]


def _field(draw: Draw, name: str, of: Kind) -> Field:
    form = draw(st.sampled_from(["plain", "absent", "default", "wire"]))
    if form == "absent":
        return Field(f"{name}?: {of.text}", name, of, needed=False)
    if form == "default" and "null" in of.json:
        return Field(f"{name}: {of.text} = None", name, of, needed=False)
    return Field(f"{name}: {of.text}", f"{name}-key" if form == "wire" else name, of, needed=True)


def declared(fields: Sequence[Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields:
        name, _, type_ = each.declared.partition(": ")
        renamed = each.key != name.removesuffix("?")
        found[name] = {"type": type_, "wire": each.key} if renamed else type_
    return found


def values_of(fields: Sequence[Field]) -> Values:
    return st.fixed_dictionaries(
        {each.key: each.kind.values for each in fields if each.needed},
        optional={each.key: each.kind.values for each in fields if not each.needed},
    )


def shape_of(fields: Sequence[Field], forbid: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {each.key: each.kind.shape for each in fields},
        "required": [each.key for each in fields if each.needed],
        **({"additionalProperties": False} if forbid else {}),
    }


@st.composite
def schemas(draw: Draw) -> Schema:
    """A schema of two messages in one of the envelopes."""
    types, named = named_kinds(draw)
    payload = draw(st.sampled_from([None, "data"]))
    messages: dict[str, Any] = {}
    shapes: dict[str, dict[str, Any]] = {}
    frames: list[Values] = []
    for tag, forbid in (("say", False), ("strict", True)):
        fields = draw(fields_of(named))
        extra = {"extra": "forbid"} if forbid else {}
        messages[tag.title()] = {"fields": declared(fields), **extra}
        shapes[tag] = shape_of(fields, forbid)
        frames.append(values_of(fields).map(lambda each, tag=tag: _framed(tag, each, payload)))
    names = list(messages)
    handler = {"kind": "websocket", "path": "/", "from_client": names, "from_server": names}
    document = {
        "wsgen": 1,
        "api": {"envelope": {"payload": payload}} if payload else {},
        "types": types,
        "messages": messages,
        "handlers": {"h": handler},
    }
    return Schema(document, payload, shapes, st.one_of(frames))


def _framed(tag: str, fields: dict[str, Any], payload: str | None) -> dict[str, Any]:
    return {"type": tag, **(fields if payload is None else {payload: fields})}
