"""Whether a default is a value of its type."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from wsgen.ir.types import (
    Alias,
    Constraints,
    DictType,
    Enum,
    ListType,
    LiteralType,
    NamedType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    Union,
    UnionType,
)
from wsgen.resolve.constraints import comparable
from wsgen.source import Value

Types = Mapping[tuple[str | None, str], NamedType]


class Unfit(Exception):
    """The default is no value of the type; the text says why."""


@dataclass(frozen=True, slots=True)
class DefaultCheck:
    """Compares defaults with types."""

    types: Types

    def check(self, type_: TypeExpr, value: Value) -> None:
        """Accept a value.

        Raises:
            Unfit: it is no value of the type.
        """
        match type_:
            case NullableType(inner=inner):
                if value is not None:
                    self.check(inner, value)
            case ScalarType(scalar=scalar, constraints=constraints):
                _SCALAR_CHECKS.get(scalar, _any)(value)
                _bounds(scalar, value, constraints)
            case ListType(item=item, constraints=constraints):
                for each in _list(value):
                    self.check(item, each)
                _length(len(_list(value)), constraints)
            case DictType(value=item, constraints=constraints):
                for each in _dict(value).values():
                    self.check(item, each)
                _length(len(_dict(value)), constraints)
            case LiteralType(values=values):
                if not any(value == each and type(value) is type(each) for each in values):
                    raise Unfit(f"expected one of {', '.join(map(repr, values))}")
            case UnionType(arms=arms):
                self._any_arm(arms, value)
            case Reference():
                self._reference(type_, value)

    def _any_arm(self, arms: tuple[TypeExpr, ...], value: Value) -> None:
        for arm in arms:
            try:
                return self.check(arm, value)
            except Unfit:
                continue
        raise Unfit("expected a value of one of the union's types")

    def _reference(self, reference: Reference, value: Value) -> None:
        match self.types.get((reference.module, reference.name)):
            case Alias(type=target) | Union(type=target):
                self.check(target, value)
            case Enum(members=members, open=is_open):
                values = [each.value for each in members]
                if not any(value == each and type(value) is type(each) for each in values) and not (
                    is_open and type(value) is type(values[0])
                ):
                    raise Unfit(f"expected one of {', '.join(map(repr, values))}")
            case _:
                raise Unfit("a record or message cannot be a default; use `| None = None`")


def _kind(expected: str, *types: type) -> Callable[[Value], None]:
    def check(value: Value) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise Unfit(f"expected {expected}")

    return check


def _any(value: Value) -> None:
    del value


def _finite(value: Value) -> None:
    _kind("a number", int, float)(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit("expected a finite number")


def _uuid(value: Value) -> None:
    _kind("a UUID in quotes", str)(value)
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", str(value)):
        raise Unfit("expected a UUID such as `00000000-0000-0000-0000-000000000000`")
    UUID(str(value))


def _base64(value: Value) -> None:
    _kind("base64 in quotes", str)(value)
    try:
        base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise Unfit("expected base64, padded") from error


_SCALAR_CHECKS: Final[Mapping[Scalar, Callable[[Value], None]]] = {
    Scalar.STR: _kind("text in quotes", str),
    Scalar.INT: _kind("a whole number", int),
    Scalar.FLOAT: _finite,
    Scalar.BOOL: _kind("True or False", bool),
    Scalar.UUID: _uuid,
    Scalar.BYTES: _base64,
}


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise Unfit("expected a list")
    return value


def _dict(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise Unfit("expected a dict")
    return value


def _length(length: int, constraints: Constraints) -> None:
    if constraints.min_length is not None and length < constraints.min_length:
        raise Unfit(f"shorter than {constraints.min_length}")
    if constraints.max_length is not None and length > constraints.max_length:
        raise Unfit(f"longer than {constraints.max_length}")


def _bounds(scalar: Scalar, value: Value, constraints: Constraints) -> None:
    try:
        own = comparable(scalar, value)
    except ValueError as error:
        raise Unfit(str(error)) from None
    if scalar is Scalar.INT and not -(2**63) <= own < 2**64:
        raise Unfit("expected a number of 64 bits")
    if scalar is Scalar.STR:
        _length(len(own), constraints)
        if constraints.pattern is not None and not re.search(constraints.pattern, own):
            raise Unfit("does not match the pattern")
    if scalar is Scalar.BYTES:
        _length(len(base64.b64decode(own)), constraints)
    tests: dict[str, Callable[[object], bool]] = {
        "ge": lambda bound: own >= bound,
        "gt": lambda bound: own > bound,
        "le": lambda bound: own <= bound,
        "lt": lambda bound: own < bound,
        "multiple_of": lambda bound: math.isclose(
            math.remainder(own, float(str(bound))), 0, abs_tol=1e-12
        ),
    }
    for name, test in tests.items():
        bound = getattr(constraints, name)
        if bound is not None and not test(comparable(scalar, bound)):
            raise Unfit(f"not {name} {bound}")
