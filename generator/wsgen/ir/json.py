"""The IR as JSON, for `wsgen ir` and for whoever reads it from outside."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import cast

from wsgen.ir.api import Api
from wsgen.ir.names import Name
from wsgen.source import Span


def to_json(api: Api) -> str:
    """The whole API, two spaces of indentation, in the order of the schema."""
    return json.dumps(_plain(api), indent=2, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Name):
        return value.written
    if isinstance(value, Span):
        return f"{value.file}:{value.start.line}:{value.start.column}"
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        tag = {"kind": type(value).__name__} if _ambiguous(value) else {}
        return tag | {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in cast("Iterable[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _plain(each) for key, each in entries.items()}
    return value


def _ambiguous(value: object) -> bool:
    """Whether another class may stand in the same place, so that the class has to be named."""
    named = {"Messages", "PythonType", "Raw"}
    return type(value).__module__ == "wsgen.ir.types" or type(value).__name__ in named
