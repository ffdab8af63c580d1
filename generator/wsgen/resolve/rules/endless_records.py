"""WSG206: a record that needs one of itself could never be made."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.types import (
    Alias,
    ListType,
    Message,
    NamedType,
    NullableType,
    Record,
    Reference,
    TypeExpr,
    Union,
    UnionType,
)


def check(api: Api, found: Collector) -> None:
    """Collect what can be made until nothing is added; the rest is endless."""
    types = api.definitions
    made: set[Reference] = set()
    size = -1
    while size < len(made):
        size = len(made)
        missing = types.keys() - made
        made |= {name for name in missing if _can_be_made(types[name], missing)}
    for name, each in types.items():
        if name not in made and isinstance(each, (Record, Message)):
            message = f"a `{each.name.written}` needs another one, without end"
            help_ = "let a field on the way be `| None`, a list, or absent"
            found.report("WSG206", message, each.at, help=help_)


def _can_be_made(thing: NamedType | Message, missing: set[Reference]) -> bool:
    match thing:
        case Record(fields=fields) | Message(fields=fields):
            return all(
                each.has_default or each.may_be_absent or _has_value(each.type, missing)
                for each in fields
            )
        case Alias(type=type_) | Union(type=type_):
            return _has_value(type_, missing)
        case _:
            return True


def _has_value(type_: TypeExpr, missing: set[Reference]) -> bool:
    match type_:
        case NullableType():
            return True
        case Reference():
            return type_ not in missing
        case UnionType(arms=arms):
            return any(_has_value(arm, missing) for arm in arms)
        case ListType(item=item, constraints=constraints):
            return not constraints.min_length or _has_value(item, missing)
        case _:
            return True
