"""WSG307: a parameter cannot be read from text."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Parameter, Source
from wsgen.ir.types import (
    Alias,
    Enum,
    ListType,
    LiteralType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
)
from wsgen.resolve.rules.ambiguous_unions import named_types

_UNREADABLE = {Scalar.ANY, Scalar.BYTES}


def check(api: Api, found: Collector) -> None:
    """Look at every parameter; lists stand in queries alone, where a key may be repeated."""
    types = named_types(api)

    def readable(type_: TypeExpr) -> bool:
        match type_:
            case ScalarType(scalar=scalar):
                return scalar not in _UNREADABLE
            case LiteralType():
                return True
            case NullableType(inner=inner):
                return readable(inner)
            case Reference() as reference:
                target = types.get(reference)
                return isinstance(target, Enum) or (
                    isinstance(target, Alias) and readable(target.type)
                )
            case _:
                return False

    def check_one(parameter: Parameter) -> None:
        type_ = parameter.type
        if isinstance(type_, ListType) and parameter.source is Source.QUERY:
            type_ = type_.item
        if not readable(type_):
            help_ = "use a scalar, an enum, or in `query:` a list of them"
            found.report(
                "WSG307",
                f"`{parameter.name.written}` cannot be read from text",
                parameter.at,
                help=help_,
            )
        elif isinstance(parameter.type, NullableType) and not parameter.has_default:
            message = f"`{parameter.name.written}` is never null when it is given"
            found.report("WSG307", message, parameter.at, help="write `T | None = None`")

    for handler in api.handlers:
        for parameter in handler.parameters:
            check_one(parameter)
