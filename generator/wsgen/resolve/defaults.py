"""Whether a default is a value of its type."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from wsgen.diagnostics import did_you_mean
from wsgen.ir.types import (
    UNKNOWN,
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
from wsgen.resolve.orders import INTS, has_zone, order, ordered
from wsgen.resolve.patterns import python_pattern
from wsgen.source import Value

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Types: TypeAlias = Mapping[tuple[str | None, str], NamedType]


class Unfit(Exception):
    """The default is no value of the type; the text says why, and `help` what to do."""

    def __init__(self, message: str, *, help: str = "change the default, or the type") -> None:
        super().__init__(message)
        self.help = help


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
                self._scalar(scalar, value, constraints)
            case ListType(item=item, constraints=constraints):
                for each in _list(value):
                    self.check(item, each)
                _length(len(_list(value)), constraints)
            case DictType(value=item, constraints=constraints):
                for each in _dict(value).values():
                    self.check(item, each)
                _length(len(_dict(value)), constraints)
            case LiteralType(values=values):
                _one_of(values, value)
            case UnionType(arms=arms):
                self._any_arm(arms, value)
            case Reference():
                self._reference(type_, value)

    @staticmethod
    def _scalar(scalar: Scalar, value: Value, constraints: Constraints) -> None:
        if ordered(scalar):
            _bounds(scalar, value, constraints)
            return
        _SCALAR_CHECKS[scalar](value)
        if scalar is Scalar.STR:
            _text(str(value), constraints)
        elif scalar is Scalar.BYTES:
            _length(len(base64.b64decode(str(value))), constraints)

    def _any_arm(self, arms: tuple[TypeExpr, ...], value: Value) -> None:
        for arm in arms:
            try:
                return self.check(arm, value)
            except Unfit:
                continue
        raise Unfit("expected a value of one of the union's types")

    def _reference(self, reference: Reference, value: Value) -> None:
        if reference == UNKNOWN:
            return
        match self.types.get((reference.module, reference.name)):
            case Alias(type=target) | Union(type=target):
                self.check(target, value)
            case Enum(members=members, open=is_open):
                values = [each.value for each in members]
                if not values or (is_open and type(value) is type(values[0])):
                    return
                _one_of(values, value)
            case _:
                raise Unfit("a record or message cannot be a default; use `| None = None`")


def _one_of(values: Iterable[str | int], value: Value) -> None:
    values = tuple(values)
    if not any(value == each and type(value) is type(each) for each in values):
        help_ = did_you_mean(str(value), map(str, values)) or "change it to one of them"
        raise Unfit(f"expected one of {', '.join(map(repr, values))}", help=help_)


def _kind(expected: str, *types: type) -> Callable[[Value], None]:
    def check(value: Value) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise Unfit(f"expected {expected}")

    return check


def _any(value: Value) -> None:
    """Whatever JSON can say: numbers of its range, all the way down."""
    if isinstance(value, list):
        for each in value:
            _any(each)
    elif isinstance(value, dict):
        for each in value.values():
            _any(each)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Unfit("expected a finite number")
    elif isinstance(value, int) and value not in INTS:
        raise Unfit("expected a number from −2⁶³ to 2⁶⁴−1")


def _uuid(value: Value) -> None:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Unfit("expected a UUID such as `00000000-0000-0000-0000-000000000000` in quotes")


def _base64(value: Value) -> None:
    if not isinstance(value, str):
        raise Unfit("expected base64 in quotes")
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit("expected base64, padded") from error


_SCALAR_CHECKS: Final[Mapping[Scalar, Callable[[Value], None]]] = {
    Scalar.STR: _kind("text in quotes", str),
    Scalar.BOOL: _kind("True or False", bool),
    Scalar.UUID: _uuid,
    Scalar.BYTES: _base64,
    Scalar.ANY: _any,
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


def _text(value: str, constraints: Constraints) -> None:
    _length(len(value), constraints)
    pattern = constraints.pattern
    if pattern is not None and not re.search(python_pattern(pattern), value):
        raise Unfit("does not match the pattern")


def _bounds(scalar: Scalar, value: Value, constraints: Constraints) -> None:
    try:
        own = order(scalar, value)
    except ValueError as error:
        raise Unfit(str(error)) from None
    tests: Mapping[str, Callable[[Fraction], bool]] = {
        "ge": lambda bound: own >= bound,
        "gt": lambda bound: own > bound,
        "le": lambda bound: own <= bound,
        "lt": lambda bound: own < bound,
        "multiple_of": lambda bound: (own / bound).denominator == 1,
    }
    given = constraints.given()
    if given and has_zone(scalar, value):
        raise Unfit("expected a time without a zone, like its bounds")
    for name, test in tests.items():
        if name in given and not test(order(scalar, given[name])):
            raise Unfit(f"not {name} {given[name]}")
