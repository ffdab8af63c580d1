"""Strict readers of text, for what stands in paths, queries, headers and cookies.

Each takes a text and returns a value, or raises `ValueError` with a fixed text that says what was
expected. That text may go to the client: it never has a part of the input in it. `to_text` is the
way back.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypedDict, TypeVar
from uuid import UUID

from typing_extensions import Unpack

__all__ = [
    "CONVERTERS",
    "Bounds",
    "constrained",
    "to_bool",
    "to_date",
    "to_datetime",
    "to_decimal",
    "to_enum",
    "to_float",
    "to_int",
    "to_literal",
    "to_path",
    "to_segment",
    "to_str",
    "to_text",
    "to_time",
    "to_timedelta",
    "to_uuid",
]

E = TypeVar("E", bound=Enum)
L = TypeVar("L", bound=str | int)
T = TypeVar("T")

MAX_INT_DIGITS: Final = 20
"""Enough for 64 bits, and few enough that reading them costs nothing."""
MAX_NUMBER: Final = 64
"""Characters of a float or a decimal."""

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
_ZONE: Final = r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
_DATE: Final = re.compile(_DAY)
_DATETIME: Final = re.compile(f"{_DAY}T{_CLOCK}{_ZONE}")
_TIME: Final = re.compile(f"{_CLOCK}{_ZONE}?")
_DURATION: Final = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,10})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,15})(?:\.([0-9]{1,6}))?S)?)?"
)


def to_str(text: str, /) -> str:
    """Any text, as it is."""
    return text


def to_int(text: str, /) -> int:
    """ASCII digits, at most 20, with or without a minus.

    Raises:
        ValueError: anything else.
    """
    if len(text) <= MAX_INT_DIGITS and text.isdecimal() and text.isascii():
        return int(text)
    if text[:1] == "-" and text[1:2] != "-":
        return -to_int(text[1:])
    raise ValueError("expected an integer")


def to_float(text: str, /) -> float:
    """A number with or without a fraction and an exponent, at most 64 characters.

    Raises:
        ValueError: anything else, such as `nan`, `inf`, `1_000`, `.5`, or a number that no float
            can hold.
    """
    if len(text) <= MAX_NUMBER and _NUMBER.fullmatch(text) and isfinite(value := float(text)):
        return value
    raise ValueError("expected a number")


def to_bool(text: str, /) -> bool:
    """`true` or `false`, in lower case.

    Raises:
        ValueError: anything else.
    """
    if text == "true":
        return True
    if text == "false":
        return False
    raise ValueError("expected `true` or `false`")


def to_uuid(text: str, /) -> UUID:
    """A UUID in its canonical form of 8-4-4-4-12 digits, in either case (RFC 9562, section 4).

    Raises:
        ValueError: anything else.
    """
    if _UUID.fullmatch(text):
        return UUID(text)
    raise ValueError("expected a UUID")


def to_decimal(text: str, /) -> Decimal:
    """A decimal number of at most 64 characters, with an exponent of at most three digits.

    Raises:
        ValueError: anything else.
    """
    if len(text) <= MAX_NUMBER and _NUMBER.fullmatch(text):
        return Decimal(text)
    raise ValueError("expected a decimal number")


def to_date(text: str, /) -> date:
    """`2026-01-31` (RFC 3339, full-date).

    Raises:
        ValueError: anything else.
    """
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError("expected a date such as `2026-01-31`")


def to_datetime(text: str, /) -> datetime:
    """`2026-01-31T23:59:00Z`: always with a zone, seconds with up to six digits (RFC 3339).

    Raises:
        ValueError: anything else; also a moment that falls out of the years 1 to 9999 in UTC,
            since Python cannot compute with it.
    """
    if _DATETIME.fullmatch(text):
        try:
            value = datetime.fromisoformat(text)
            value.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        else:
            return value
    raise ValueError("expected a date and time with a zone, such as `2026-01-31T23:59:00Z`")


def to_time(text: str, /) -> time:
    """`23:59:00`, with a zone or without, seconds with up to six digits (ISO 8601).

    Raises:
        ValueError: anything else.
    """
    if _TIME.fullmatch(text):
        try:
            return time.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError("expected a time such as `23:59:00`")


def to_timedelta(text: str, /) -> timedelta:
    """`P1DT2H3M4.5S`: days, hours, minutes and seconds (ISO 8601), or minus such a duration.

    Raises:
        ValueError: anything else, or a duration of a thousand million days and more.
    """
    match = _DURATION.fullmatch(text)
    if match is not None:
        sign, days, hours, minutes, seconds, fraction = match.groups("0")
        whole = int(days) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        micros = whole * 1_000_000 + int(fraction.ljust(6, "0"))
        try:
            return timedelta(microseconds=-micros if sign == "-" else micros)
        except OverflowError:
            pass
    raise ValueError("expected a duration such as `PT30S`")


def to_enum(enum: type[E], /) -> Callable[[str], E]:
    """A reader of an enumeration, by the values of its members, which are texts or integers."""
    return _choice({str(member.value): member for member in enum.__members__.values()})


def to_literal(*values: L) -> Callable[[str], L]:
    """A reader of fixed texts or integers."""
    return _choice({str(value): value for value in values})


def _choice(members: dict[str, T]) -> Callable[[str], T]:
    expected = f"expected one of {', '.join(f'`{name}`' for name in members)}"

    def convert(text: str, /) -> T:
        if text in members:
            return members[text]
        raise ValueError(expected)

    return convert


class Bounds(TypedDict, total=False):
    """What a value must keep to; None stands for no bound."""

    ge: object
    gt: object
    le: object
    lt: object
    multiple_of: float | None
    min_length: int | None
    max_length: int | None
    pattern: str | None


def constrained(convert: Callable[[str], T], /, **bounds: Unpack[Bounds]) -> Callable[[str], T]:
    """`convert`, followed by a check.

    `ge`, `gt`, `le`, `lt` and `multiple_of` compare values; `min_length` and `max_length` count
    code points; `pattern` may match anywhere, and its `$` is the very end.

    Raises:
        ValueError: by the reader that is returned: the text is not of the type, or out of the
            bounds.
    """
    checks = tuple(
        _CHECKS[name](bound)
        for name, bound in bounds.items()
        if name in _CHECKS and bound is not None
    )

    def convert_and_check(text: str, /) -> T:
        value = convert(text)
        for holds, expected in checks:
            if not holds(value):
                raise ValueError(expected)
        return value

    return convert_and_check


_Check: TypeAlias = tuple[Callable[[Any], bool], str]


def _compare(compare: Callable[[Any, Any], bool], words: str) -> Callable[[Any], _Check]:
    def make(bound: object) -> _Check:
        def holds(value: object) -> bool:
            try:
                return compare(value, bound)
            except TypeError:  # times with a zone do not compare with times without one
                return False

        return holds, f"expected {words} `{to_text(bound)}`"

    return make


def _multiple(step: float) -> _Check:
    exact = (
        int(step) if float(step).is_integer() else step
    )  # a float would lose digits of a long integer
    return lambda value: value % exact == 0, f"expected a multiple of `{exact}`"


def _shortest(length: int) -> _Check:
    return lambda value: len(value) >= length, f"expected at least {length} characters"


def _longest(length: int) -> _Check:
    return lambda value: len(value) <= length, f"expected at most {length} characters"


def _pattern(pattern: str) -> _Check:
    search = re.compile(_DOLLAR.sub(_very_end, pattern)).search
    return lambda value: search(value) is not None, "expected a text of another pattern"


_DOLLAR: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)
"""An escape, a character class, or a `$` that is neither in one nor escaped."""


def _very_end(match: re.Match[str]) -> str:
    return r"\Z" if match[0] == "$" else match[0]


_CHECKS: Final[Mapping[str, Callable[[Any], _Check]]] = {
    "ge": _compare(operator.ge, "at least"),
    "gt": _compare(operator.gt, "more than"),
    "le": _compare(operator.le, "at most"),
    "lt": _compare(operator.lt, "less than"),
    "multiple_of": _multiple,
    "min_length": _shortest,
    "max_length": _longest,
    "pattern": _pattern,
}

_NO_SEGMENT: Final = frozenset({"", ".", ".."})


def to_segment(text: str, /) -> str:
    """A segment of a path; `.` and `..` are none: clients resolve them (RFC 3986, section 5.2.4).

    Raises:
        ValueError: it is empty, a dot segment, or has a slash in it.
    """
    if text in _NO_SEGMENT or "/" in text:
        raise ValueError("expected a segment of a path")
    return text


def to_path(text: str, /) -> str:
    """One or more segments with slashes between them.

    Raises:
        ValueError: one of them is empty or a dot segment, so that it could lead out of a folder.
    """
    if _NO_SEGMENT.isdisjoint(text.split("/")):
        return text
    raise ValueError("expected a path without empty or dot segments")


CONVERTERS: Final[Mapping[str, tuple[Callable[[str], object], type]]] = MappingProxyType(
    {
        "uuid": (to_uuid, UUID),
        "date": (to_date, date),
        "datetime": (to_datetime, datetime),
        "time": (to_time, time),
        "timedelta": (to_timedelta, timedelta),
        "int": (to_int, int),
        "float": (to_float, float),
        "decimal": (to_decimal, Decimal),
        "str": (to_segment, str),
        "path": (to_path, str),
    }
)
"""The converters of path templates, the strictest first: the reader and the type it returns."""


def to_text(value: object, /) -> str:
    """The text of a value, as the readers of its type take it.

    Raises:
        ValueError: it is of no type that stands in a URL.
    """
    match value:
        case Enum():
            return to_text(value.value)
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal() | UUID():
            return str(value)
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case _:
            raise ValueError(f"a {type(value).__name__} cannot stand in a URL")


def _duration(value: timedelta) -> str:
    micros = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    seconds, micros = divmod(micros, 1_000_000)
    days, seconds = divmod(seconds, 86400)
    fraction = f".{micros:06}" if micros else ""
    return f"{sign}P{days}DT{seconds}{fraction}S"
