"""WSG307: a parameter cannot be read from text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Parameter, Source
from wsgen.ir.types import (
    NONE,
    Alias,
    Enum,
    ListType,
    LiteralType,
    Message,
    NamedType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
)

_UNREADABLE: Final = {Scalar.ANY, Scalar.BYTES}
_Types: TypeAlias = Mapping[Reference, NamedType | Message]


def check(api: Api, found: Collector) -> None:
    """Look at every parameter; lists stand in queries alone, where a key may be repeated."""
    types = api.definitions
    for handler in api.handlers:
        for parameter in handler.parameters:
            _check_one(parameter, types, found)


def _check_one(parameter: Parameter, types: _Types, found: Collector) -> None:
    type_ = _meant(parameter.type, types)
    is_header = parameter.source is Source.HEADER
    name = parameter.wire if is_header else parameter.name.written
    if isinstance(type_, NullableType) and not parameter.has_default:
        message = f"`{name}` is never null when it is given"
        found.report("WSG307", message, parameter.at, help="write `T | None = None`")
        return
    inner = _meant(type_.inner, types) if isinstance(type_, NullableType) else type_
    if isinstance(inner, ListType) and parameter.source is Source.QUERY:
        if inner.constraints != NONE:
            message = f"how often `{name}` is given cannot be bounded"
            found.report("WSG307", message, parameter.at, help="check it in a guard")
        inner = _meant(inner.item, types)
    if not _is_scalar(inner, types):
        help_ = "use a scalar, an enum, or in `query:` a list of them"
        found.report("WSG307", f"`{name}` cannot be read from text", parameter.at, help=help_)


def _meant(type_: TypeExpr, types: _Types) -> TypeExpr:
    """What an alias stands for."""
    while isinstance(type_, Reference):
        target = types.get(type_)
        if not isinstance(target, Alias):
            break
        type_ = target.type
    return type_


def _is_scalar(type_: TypeExpr, types: _Types) -> bool:
    match type_:
        case ScalarType(scalar=scalar):
            return scalar not in _UNREADABLE
        case LiteralType():
            return True
        case Reference():
            return type_ not in types or isinstance(types[type_], Enum)
        case _:
            return False
