"""The built-in error message: what a client is told where `on_invalid: reply` stands."""

from __future__ import annotations

from typing import Final

from wsgen.ir.names import Name
from wsgen.ir.types import Field, LiteralType, Message, Scalar, ScalarType
from wsgen.resolve.scope import ERROR_NAME
from wsgen.source import Span

ERROR_TAG: Final = "error"
ERROR_CODES: Final = ("malformed", "invalid_message", "unknown_type", "wrong_frame", "rate_limited")


def error_message(at: Span) -> Message:
    """It stands in the IR like any other, so that clients and docs know it."""
    code = Field(
        name=Name.of("code"),
        wire="code",
        type=LiteralType(ERROR_CODES),
        doc="What kind of mistake it is.",
        at=at,
    )
    detail = Field(
        name=Name.of("detail"),
        wire="detail",
        type=ScalarType(Scalar.STR),
        doc="What was expected, in words.",
        at=at,
    )
    path = Field(
        name=Name.of("path"),
        wire="path",
        type=ScalarType(Scalar.STR),
        has_default=True,
        default="$",
        doc="Where in the message, such as `$.text`.",
        at=at,
    )
    return Message(
        name=Name.of(ERROR_NAME),
        tag=ERROR_TAG,
        fields=(code, detail, path),
        doc="What the client sent was not understood; the connection goes on.",
        at=at,
    )
