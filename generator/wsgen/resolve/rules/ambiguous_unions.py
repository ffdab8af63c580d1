"""WSG205: the wire could not tell the arms of a union apart.

A union may hold tagged records and messages that share the tag key, and besides at most one type
of each JSON kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Raw
from wsgen.ir.types import (
    Alias,
    DictType,
    Enum,
    ListType,
    LiteralType,
    Message,
    NamedType,
    NullableType,
    Record,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    Union,
    UnionType,
)
from wsgen.source import Span

_Types: TypeAlias = Mapping[Reference, NamedType | Message]
_KINDS: Final = {
    Scalar.INT: "integer",
    Scalar.FLOAT: "float",
    Scalar.BOOL: "boolean",
    Scalar.ANY: "any",
}


def check(api: Api, found: Collector) -> None:
    """Look at every union, named or within a field."""
    types = api.definitions
    for type_, at in _places(api):
        for union in _unions(type_):
            problem = _problem(union, types, api)
            if problem:
                help_ = "give records a `tag:`, or use one type of each kind"
                found.report("WSG205", problem, at, help=help_)


def _places(api: Api) -> Iterator[tuple[TypeExpr, Span]]:
    for module in api.modules:
        for each in module.types:
            if isinstance(each, Record):
                yield from ((field.type, field.at) for field in each.fields)
            elif not isinstance(each, Enum):
                yield each.type, each.at
        for message in module.messages:
            yield from ((field.type, field.at) for field in message.fields)
    for handler in api.handlers:
        yield from ((parameter.type, parameter.at) for parameter in handler.parameters)
        for payload in (handler.from_client, handler.from_server):
            if isinstance(payload, Raw):
                yield payload.type, handler.at


def _unions(type_: TypeExpr) -> Iterator[UnionType]:
    match type_:
        case UnionType(arms=arms):
            yield type_
            for arm in arms:
                yield from _unions(arm)
        case ListType(item=inner) | DictType(value=inner) | NullableType(inner=inner):
            yield from _unions(inner)
        case _:
            return


def _problem(union: UnionType, types: _Types, api: Api) -> str | None:
    kinds: dict[str, str] = {}
    for arm in union.arms:
        for kind, label in _kinds(arm, types, api):
            if kind == "any":
                return "a union with `any` holds everything"
            if kind in kinds:
                return f"{kinds[kind]} and {label} look the same on the wire"
            kinds[kind] = label
    tag_keys = {kind.split(":")[1] for kind in kinds if kind.startswith("tag:")}
    if len(tag_keys) > 1:
        return "the arms of a union share one tag key"
    if tag_keys and "object" in kinds:
        return f"{kinds['object']} has no tag, and other arms of the union have"
    return None


def _kinds(type_: TypeExpr, types: _Types, api: Api) -> Iterator[tuple[str, str]]:
    """What a type looks like on the wire, with the words for it."""
    match type_:
        case ScalarType(scalar=scalar):
            yield _KINDS.get(scalar, "string"), f"`{scalar.value}`"
        case ListType():
            yield "array", "a list"
        case DictType():
            yield "object", "a dict"
        case LiteralType(values=values):
            for kind in sorted(
                {"string" if isinstance(each, str) else "integer" for each in values}
            ):
                yield kind, "a literal"
        case NullableType(inner=inner):
            yield from _kinds(inner, types, api)
        case UnionType(arms=arms):
            for arm in arms:
                yield from _kinds(arm, types, api)
        case Reference():
            yield from _reference(type_, types, api)


def _reference(reference: Reference, types: _Types, api: Api) -> Iterator[tuple[str, str]]:
    label = f"`{reference.name}`"
    match types.get(reference):
        case Message(tag=tag):
            if api.wire.payload is not None:
                yield "object", label
            else:
                yield f"tag:{api.wire.tag_key}:{tag}", label
        case Record(tag=str(tag), tag_key=key):
            yield f"tag:{key}:{tag}", label
        case Record():
            yield "object", label
        case Enum(members=members) if members:
            yield "string" if isinstance(members[0].value, str) else "integer", label
        case Alias(type=target) | Union(type=target):
            for kind, _ in _kinds(target, types, api):
                yield kind, label
        case _:
            return
