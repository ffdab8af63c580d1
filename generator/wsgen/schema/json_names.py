"""The JSON Schema for one schema in particular: what it names is offered where it may be named.

JSON Schema cannot refer to what stands elsewhere in a document, so names are offered as they are
when the file is made, and none is refused: a name that is added later is as good.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, TypeAlias, cast

from wsgen.schema.json_schema import json_schema
from wsgen.schema.load import Unit

_Schema: TypeAlias = dict[str, Any]

_SNIPPETS: Final = "defaultSnippets"
_NAMED_AT: Final = {
    ("handler", "dependencies"): "dependencies",
    ("handler", "guards"): "guards",
    ("handler", "from_client"): "messages",
    ("handler", "from_server"): "messages",
    ("handler", "subscribe"): "topics",
    ("handler", "close_codes"): "close_codes",
    ("received", "reply"): "messages",
    ("topic", "messages"): "messages",
    ("dependency", "needs"): "dependencies",
    ("guard", "needs"): "dependencies",
}
"""Which key of which mapping takes names of which section."""


def json_schema_for(units: Sequence[Unit]) -> dict[str, object]:
    """The JSON Schema, with the names of a schema, which comes first, and its imports' types."""
    schema: _Schema = json.loads(json.dumps(json_schema()))
    root, *imported = units
    for node in _nodes(schema):  # whatever offers types offers these too
        if _SNIPPETS in node:
            _offer(node, _types(root, imported))
    for (definition, key), section in _NAMED_AT.items():
        place: _Schema = schema["$defs"][definition]["properties"][key]
        names = root.tree.names((section,))
        _offer(place, names)
        _offer(place["items"], names)
        if "additionalProperties" in place:
            place["properties"] = dict.fromkeys(names, place["additionalProperties"])
    return schema


def _types(root: Unit, imported: Sequence[Unit]) -> list[str]:
    found = [*root.tree.names(("types",))]
    for alias, module in root.imports.items():
        below = (unit.tree.names(("types",)) for unit in imported if unit.module == module)
        found += [f"{alias}.{name}" for names in below for name in names]
    return found


def _offer(node: _Schema, names: Collection[str]) -> None:
    node[_SNIPPETS] = [*node.get(_SNIPPETS, []), *({"label": each, "body": each} for each in names)]


def _nodes(value: object) -> Iterator[_Schema]:
    if isinstance(value, dict):
        schema = cast("_Schema", value)
        yield schema
        for each in list(schema.values()):
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _nodes(each)
