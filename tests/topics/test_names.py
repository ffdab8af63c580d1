"""Names of channels: equal parameters make equal names, and no value reaches another topic."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._topics.names import channel_name


def name(value: object, type_: type | None = None) -> str:
    return channel_name("chat", "room", {"a": type_ or type(value)}, {"a": value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "%"),
        ("7", "7"),
        (7, "7"),
        (-7, "-7"),
        (True, "true"),
        ("a.b", "a%2Eb"),
        ("*", "%2A"),
        (">", "%3E"),
        ("a:b c", "a%3Ab%20c"),
        ("%", "%25"),
        ("ü", "%C3%BC"),
        ("\ud800", "%ED%A0%80"),
        (2.0, "2%2E0"),
        (-0.0, "0%2E0"),
        (Decimal("1.50"), "1%2E5"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0"), "0"),
        (Decimal("1." + 40 * "0" + "1"), "1%2E" + 40 * "0" + "1"),
        (Decimal("1E+999999"), "1E%2B999999"),
        (Decimal("sNaN"), "sNaN"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (dt.date(2026, 1, 31), "2026-01-31"),
    ],
)
def test_a_value_as_a_part_of_a_name(value: object, expected: str) -> None:
    assert name(value) == f"wsgen.chat.room.{expected}"


def test_equal_values_are_one_topic() -> None:
    utc = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    assert name(utc) == name(utc.astimezone(dt.timezone(dt.timedelta(hours=2))))
    assert name(1, float) == name(1.0)
    assert name(Decimal("1.0")) == name(Decimal(1))


@given(st.text(max_size=50), st.text(max_size=50))
def test_different_values_are_different_topics(one: str, two: str) -> None:
    assert re.fullmatch(r"wsgen\.chat\.room\.[A-Za-z0-9_%-]+", name(one))
    assert (name(one) == name(two)) == (one == two)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("7", int),
        (True, int),
        (1.5, int),
        (7, str),
        (None, str),
        (dt.datetime.now(dt.UTC), dt.date),
    ],
)
def test_b73_a_parameter_of_another_type_is_an_error(value: object, type_: type) -> None:
    with pytest.raises(TypeError, match=f"topic `room`: `a` is of type {type_.__name__}, not "):
        name(value, type_)


def test_a_name_that_is_too_long_is_refused_and_says_what_to_do() -> None:
    assert len(name("x" * 1008)) == 1024
    with pytest.raises(ValueError, match="a name of 1025 characters; 1024 are the most: publish"):
        name("x" * 1009)


def test_a_time_that_universal_time_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="`a` is out of range"):
        name(dt.datetime.fromisoformat("0001-01-01T00:00:00+14:00"))


def test_a_topic_without_parameters() -> None:
    assert channel_name("chat", "lobby", {}, {}) == "wsgen.chat.lobby"
