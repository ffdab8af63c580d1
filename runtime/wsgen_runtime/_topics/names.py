"""What a topic is called in a broker: `wsgen.chat.room.7`.

A parameter is somebody's text, often a client's. In a name it has letters, digits, `_`, `-` and `%`
only, so that no value reaches another topic, and none is a pattern to any broker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from wsgen_runtime._convert import to_text

LONGEST: Final = 1024
"""Characters of a name; brokers have bounds of their own, further out."""
_ESCAPED: Final = re.compile(rb"[^A-Za-z0-9_-]")
_NOT_MEANT: Final[Mapping[type, type]] = {int: bool, date: datetime}
"""Subclasses that are other things than their base."""


def channel_name(
    api: str, topic: str, params: Mapping[str, type], values: Mapping[str, object]
) -> str:
    """The name for these parameters; equal values make equal names.

    Raises:
        TypeError: a value is not of its parameter's type.
        ValueError: the name would be too long.
    """
    parts = [_encoded(_typed(topic, name, values[name], params[name])) for name in params]
    made = ".".join(("wsgen", api, topic, *parts))
    if len(made) > LONGEST:
        raise ValueError(
            f"topic `{topic}`: the parameters make a name of {len(made)} characters;"
            f" {LONGEST} are the most: publish under something shorter, such as an id"
        )
    return made


def _typed(topic: str, name: str, value: object, type_: type) -> object:
    if type_ is float and type(value) is int:
        value = float(value)
    if not isinstance(value, type_) or isinstance(value, _NOT_MEANT.get(type_, ())):
        got = type(value).__name__
        raise TypeError(f"topic `{topic}`: `{name}` is of type {type_.__name__}, not {got}")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, float):
        return value + 0.0  # there is one zero
    return value


def _encoded(value: object) -> str:
    """The text of a value; nothing at all is a `%` of its own."""
    text = to_text(value).encode("utf-8", "surrogatepass")
    return _ESCAPED.sub(_escape, text).decode() or "%"


def _escape(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]
