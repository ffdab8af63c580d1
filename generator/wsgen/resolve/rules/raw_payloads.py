"""WSG305: a raw payload is text, bytes, any value, or a type with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Raw
from wsgen.ir.types import Message, NamedType, Reference, Scalar, ScalarType
from wsgen.source import Span

_SCALARS: Final = {Scalar.STR, Scalar.BYTES, Scalar.ANY}
_Types: TypeAlias = Mapping[Reference, NamedType | Message]


def check(api: Api, found: Collector) -> None:
    """Look at the raw payloads of both directions."""
    types = api.definitions
    for handler in api.handlers:
        for key, payload in (
            ("from_client", handler.from_client),
            ("from_server", handler.from_server),
        ):
            if isinstance(payload, Raw):
                _check_one(payload, types, handler.place(key), found)


def _check_one(payload: Raw, types: _Types, at: Span, found: Collector) -> None:
    match payload.type:
        case ScalarType(scalar=scalar) if scalar in _SCALARS:
            return
        case Reference() as reference:
            if isinstance(types.get(reference), Message):
                help_ = f"write a list: [{reference.name}]"
                found.report("WSG305", f"`{reference.name}` is a message", at, help=help_)
        case _:
            message = "a raw payload is `str`, `bytes`, `any`, or a type with a name"
            found.report("WSG305", message, at, help="give the type a name under `types:`")
