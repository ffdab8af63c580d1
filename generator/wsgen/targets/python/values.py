"""Defaults and bounds: values of a schema as Python expressions of the right type."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast
from uuid import UUID

from wsgen.ir.types import (
    DictType,
    Enum,
    ListType,
    NamedType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    UnionType,
)
from wsgen.render.code import Code, bytes_literal, identifier, literal
from wsgen.render.layout import Group, Node, Pair, flat
from wsgen.resolve.defaults import DefaultCheck, Unfit
from wsgen.resolve.durations import parse_duration
from wsgen.source import Value
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import member
from wsgen.targets.python.types import plain, scalar_name

_PARTS: Final = ("hour", "minute", "second", "microsecond")


def is_mutable(value: Node) -> bool:
    """Whether every instance needs its own: a list or a dict that holds something."""
    return isinstance(value, Group) and value.head in {"[", "{"}


def factory(value: Node) -> Node:
    """The argument that makes a default anew for each instance."""
    if value in {"[]", "{}"}:
        return Pair("default_factory=", Code("list" if value == "[]" else "dict"))
    return Pair("default_factory=", Pair("lambda: ", value))


@dataclass(frozen=True, slots=True)
class Values:
    """Writes values into one module."""

    file: File

    def of(self, type_: TypeExpr, value: Value) -> Node:
        """A value as an expression of a type that it has been checked against."""
        match type_:
            case NullableType(inner=inner):
                return Code("None") if value is None else self.of(inner, value)
            case ScalarType(scalar=scalar):
                return self.scalar(scalar, value)
            case ListType(item=item):
                return self._list(item, value)
            case DictType(value=item):
                return self._dict(item, value)
            case UnionType(arms=arms):
                return self.of(self._arm(arms, value), value)
            case Reference():
                return self._named(type_, value)
            case _:
                return literal(value)

    def scalar(self, scalar: Scalar, value: Value) -> Node:
        """A value of a built-in type."""
        writer = _WRITERS.get(scalar)
        if writer is not None:
            return writer(self.file, str(value))
        match scalar:
            case Scalar.ANY:
                return _plain(value)
            case Scalar.FLOAT:
                return literal(float(cast("float", value)))
            case Scalar.BYTES:
                return bytes_literal(base64.b64decode(str(value)))
            case Scalar.UUID:
                text = literal(str(UUID(str(value))))
                return Group(f"{scalar_name(scalar, self.file)}(", (text,), ")")
            case _:
                return literal(value)

    def _list(self, item: TypeExpr, value: Value) -> Node:
        items = [self._inner(item, each) for each in cast("list[Value]", value)]
        return Group("[", tuple(items), "]") if items else Code("[]")

    def _dict(self, item: TypeExpr, value: Value) -> Node:
        entries = cast("dict[str, Value]", value).items()
        items = [Pair(f"{literal(key)}: ", self._inner(item, each)) for key, each in entries]
        return Group("{", tuple(items), "}") if items else Code("{}")

    def _inner(self, type_: TypeExpr, value: Value) -> Node:
        """Within another value; what is empty says of what, since checkers do not see it there."""
        made = self.of(type_, value)
        if made not in {"[]", "{}"}:
            return made
        meant = self.file.symbols.expand(type_)
        meant = self.file.symbols.expand(meant.inner) if isinstance(meant, NullableType) else meant
        if isinstance(meant, UnionType):
            meant = self._arm(meant.arms, value)
        if isinstance(meant, ScalarType):
            return _empty(made)
        return Code(f"{flat(plain(meant, self.file))}()")

    def _named(self, reference: Reference, value: Value) -> Node:
        target = self.file.symbols.declared[reference]
        if not isinstance(target, Enum):
            return self.of(self.file.symbols.expand(reference), value)
        found = next((each for each in target.members if each.value == value), None)
        if target.open or found is None:
            return literal(value)
        return Code(f"{self.file.named(reference)}.{identifier(member(found.name))}")

    def _arm(self, arms: tuple[TypeExpr, ...], value: Value) -> TypeExpr:
        declared = self.file.symbols.declared
        types = {
            (reference.module, reference.name): cast("NamedType", each)
            for reference, each in declared.items()
        }
        check = DefaultCheck(types)
        for arm in arms:
            try:
                check.check(arm, value)
            except Unfit:
                continue
            return arm
        raise AssertionError(f"a default that fits no arm passed the rules: {value!r}")


def _plain(value: Value, *, inner: bool = False) -> Node:
    """Any value of JSON."""
    if isinstance(value, list) and value:
        return Group("[", tuple(_plain(each, inner=True) for each in value), "]")
    if isinstance(value, dict) and value:
        items = [Pair(f"{literal(k)}: ", _plain(each, inner=True)) for k, each in value.items()]
        return Group("{", tuple(items), "}")
    made = literal(value)
    return _empty(made) if inner and made in {"[]", "{}"} else made


def _empty(made: Node) -> Code:
    return Code("list[object]()" if made == "[]" else "dict[str, object]()")


def _decimal(file: File, written: str) -> Node:
    value = Decimal(written)
    whole = str(value).lstrip("-").isdecimal() and not (value == 0 and value.is_signed())
    text = Code(str(int(value))) if whole else literal(str(value))
    return Group(f"{scalar_name(Scalar.DECIMAL, file)}(", (text,), ")")


def _date(file: File, written: str) -> Node:
    value = dt.date.fromisoformat(written)
    items = tuple(Code(str(each)) for each in (value.year, value.month, value.day))
    return Group(f"{scalar_name(Scalar.DATE, file)}(", items, ")")


def _time(file: File, written: str) -> Node:
    value = dt.time.fromisoformat(written)
    items = (*_clock(value, at_least=2), *_zone(file, value))
    return Group(f"{scalar_name(Scalar.TIME, file)}(", items, ")")


def _datetime(file: File, written: str) -> Node:
    value = dt.datetime.fromisoformat(written)
    day = tuple(Code(str(each)) for each in (value.year, value.month, value.day))
    items = (*day, *_clock(value.timetz(), at_least=0), *_zone(file, value))
    return Group(f"{scalar_name(Scalar.DATETIME, file)}(", items, ")")


def _clock(value: dt.time, at_least: int) -> tuple[Node, ...]:
    parts: list[int] = [getattr(value, each) for each in _PARTS]
    while len(parts) > at_least and parts[-1] == 0:
        parts.pop()
    return tuple(Code(str(each)) for each in parts)


def _zone(file: File, value: dt.time | dt.datetime) -> tuple[Node, ...]:
    offset = value.utcoffset()
    if offset is None:
        return ()
    module = file.imports.module("datetime", "dt")
    if not offset:
        return (Code(f"tzinfo={module}.UTC"),)
    return (Group(f"tzinfo={module}.timezone(", (_timedelta(file, offset),), ")"),)


def _duration(file: File, written: str) -> Node:
    return _timedelta(file, parse_duration(written))


def _timedelta(file: File, value: dt.timedelta) -> Node:
    parts = {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
    items = tuple(Code(f"{name}={each}") for name, each in parts.items() if each)
    return Group(f"{scalar_name(Scalar.TIMEDELTA, file)}(", items, ")")


_WRITERS: Final[Mapping[Scalar, Callable[[File, str], Node]]] = {
    Scalar.DECIMAL: _decimal,
    Scalar.DATE: _date,
    Scalar.TIME: _time,
    Scalar.DATETIME: _datetime,
    Scalar.TIMEDELTA: _duration,
}
