"""Readers of text: what they take, what they refuse, and that they never repeat it."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._convert import (
    CONVERTERS,
    constrained,
    to_bool,
    to_date,
    to_datetime,
    to_decimal,
    to_enum,
    to_float,
    to_int,
    to_literal,
    to_path,
    to_segment,
    to_str,
    to_text,
    to_time,
    to_timedelta,
    to_uuid,
)

Convert = Callable[[str], object]

ACCEPTED: list[tuple[Convert, str, object]] = [
    (to_str, "", ""),
    (to_str, " x\0", " x\0"),
    (to_int, "7", 7),
    (to_int, "-7", -7),
    (to_int, "007", 7),
    (to_int, "-0", 0),
    (to_int, "9" * 20, 10**20 - 1),
    (to_float, "1", 1.0),
    (to_float, "-1.5", -1.5),
    (to_float, "1e3", 1000.0),
    (to_float, "1E-07", 1e-07),
    (to_float, "1e+16", 1e16),
    (to_float, "1e-999", 0.0),
    (to_bool, "true", True),
    (to_bool, "false", False),
    (to_uuid, "01234567-89ab-cdef-0123-456789ABCDEF", UUID("0123456789abcdef0123456789abcdef")),
    (to_decimal, "1.50", Decimal("1.50")),
    (to_decimal, "-1E+3", Decimal("-1000")),
    (to_date, "2026-02-28", date(2026, 2, 28)),
    (to_datetime, "2026-02-28T01:02:03Z", datetime(2026, 2, 28, 1, 2, 3, tzinfo=UTC)),
    (to_datetime, "2026-02-28T01:02:03.5+00:00", datetime(2026, 2, 28, 1, 2, 3, 500000, UTC)),
    (
        to_datetime,
        "2026-02-28T01:02:03-02:30",
        datetime(2026, 2, 28, 1, 2, 3, tzinfo=timezone(timedelta(hours=-2, minutes=-30))),
    ),
    (to_time, "01:02:03", time(1, 2, 3)),
    (to_time, "01:02:03.000004Z", time(1, 2, 3, 4, UTC)),
    (to_timedelta, "PT30S", timedelta(seconds=30)),
    (to_timedelta, "P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    (to_timedelta, "-P1D", timedelta(days=-1)),
    (to_timedelta, "PT0.000001S", timedelta(microseconds=1)),
    (to_timedelta, "P0D", timedelta(0)),
    (to_segment, "a b", "a b"),
    (to_segment, "...", "..."),
    (to_path, "a/b.txt", "a/b.txt"),
    (to_path, "a", "a"),
]

REFUSED: list[tuple[Convert, str]] = [
    *(
        (to_int, text)
        for text in ("", "-", "+7", " 7", "7\n", "1_0", "0x1", "1.0", "1e3", "٣", "²")
    ),
    *((to_int, text) for text in ("9" * 21, "-" + "9" * 21, "--7", "7-", "9" * 100_000)),
    *(
        (to_float, text)
        for text in ("", "nan", "inf", "-inf", "Infinity", "1_0", " 1", "1\n", ".5")
    ),
    *(
        (to_float, text)
        for text in ("5.", "+1", "1e", "1e999", "0x1p3", "٣", "1" * 65, "1" * 10**6)
    ),
    *((to_bool, text) for text in ("", "True", "1", "yes", "on", "true ", "TRUE")),
    *((to_uuid, text) for text in ("", "0" * 32, "{01234567-89ab-cdef-0123-456789abcdef}")),
    (to_uuid, "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"),
    (to_uuid, "01234567-89ab-cdef-0123-456789abcdeg"),
    (to_uuid, "01234567-89ab-cdef-0123-456789abcdef\n"),
    *((to_decimal, text) for text in ("", "NaN", "sNaN", "Infinity", "1_0", "٣", " 1", "1e1000")),
    (to_decimal, "1" * 65),
    *(
        (to_date, text)
        for text in ("", "2026-02-29", "20260228", "2026-2-8", "2026-W01-1", "0000-01-01")
    ),
    *(
        (to_datetime, text)
        for text in ("", "2026-02-28", "2026-02-28T01:02:03", "2026-02-28T01:02Z")
    ),
    (to_datetime, "2026-02-28 01:02:03Z"),
    (to_datetime, "2026-02-28T25:02:03Z"),
    (to_datetime, "2026-02-28T01:02:03+25:00"),
    (to_datetime, "2026-02-28T01:02:03.1234567Z"),
    (to_datetime, "0001-01-01T00:00:00+14:00"),
    (to_datetime, "9999-12-31T23:59:59-14:00"),
    *((to_time, text) for text in ("", "01:02", "1:02:03", "24:00:00", "01:02:60", "T01:02:03")),
    *(
        (to_timedelta, text)
        for text in ("", "P", "PT", "P1DT", "P1Y", "P1W", "P1M", "1D", "30", "p1d")
    ),
    *(
        (to_timedelta, text)
        for text in ("P-1D", "+P1D", "PT.5S", "PT1.5H", "PT1S1M", "P1000000000D")
    ),
    (to_timedelta, "PT" + "9" * 100_000 + "S"),
    *((to_segment, text) for text in ("", ".", "..", "a/b", "/")),
    *((to_path, text) for text in ("", "/", "/a", "a/", "a//b", ".", "a/../b", "..", "./a")),
]


@pytest.mark.parametrize(("convert", "text", "value"), ACCEPTED)
def test_b62_converters_take_the_forms_of_their_type(
    convert: Convert, text: str, value: object
) -> None:
    found = convert(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("convert", "text"), REFUSED)
def test_b62_converters_refuse_everything_else(convert: Convert, text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected "):
        convert(text)


ALL: list[Convert] = [to_str, to_bool, *(convert for convert, _ in CONVERTERS.values())]


@pytest.mark.parametrize("convert", ALL)
@given(st.text() | st.text("0123456789-+:.TZPDHMSeE_ /"))
def test_b62_converters_never_crash_and_never_repeat_the_text(convert: Convert, text: str) -> None:
    problems: set[str] = set()
    for each in (text, f"{text}<secret>"):
        try:
            convert(each)
        except ValueError as error:
            problems.add(f"{type(error).__name__}: {error}")
    assert len(problems) <= 1
    assert all(problem.startswith("ValueError: expected ") for problem in problems)


@pytest.mark.parametrize("convert", ALL)
def test_b70_a_long_text_costs_next_to_nothing(convert: Convert) -> None:
    begin = clock.process_time()
    for text in ("1" * 10**6, "P" + "1" * 10**6 + "D", "1." + "1" * 10**6, "-" * 10**6):
        try:
            convert(text)
        except ValueError:
            continue
    assert clock.process_time() - begin < 0.5


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
VALUES: list[tuple[Convert, st.SearchStrategy[object]]] = [
    (to_int, st.integers(-(2**63), 2**64 - 1)),
    (to_float, st.floats(allow_nan=False, allow_infinity=False)),
    (to_bool, st.booleans()),
    (to_uuid, st.uuids()),
    (to_decimal, st.decimals(-(10**20), 10**20, places=6, allow_nan=False)),
    (to_date, st.dates()),
    (to_datetime, st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)),  # noqa: DTZ001
    (to_time, st.times() | st.times(timezones=ZONES)),
    (to_timedelta, st.timedeltas()),
]


@pytest.mark.parametrize(("convert", "values"), VALUES)
@given(data=st.data())
def test_b62_the_text_of_a_value_reads_back_as_the_value(
    convert: Convert, values: st.SearchStrategy[object], data: st.DataObject
) -> None:
    value = data.draw(values)
    assert convert(to_text(value)) == value


def test_the_text_of_extreme_durations_reads_back() -> None:
    for value in (timedelta.min, timedelta.max, -timedelta.resolution):
        assert to_timedelta(to_text(value)) == value


def test_what_has_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a list cannot stand in a URL"):
        to_text([1])


class Role(StrEnum):
    MEMBER = "member"
    OWNER = "owner"


class Level(IntEnum):
    LOW = -1
    HIGH = 10


class Plain(Enum):
    A = "a"


def test_enums_are_read_by_the_values_of_their_members() -> None:
    assert to_enum(Role)("owner") is Role.OWNER
    assert to_enum(Level)("-1") is Level.LOW
    assert to_enum(Plain)("a") is Plain.A
    assert to_text(Role.OWNER) == "owner"
    assert to_text(Level.HIGH) == "10"


@pytest.mark.parametrize("text", ["MEMBER", "", "Member", "Role.MEMBER", "10", "<secret>"])
def test_enums_refuse_names_and_other_values(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected one of `member`, `owner`$"):
        to_enum(Role)(text)


def test_literals_keep_their_type() -> None:
    convert = to_literal("a", 1)
    assert convert("a") == "a"
    assert convert("1") == 1
    for text in ("01", "b", ""):
        with pytest.raises(ValueError, match=r"^expected one of `a`, `1`$"):
            convert(text)


CONSTRAINED: list[tuple[Convert, list[str], list[str], str]] = [
    (constrained(to_int, ge=1, le=3), ["1", "3"], ["0"], "expected at least `1`"),
    (constrained(to_int, ge=1, le=3), [], ["4"], "expected at most `3`"),
    (constrained(to_float, gt=0), ["0.1"], ["0", "-1"], "expected more than `0`"),
    (constrained(to_float, lt=1.5), ["1.4"], ["1.5"], "expected less than `1.5`"),
    (constrained(to_int, multiple_of=5), ["10", "-5", "0"], ["7"], "expected a multiple of `5`"),
    (
        constrained(to_int, multiple_of=2.0),
        [str(2**62)],
        [str(2**62 + 1)],
        "expected a multiple of `2`",
    ),
    (constrained(to_float, multiple_of=0.5), ["1.5"], ["1.2"], "expected a multiple of `0.5`"),
    (
        constrained(to_str, min_length=2),
        ["ab", "🙂🙂"],
        ["a", "🙂"],
        "expected at least 2 characters",
    ),
    (constrained(to_str, max_length=1), ["", "🙂"], ["ab"], "expected at most 1 characters"),
    (
        constrained(to_str, pattern="a$"),
        ["xa"],
        ["ab", "a\n"],
        "expected a text of another pattern",
    ),
    (
        constrained(to_str, pattern=r"^\$[$\]]$"),
        ["$$", "$]"],
        ["$", "$$\n"],
        "expected a text of another pattern",
    ),
    (constrained(to_decimal, ge=Decimal("0.1")), ["0.1"], ["0.09"], "expected at least `0.1`"),
    (
        constrained(to_date, ge=date(2026, 1, 1)),
        ["2026-01-01"],
        ["2025-12-31"],
        "expected at least `2026-01-01`",
    ),
    (
        constrained(to_datetime, lt=datetime(2026, 1, 1, tzinfo=UTC)),
        ["2026-01-01T00:30:00+01:00"],
        ["2026-01-01T00:00:00Z"],
        "expected less than `2026-01-01T00:00:00+00:00`",
    ),
    (
        constrained(to_time, ge=time(8)),
        ["08:00:00"],
        ["07:59:59", "09:00:00Z"],
        "expected at least `08:00:00`",
    ),
    (
        constrained(to_timedelta, le=timedelta(days=1)),
        ["P1D"],
        ["P2D"],
        "expected at most `P1DT0S`",
    ),
    (constrained(constrained(to_int, ge=0), le=9), ["9"], ["-1"], "expected at least `0`"),
    (constrained(to_int, ge=None, pattern=None), ["-5"], [], ""),
]


@pytest.mark.parametrize(("convert", "good", "bad", "expected"), CONSTRAINED)
def test_constraints_are_checked_after_reading(
    convert: Convert, good: list[str], bad: list[str], expected: str
) -> None:
    for text in good:
        convert(text)
    for text in bad:
        with pytest.raises(ValueError) as caught:
            convert(text)
        assert str(caught.value) == expected


def test_a_constrained_reader_still_refuses_what_is_not_of_its_type() -> None:
    with pytest.raises(ValueError, match=r"^expected an integer$"):
        constrained(to_int, ge=1)("x")
