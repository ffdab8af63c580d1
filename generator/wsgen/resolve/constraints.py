"""Constraints: whether they belong to a type, and what they come to together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.types import (
    UNKNOWN,
    Alias,
    Constraints,
    DictType,
    ListType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
)
from wsgen.resolve.orders import has_zone, order, ordered
from wsgen.resolve.patterns import pattern_problem
from wsgen.source import Span, Value

_BOUNDS: Final = ("ge", "gt", "le", "lt")
_LENGTHS: Final = ("min_length", "max_length")
_INT64: Final = range(-(2**63), 2**63)
_MAX_LENGTH: Final = 2**31 - 1

Aliases: TypeAlias = Mapping[tuple[str | None, str], Alias]
Bounded: TypeAlias = ScalarType | ListType | DictType
SpanOf: TypeAlias = Callable[[str], Span]


def allowed(type_: TypeExpr) -> tuple[str, ...]:
    """The constraints that say something about a type."""
    match type_:
        case ScalarType(scalar=Scalar.STR):
            return (*_LENGTHS, "pattern")
        case ScalarType(scalar=Scalar.BYTES) | ListType() | DictType():
            return _LENGTHS
        case ScalarType(scalar=Scalar.INT | Scalar.FLOAT):
            return (*_BOUNDS, "multiple_of")
        case ScalarType(scalar=scalar) if ordered(scalar):
            return _BOUNDS
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Constrainer:
    """Puts constraints onto types."""

    aliases: Aliases
    found: Collector

    def apply(self, type_: TypeExpr, extra: Constraints, *, span_of: SpanOf) -> TypeExpr:
        """`type_` with further constraints; they bind to the arm that is not null."""
        given = extra.given()
        if not given or type_ == UNKNOWN:
            return type_
        if isinstance(type_, NullableType):
            inner = self.apply(type_.inner, extra, span_of=span_of)
            return inner if isinstance(inner, NullableType) else NullableType(inner)
        if isinstance(type_, Reference) and (type_.module, type_.name) in self.aliases:
            target = self.aliases[type_.module, type_.name].type
            return self.apply(target, extra, span_of=span_of)
        possible = allowed(type_)
        misplaced = [name for name in given if name not in possible]
        for name in misplaced:
            self._misplaced(name, possible, span_of(name))
        if misplaced or not isinstance(type_, (ScalarType, ListType, DictType)):
            return type_
        checked = _One(type_, _exact(type_, extra), span_of, self.found)
        return checked.merged() if checked.readable() else type_

    def _misplaced(self, name: str, possible: tuple[str, ...], span: Span) -> None:
        listed = ", ".join(f"`{each}`" for each in possible)
        help_ = f"allowed here: {listed}" if listed else "this type takes no constraints"
        self.found.report("WSG203", f"`{name}` does not belong to this type", span, help=help_)


def _exact(type_: Bounded, extra: Constraints) -> Constraints:
    """Bounds of decimals as text, whichever way they are written."""
    if not isinstance(type_, ScalarType) or type_.scalar is not Scalar.DECIMAL:
        return extra

    def text(bound: Value) -> Value:
        is_whole = isinstance(bound, int) and not isinstance(bound, bool)
        return str(bound) if is_whole else bound

    return replace(
        extra, ge=text(extra.ge), gt=text(extra.gt), le=text(extra.le), lt=text(extra.lt)
    )


@dataclass(frozen=True, slots=True)
class _One:
    """A type that gets constraints."""

    type: Bounded
    extra: Constraints
    span_of: SpanOf
    found: Collector

    @property
    def _is_int(self) -> bool:
        return isinstance(self.type, ScalarType) and self.type.scalar is Scalar.INT

    def _report(self, message: str, name: str, *, help: str = "change one of the two") -> None:
        self.found.report("WSG203", message, self.span_of(name), help=help)

    def _order(self, value: Value) -> Fraction:
        scalar = self.type.scalar if isinstance(self.type, ScalarType) else Scalar.INT
        return order(scalar if ordered(scalar) else Scalar.INT, value)

    def readable(self) -> bool:
        """Whether each constraint is a value of its own kind."""
        fine = True
        for name, value in self.extra.given().items():
            try:
                self._check(name, value)
            except ValueError as error:
                self._report(f"`{name}`: {error}", name, help="correct the value")
                fine = False
        return fine

    def _check(self, name: str, value: Value) -> None:
        if name in _LENGTHS and not (isinstance(value, int) and 0 <= value <= _MAX_LENGTH):
            raise ValueError("expected a length from 0 to 2³¹−1")
        if name == "pattern" or name in _LENGTHS:
            return
        place = self._order(value)
        if has_zone(Scalar.TIME, value):
            raise ValueError("expected a time without a zone, such as `12:30:00`")
        if self._is_int and value not in _INT64:
            raise ValueError("expected a number from −2⁶³ to 2⁶³−1")
        if name == "multiple_of" and place <= 0:
            raise ValueError("expected a number greater than 0")

    def merged(self) -> Bounded:
        """The type with what holds of both its own and the further constraints."""
        old, new = self.type.constraints, self.extra
        for name in ("pattern", "multiple_of"):
            values = {getattr(old, name), getattr(new, name)} - {None}
            if len(values) > 1:
                self._report(f"the type has a `{name}` already", name, help="remove one of them")
        ge, gt = self._lower(old, new)
        le, lt = self._upper(old, new)
        result = Constraints(
            ge=ge,
            gt=gt,
            le=le,
            lt=lt,
            multiple_of=old.multiple_of if new.multiple_of is None else new.multiple_of,
            min_length=max((old.min_length, new.min_length), key=lambda each: each or 0),
            max_length=min(
                (old.max_length, new.max_length),
                key=lambda each: _MAX_LENGTH + 1 if each is None else each,
            ),
            pattern=old.pattern if new.pattern is None else new.pattern,
        )
        self._contradictions(result)
        self._pattern(result)
        return replace(self.type, constraints=result)

    def _lower(self, old: Constraints, new: Constraints) -> tuple[Value, Value]:
        """`ge` or `gt`, whichever is stricter."""
        if new.ge is not None and new.gt is not None:
            self._report("give `ge` or `gt`, not both", "gt", help="remove one of them")
        found = [
            (self._order(each.ge), False, each.ge) for each in (old, new) if each.ge is not None
        ]
        found += [
            (self._order(each.gt), True, each.gt) for each in (old, new) if each.gt is not None
        ]
        if not found:
            return None, None
        _, is_open, value = max(found, key=lambda each: each[:2])
        return (None, value) if is_open else (value, None)

    def _upper(self, old: Constraints, new: Constraints) -> tuple[Value, Value]:
        """`le` or `lt`, whichever is stricter."""
        if new.le is not None and new.lt is not None:
            self._report("give `le` or `lt`, not both", "lt", help="remove one of them")
        found = [
            (self._order(each.le), True, each.le) for each in (old, new) if each.le is not None
        ]
        found += [
            (self._order(each.lt), False, each.lt) for each in (old, new) if each.lt is not None
        ]
        if not found:
            return None, None
        _, is_closed, value = min(found, key=lambda each: each[:2])
        return (value, None) if is_closed else (None, value)

    def _contradictions(self, result: Constraints) -> None:
        given = result.given()
        for lower, upper in (("ge", "le"), ("ge", "lt"), ("gt", "le"), ("gt", "lt"), _LENGTHS):
            if lower not in given or upper not in given:
                continue
            low, high = self._order(given[lower]), self._order(given[upper])
            if (lower, upper) == ("gt", "lt") and self._is_int:
                low += 1  # no whole number lies between two neighbours
            if low > high or (low == high and (lower, upper) not in {("ge", "le"), _LENGTHS}):
                name = upper if upper in self.extra.given() else lower
                message = f"no value is `{lower}: {given[lower]}` and `{upper}: {given[upper]}`"
                self._report(message, name)

    def _pattern(self, result: Constraints) -> None:
        if self.extra.pattern is None:
            return
        span = self.span_of("pattern")
        problem = pattern_problem(self.extra.pattern, result.max_length)
        if problem is not None:
            self.found.report("WSG207", problem.message, span, help=problem.help)
