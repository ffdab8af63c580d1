"""Constraints: whether they belong to a type, and what they come to together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from wsgen.diagnostics import Collector
from wsgen.ir.types import (
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
from wsgen.resolve.durations import parse_duration
from wsgen.source import Span, Value

_BOUNDS: Final = ("ge", "gt", "le", "lt")
_LENGTHS: Final = ("min_length", "max_length")
_NUMBERS: Final = {Scalar.INT, Scalar.FLOAT, Scalar.DECIMAL}
_TIMES: Final = {Scalar.DATE, Scalar.DATETIME, Scalar.TIME, Scalar.TIMEDELTA}
_INT64: Final = range(-(2**63), 2**64)

Aliases = Mapping[tuple[str | None, str], Alias]


def allowed(type_: TypeExpr) -> tuple[str, ...]:
    """The constraints that say something about a type."""
    match type_:
        case ScalarType(scalar=Scalar.STR):
            return (*_LENGTHS, "pattern")
        case ScalarType(scalar=Scalar.BYTES) | ListType() | DictType():
            return _LENGTHS
        case ScalarType(scalar=scalar) if scalar in _NUMBERS:
            return (*_BOUNDS, "multiple_of") if scalar is not Scalar.DECIMAL else _BOUNDS
        case ScalarType(scalar=scalar) if scalar in _TIMES:
            return _BOUNDS
        case _:
            return ()


def comparable(scalar: Scalar, value: Value) -> Any:
    """A bound or default as a Python value that compares.

    Raises:
        ValueError: it is no value of the type.
    """
    reader = _READERS.get(scalar)
    if reader is None:
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a {scalar.value} in quotes")  # noqa: TRY004  # one error for callers
    return reader(value)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("expected a decimal number in quotes") from None
    if not number.is_finite():
        raise ValueError("expected a finite number")
    return number


def _aware(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("expected a time zone, such as `Z`")
    return moment


_READERS: Final[Mapping[Scalar, Callable[[str], Any]]] = {
    Scalar.DECIMAL: _decimal,
    Scalar.DATE: dt.date.fromisoformat,
    Scalar.DATETIME: _aware,
    Scalar.TIME: dt.time.fromisoformat,
    Scalar.TIMEDELTA: parse_duration,
}


@dataclass(frozen=True, slots=True)
class Constrainer:
    """Puts constraints onto types."""

    aliases: Aliases
    found: Collector

    def apply(
        self, type_: TypeExpr, extra: Constraints, span_of: Callable[[str], Span]
    ) -> TypeExpr:
        """`type_` with further constraints; they bind to the arm that is not null."""
        given = extra.given()
        if not given:
            return type_
        if isinstance(type_, NullableType):
            return NullableType(self.apply(type_.inner, extra, span_of))
        if isinstance(type_, Reference) and (type_.module, type_.name) in self.aliases:
            type_ = self.aliases[type_.module, type_.name].type
            return self.apply(type_, extra, span_of)
        possible = allowed(type_)
        for name in given:
            if name not in possible:
                self._misplaced(name, possible, span_of(name))
                return type_
        if not isinstance(type_, (ScalarType, ListType, DictType)):
            return type_
        if isinstance(type_, ScalarType) and not self._readable(type_.scalar, given, span_of):
            return type_
        merged = self._merge(type_, type_.constraints, extra, span_of)
        result = replace(type_, constraints=merged)
        self._contradictions(result, span_of)
        return result

    def _misplaced(self, name: str, possible: tuple[str, ...], span: Span) -> None:
        listed = ", ".join(f"`{each}`" for each in possible)
        help_ = f"allowed here: {listed}" if listed else "this type takes no constraints"
        self.found.report("WSG203", f"`{name}` does not belong to this type", span, help=help_)

    def _readable(
        self, scalar: Scalar, given: dict[str, Value], span_of: Callable[[str], Span]
    ) -> bool:
        for name in (*_BOUNDS, "multiple_of"):
            if name not in given:
                continue
            try:
                self._check_bound(scalar, name, given[name])
            except ValueError as error:
                self.found.report("WSG203", f"`{name}`: {error}", span_of(name))
                return False
        return True

    @staticmethod
    def _check_bound(scalar: Scalar, name: str, value: Value) -> None:
        bound = comparable(scalar, value)
        if scalar is Scalar.INT and (isinstance(bound, bool) or not isinstance(bound, int)):
            raise ValueError("expected a whole number")
        if scalar is Scalar.INT and bound not in _INT64:
            raise ValueError("expected a number from −2⁶³ to 2⁶⁴−1")
        if scalar is Scalar.FLOAT and (
            isinstance(bound, bool) or not isinstance(bound, (int, float))
        ):
            raise ValueError("expected a number")
        if name == "multiple_of" and not bound > 0:
            raise ValueError("expected a number greater than 0")

    def _merge(
        self, type_: TypeExpr, old: Constraints, new: Constraints, span_of: Callable[[str], Span]
    ) -> Constraints:
        merged = {**old.given(), **new.given()}
        scalar = type_.scalar if isinstance(type_, ScalarType) else Scalar.INT
        for name in old.given().keys() & new.given().keys():
            before, after = getattr(old, name), getattr(new, name)
            if name in {"pattern", "multiple_of"}:
                if before != after:
                    self.found.report("WSG203", f"the type has a `{name}` already", span_of(name))
                continue
            stricter = max if name in {"ge", "gt", "min_length"} else min
            merged[name] = stricter(before, after, key=lambda bound: comparable(scalar, bound))
        return Constraints(**merged)  # type: ignore[arg-type]  # each key holds what its field holds

    def _contradictions(self, type_: TypeExpr, span_of: Callable[[str], Span]) -> None:
        if not isinstance(type_, (ScalarType, ListType, DictType)):
            return
        given = type_.constraints.given()
        scalar = type_.scalar if isinstance(type_, ScalarType) else Scalar.INT
        for lower, upper in (("ge", "le"), ("ge", "lt"), ("gt", "le"), ("gt", "lt"), _LENGTHS):
            if lower in given and upper in given:
                low, high = comparable(scalar, given[lower]), comparable(scalar, given[upper])
                if low > high or (low == high and (lower, upper) not in {("ge", "le"), _LENGTHS}):
                    message = f"no value is `{lower}: {given[lower]}` and `{upper}: {given[upper]}`"
                    self.found.report("WSG203", message, span_of(upper))
        for pair in (("ge", "gt"), ("le", "lt")):
            if pair[0] in given and pair[1] in given:
                self.found.report(
                    "WSG203", f"give `{pair[0]}` or `{pair[1]}`, not both", span_of(pair[1])
                )
        for name in _LENGTHS:
            if isinstance(given.get(name), int) and int(str(given[name])) < 0:
                self.found.report("WSG203", f"`{name}` is negative", span_of(name))
        pattern = given.get("pattern")
        if isinstance(pattern, str):
            self._pattern(pattern, span_of("pattern"))

    def _pattern(self, pattern: str, span: Span) -> None:
        problem = pattern_problem(pattern)
        if problem:
            self.found.report("WSG207", problem, span)


_FORBIDDEN: Final = (
    (re.compile(r"\\[1-9]"), "backreferences are not in Rust's regular expressions"),
    (
        re.compile(r"\(\?(?!:|<[A-Za-z_])"),
        "look-around, flags and other `(?…)` groups are not common to Python, Rust and ECMAScript",
    ),
    (re.compile(r"\(\?<"), "named groups are spelt differently in Python and ECMAScript"),
    (
        re.compile(r"\\[ZzAGQEK]"),
        "this escape is not common to Python, Rust and ECMAScript: use `^` and `$`",
    ),
    (re.compile(r"\\[pP]\{?"), "Unicode classes are not in Python's `re`"),
    (re.compile(r"[*+?}]\+"), "possessive repetition is not in ECMAScript"),
    (re.compile(r"\[[^\]]*\[:"), "POSIX classes are not in Python's `re`"),
)


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern may not be used, or None."""
    plain = pattern.replace("\\\\", "__")
    for forbidden, why in _FORBIDDEN:
        if forbidden.search(plain):
            return why
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    if _nested_repetition(plain):
        return "an unbounded repetition within another one can take exponential time"
    return None


def _nested_repetition(pattern: str) -> bool:
    """Whether a group that repeats without end holds something that repeats without end."""
    pattern = re.sub(r"\\.", "_", pattern)
    pattern = re.sub(r"\[\^?\]?[^\]]*\]", "_", pattern)
    stack = [False]
    index = 0
    while index < len(pattern):
        character = pattern[index]
        unbounded_next = re.match(r"[*+]|\{[0-9]*,\}", pattern[index + 1 :])
        if character == "(":
            stack.append(False)
        elif character == ")" and len(stack) > 1:
            inner = stack.pop()
            if inner and unbounded_next:
                return True
            stack[-1] = stack[-1] or inner or bool(unbounded_next)
        elif unbounded_next:
            stack[-1] = True
        index += 1
    return False
