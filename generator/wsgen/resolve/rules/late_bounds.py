"""WSG311: a raw payload with bounds that only a record can check.

Bounds of decimals, dates and times are checked when a record is made; a payload that is such a
value by itself, or a list of them, would pass unchecked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Raw
from wsgen.ir.types import (
    NONE,
    Alias,
    DictType,
    ListType,
    Message,
    NamedType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    Union,
    UnionType,
)

_LATE: Final = {Scalar.DECIMAL, Scalar.DATE, Scalar.DATETIME, Scalar.TIME, Scalar.TIMEDELTA}
_Types: TypeAlias = Mapping[Reference, NamedType | Message]


def check(api: Api, found: Collector) -> None:
    """Look at the raw payloads of both directions."""
    types = api.definitions
    for handler in api.handlers:
        for key, payload in (
            ("from_client", handler.from_client),
            ("from_server", handler.from_server),
        ):
            late = _late(payload.type, types) if isinstance(payload, Raw) else None
            if late is not None:
                message = f"the bounds of the `{late.value}` in this payload could not be checked"
                help_ = "put the value into a record"
                found.report("WSG311", message, handler.place(key), help=help_)


def _late(type_: TypeExpr, types: _Types) -> Scalar | None:
    """The first value with such bounds, outside of records."""
    match type_:
        case ScalarType(scalar=scalar, constraints=constraints):
            return scalar if scalar in _LATE and constraints != NONE else None
        case ListType(item=inner) | DictType(value=inner) | NullableType(inner=inner):
            return _late(inner, types)
        case UnionType(arms=arms):
            return next((late for arm in arms if (late := _late(arm, types))), None)
        case Reference():
            target = types.get(type_)
            return _late(target.type, types) if isinstance(target, (Alias, Union)) else None
        case _:
            return None
