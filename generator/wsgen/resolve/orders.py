"""Where a bound or default stands among the values of its type: one exact number for each.

Forms are those that travel (docs/schema-language.md), not all that Python's parsers take.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wsgen.ir.types import Scalar
from wsgen.resolve.durations import parse_duration
from wsgen.source import Value

INTS: Final = range(-(2**63), 2**64)
"""Whole numbers that travel."""
_DECIMAL: Final = re.compile(r"-?[0-9]{1,64}(\.[0-9]{1,64})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DATETIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def order(scalar: Scalar, value: Value) -> Fraction:
    """The place of a value among those of its type.

    Raises:
        ValueError: it is no value of the type, or the type has no order; the text says why.
    """
    if scalar is Scalar.INT:
        return Fraction(_whole(value))
    if scalar is Scalar.FLOAT:
        return _number(value)
    if scalar is Scalar.DECIMAL and isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    reader = _READERS.get(scalar)
    if reader is None:
        raise ValueError(f"`{scalar.value}` has no order")
    if not isinstance(value, str):
        raise ValueError(f"expected a {scalar.value} in quotes")
    return reader(value)


def ordered(scalar: Scalar) -> bool:
    """Whether values of a type come one after another."""
    return scalar in {Scalar.INT, Scalar.FLOAT} or scalar in _READERS


def has_zone(scalar: Scalar, value: Value) -> bool:
    """Whether a value is a time of day in some zone: times of day in several have no order."""
    match = _TIME.fullmatch(value) if scalar is Scalar.TIME and isinstance(value, str) else None
    return match is not None and match["zone"] is not None


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("expected a whole number")
    if value not in INTS:
        raise ValueError("expected a number from −2⁶³ to 2⁶⁴−1")
    return value


def _number(value: Value) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("expected a number")
    if not math.isfinite(value) if isinstance(value, float) else abs(value) > 2**1000:
        raise ValueError("expected a finite number")
    return Fraction(repr(value))


def _decimal(text: str) -> Fraction:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("expected a decimal number such as `12.50` in quotes")
    return Fraction(Decimal(text))


def _date(text: str) -> Fraction:
    if not _DATE.fullmatch(text):
        raise ValueError("expected a date such as `2026-01-31`")
    return Fraction(dt.date.fromisoformat(text).toordinal())


def _time(text: str) -> Fraction:
    if not _TIME.fullmatch(text):
        raise ValueError("expected a time such as `12:30:00`")
    moment = dt.time.fromisoformat(text)
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return Fraction(seconds * 1_000_000 + moment.microsecond)


def _datetime(text: str) -> Fraction:
    if not _DATETIME.fullmatch(text):
        raise ValueError("expected a moment with a zone, such as `2026-01-31T12:30:00Z`")
    return Fraction((dt.datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND)


def _timedelta(text: str) -> Fraction:
    return Fraction(parse_duration(text) // _MICROSECOND)


_READERS: Final[Mapping[Scalar, Callable[[str], Fraction]]] = {
    Scalar.DECIMAL: _decimal,
    Scalar.DATE: _date,
    Scalar.DATETIME: _datetime,
    Scalar.TIME: _time,
    Scalar.TIMEDELTA: _timedelta,
}
