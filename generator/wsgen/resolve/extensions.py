"""The `x-…` keys of a document, by place: kept for other tools, and for further targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from wsgen.schema import Document
from wsgen.schema.part import Part
from wsgen.source import Value


def extensions_of(document: Document) -> dict[str, Value]:
    """`x-owner` of the document, `messages.Say.x-owner` of a message, and so on."""
    return dict(_below(document, ""))


def _below(part: Part, place: str) -> Iterator[tuple[str, Value]]:
    for key, value in part.extensions.items():
        yield f"{place}{key}", value
    for name in type(part).model_fields:
        value = cast("object", getattr(part, name))
        if isinstance(value, Part):
            yield from _below(value, f"{place}{name}.")
        elif isinstance(value, dict) and name != "extensions":
            for key, each in cast("dict[str, object]", value).items():
                if isinstance(each, Part):
                    yield from _below(each, f"{place}{name}.{key}.")
