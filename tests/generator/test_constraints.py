"""Constraints: where they may stand, what they come to together, and which patterns are common."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generator.support import field_of, fields, run

from wsgen.ir.types import Constraints, NullableType, ScalarType
from wsgen.resolve.patterns import pattern_problem, python_pattern


def constraints(line: str, types: str = "") -> Constraints:
    type_ = field_of(run(types + fields(f"f: {line}")).good, "Say", "f").type
    if isinstance(type_, NullableType):
        type_ = type_.inner
    assert isinstance(type_, ScalarType)
    return type_.constraints


@pytest.mark.parametrize(
    "line",
    [
        "{type: int, ge: 0, lt: 10, multiple_of: 5}",
        "{type: float, gt: 0.5, le: 1}",
        '{type: decimal, ge: "0.10", lt: 5}',
        '{type: date, ge: "2026-01-01", le: "2026-12-31"}',
        '{type: datetime, gt: "2026-01-01T00:00:00Z"}',
        '{type: time, ge: "08:00:00", lt: "18:30:00.5"}',
        "{type: timedelta, gt: PT0S, le: P1DT12H}",
        "{type: str, min_length: 1, max_length: 5, pattern: '^[a-z]+$'}",
        "{type: bytes, max_length: 1024}",
        '{type: "list[int]", min_length: 1}',
        '{type: "dict[str, int]", max_length: 3}',
        "{type: str | None, max_length: 5}",
    ],
)
def test_constraints_that_fit(line: str) -> None:
    assert run(fields(f"f: {line}")).codes == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{type: bool, ge: 0}", "`ge` does not belong to this type"),
        ("{type: int, pattern: a}", "`pattern` does not belong to this type"),
        ("{type: uuid, max_length: 3}", "`max_length` does not belong to this type"),
        ("{type: any, ge: 1}", "`ge` does not belong to this type"),
        ("{type: int | str, ge: 1}", "`ge` does not belong to this type"),
        ("{type: decimal, multiple_of: 5}", "`multiple_of` does not belong to this type"),
        ("{type: int, ge: 0.5}", "`ge`: expected a whole number"),
        ("{type: int, ge: true}", "`ge`: expected a whole number"),
        ("{type: int, le: 9223372036854775808}", "`le`: expected a number from −2⁶³ to 2⁶³−1"),
        ("{type: int, multiple_of: 0}", "`multiple_of`: expected a number greater than 0"),
        ("{type: float, ge: x}", "`ge`: expected a number"),
        ("{type: float, ge: 1e999}", "`ge`: expected a finite number"),
        ("{type: decimal, ge: 0.5}", "`ge`: expected a decimal in quotes"),
        ("{type: decimal, ge: NaN}", "`ge`: expected a decimal number such as `12.50` in quotes"),
        ("{type: date, ge: 2026-1-1}", "`ge`: expected a date such as `2026-01-31`"),
        ("{type: date, ge: 2026-02-30}", "`ge`: day is out of range for month"),
        ("{type: date, ge: 5}", "`ge`: expected a date in quotes"),
        (
            '{type: datetime, ge: "2026-01-01T00:00:00"}',
            "`ge`: expected a moment with a zone, such as `2026-01-31T12:30:00Z`",
        ),
        (
            '{type: time, ge: "12:30:00Z"}',
            "`ge`: expected a time without a zone, such as `12:30:00`",
        ),
        (
            "{type: timedelta, ge: P1Y}",
            "`ge`: expected a duration such as `PT30S` or `P1DT12H`",
        ),
        (
            "{type: timedelta, ge: P1DT}",
            "`ge`: expected a duration such as `PT30S` or `P1DT12H`",
        ),
        ("{type: timedelta, ge: P999999999999D}", "`ge`: the duration is too long"),
        ("{type: str, min_length: -1}", "`min_length`: expected a length from 0 to 2³¹−1"),
        ("{type: str, max_length: 99999999999}", "`max_length`: expected a length from 0 to 2³¹−1"),
        ("{type: int, ge: 5, le: 4}", "no value is `ge: 5` and `le: 4`"),
        ("{type: int, gt: 5, lt: 5}", "no value is `gt: 5` and `lt: 5`"),
        ("{type: int, gt: 5, lt: 6}", "no value is `gt: 5` and `lt: 6`"),
        ("{type: int, ge: 5, lt: 5}", "no value is `ge: 5` and `lt: 5`"),
        ("{type: int, ge: 1, gt: 0}", "give `ge` or `gt`, not both"),
        ("{type: int, le: 1, lt: 3}", "give `le` or `lt`, not both"),
        (
            "{type: str, min_length: 3, max_length: 2}",
            "no value is `min_length: 3` and `max_length: 2`",
        ),
        ('{type: decimal, ge: "2.0", le: "1.99"}', "no value is `ge: 2.0` and `le: 1.99`"),
        (
            "{type: timedelta, ge: PT2H, le: PT119M}",
            "no value is `ge: PT2H` and `le: PT119M`",
        ),
    ],
)
def test_constraints_that_do_not_fit(line: str, message: str) -> None:
    found = run(fields(f"f: {line}"))
    assert list(zip(found.codes, found.messages, strict=True)) == [("WSG203", message)]


ALIAS = "types:\n  Age: {type: int, gt: 0, le: 150}\n"


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("Age", {}),
        ("{type: Age, ge: 18}", {"ge": 18, "le": 150}),
        ("{type: Age, ge: 0}", {"gt": 0, "le": 150}),
        ("{type: Age, lt: 150}", {"gt": 0, "lt": 150}),
        ("{type: Age, le: 200}", {"gt": 0, "le": 150}),
        ("{type: Age, multiple_of: 2}", {"gt": 0, "le": 150, "multiple_of": 2}),
        ("{type: Age | None, le: 9}", {"gt": 0, "le": 9}),
    ],
)
def test_the_stricter_of_an_alias_and_its_field_holds(line: str, given: dict[str, int]) -> None:
    if given:
        assert constraints(line, ALIAS).given() == given
    else:
        assert run(ALIAS + fields(f"f: {line}")).codes == []


def test_a_field_may_not_contradict_its_alias() -> None:
    found = run(ALIAS + fields("f: {type: Age, ge: 151}"))
    assert found.messages == ["no value is `ge: 151` and `le: 150`"]
    assert str(found.diagnostics[0].span) == "schema.yaml:8:26"


def test_patterns_of_an_alias_and_its_field_do_not_add_up() -> None:
    types = "types:\n  Slug: {type: str, pattern: ^a, max_length: 5}\n"
    found = run(types + fields("f: {type: Slug, pattern: b$}"))
    assert found.messages == ["the type has a `pattern` already"]


def test_bounds_of_decimals_are_text_whichever_way_they_are_written() -> None:
    assert constraints('{type: decimal, ge: 0, lt: "10.50"}').given() == {"ge": "0", "lt": "10.50"}


def test_a_pattern_asks_for_max_length() -> None:
    found = run(fields("f: {type: str, pattern: ^a}"))
    assert found.codes == ["WSG207"]
    assert "max_length" in str(found.helps[0])


def test_a_pattern_may_get_its_length_from_the_field() -> None:
    found = run(
        "types:\n  Text: {type: str, max_length: 9}\n" + fields("f: {type: Text, pattern: ^a}")
    )
    assert found.codes == []


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z]+$",
        "^a{2,3}b{4}c{5,}$",
        r"^\d+(\.\d+)?$",
        r"^\w+@\w+\.\w+$",
        r"^[\w.-]+$",
        r"\bword\b",
        "(?:ab|cd)*",
        "a*?b+?c??",
        r"^\x41B$",
        r"[\]\[\\-]",
        "[^a-z]",
        r"\{\}",
        "^(a+|b)$",
        "(a+b?){2,5}",
        "",
    ],
)
def test_patterns_common_to_all_languages(pattern: str) -> None:
    assert pattern_problem(pattern, 20) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a)\1", "backreferences"),
        ("(?=a)", "look-around"),
        ("(?!a)", "look-around"),
        ("(?<=a)b", "look-around"),
        ("(?P<n>a)", "names"),
        ("(?<n>a)", "names"),
        ("(?i)a", "flags"),
        (r"\Aa\Z", "escape"),
        (r"\pL", "escape"),
        (r"\a", "escape"),
        (r"\0", "escape"),
        (r"\x4", "escape"),
        (r"\U00000041", "escape"),
        ("a++", "possessive"),
        ("a{2}+", "possessive"),
        ("[[:alpha:]]", "set within a set"),
        ("[a&&b]", "operation on sets"),
        ("[a--b]", "operation on sets"),
        ("[a||b]", "operation on sets"),
        ("[]a]", "starts with `]`"),
        ("[^]a]", "starts with `]`"),
        (r"[\b]", "no character"),
        ("a{,3}", "repeats nothing"),
        ("a{x}", "repeats nothing"),
        ("{", "repeats nothing"),
        ("}", "repeats nothing"),
        ("a{1001}", "more than 1000"),
        ("a{5,2000}", "more than 1000"),
        ("(", "not a regular expression"),
        ("[a", "not a regular expression"),
        ("*a", "not a regular expression"),
        ("a**", "not a regular expression"),
        ("[z-a]", "not a regular expression"),
        ("\\", "not a regular expression"),
    ],
)
def test_patterns_that_differ_or_explode(pattern: str, why: str) -> None:
    problem = pattern_problem(pattern, 20)
    assert problem is not None
    assert why in problem.message


@pytest.mark.parametrize(
    ("pattern", "python"),
    [
        ("^a$", r"^a\Z"),
        (r"a\$", r"a\$"),
        ("[$]$", r"[$]\Z"),
        (r"^\d$", r"(?a)^\d\Z"),
        ("a", "a"),
    ],
)
def test_the_end_is_the_very_end_in_python_too(pattern: str, python: str) -> None:
    assert python_pattern(pattern) == python
    re.compile(python)


@given(st.text(alphabet=r"ab01()[]{}\^$*+?.,|-:<=!dwsbxuP&~", max_size=20))
def test_any_pattern_gets_an_answer_and_a_good_one_compiles(pattern: str) -> None:
    if pattern_problem(pattern, 20) is None:
        re.compile(python_pattern(pattern))
