"""The `x-…` keys of a document, by place: kept for other tools, and for further targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pydantic import BaseModel

from wsgen.schema.document import Document, PayloadSpec
from wsgen.schema.part import Part
from wsgen.source import Value


def extensions_of(document: Document) -> dict[str, Value]:
    """`x-owner` of the document, `messages.Say.x-owner` of a message, and so on."""
    return dict(_below(document, ""))


def _below(model: BaseModel, place: str) -> Iterator[tuple[str, Value]]:
    if isinstance(model, Part):
        for key, value in model.extensions.items():
            yield f"{place}{key}", value
    for name, value in model:
        if not isinstance(value, (BaseModel, dict)):
            continue
        step = "" if isinstance(model, PayloadSpec) else f"{name}."  # its keys are not written
        if isinstance(value, BaseModel):
            yield from _below(value, f"{place}{step}")
        elif name != "extensions":
            for key, each in cast("dict[str, object]", value).items():
                if isinstance(each, BaseModel):
                    yield from _below(each, f"{place}{step}{key}.")
