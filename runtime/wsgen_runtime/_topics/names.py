"""What a topic is called in a broker: `wsgen.chat.room.7`.

A parameter is somebody's text, often a client's. In a name it has letters, digits, `_`, `-` and `%`
only, so that no value reaches another topic, and none is a pattern to any broker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Final

from wsgen_runtime._convert import to_text
from wsgen_runtime.exceptions import BadParameter

LONGEST: Final = 1024
"""Characters of a name; brokers have bounds of their own, further out."""
_ESCAPED: Final = re.compile(rb"[^A-Za-z0-9_-]")
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Rounds nothing: values that differ in their hundredth digit are two topics."""
_NOT_MEANT: Final[Mapping[type, type]] = {int: bool, date: datetime}
"""Subclasses that are other things than their base."""


class BadTopicName(BadParameter, ValueError):
    """No topic can be called so; where a client's path says it, that is refused with 4400."""

    def __init__(self, problem: str) -> None:
        super().__init__("a parameter is out of range")
        self.args = (problem,)  # for us; the client is told the other


def channel_name(
    api: str, topic: str, params: Mapping[str, type], values: Mapping[str, object]
) -> str:
    """The name for these parameters; equal values make equal names.

    Raises:
        TypeError: a value is not of its parameter's type.
        BadTopicName: the name would be too long, or a time is out of range.
    """
    parts = [_encoded(_typed(topic, name, values[name], params[name])) for name in params]
    made = ".".join(("wsgen", api, topic, *parts))
    if len(made) > LONGEST:
        raise BadTopicName(
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
        return _universal(topic, name, value)
    if isinstance(value, Decimal):
        return _exact(value)
    if isinstance(value, float):
        return value + 0.0  # there is one zero
    return value


def _universal(topic: str, name: str, value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise BadTopicName(f"topic `{topic}`: `{name}` is out of range") from None


def _exact(value: Decimal) -> str:
    """One text for equal numbers, which is never much longer than they are."""
    if not value.is_finite():
        return str(value)
    value = _EXACT.plus(value).normalize(_EXACT)  # there is one zero
    return format(value, "f") if abs(value.adjusted()) < LONGEST else str(value)


def _encoded(value: object) -> str:
    """The text of a value; nothing at all is a `%` of its own."""
    text = to_text(value).encode("utf-8", "surrogatepass")
    return _ESCAPED.sub(_escape, text).decode() or "%"


def _escape(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]
