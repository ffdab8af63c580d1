"""Defaults: Python's literals, or for types that travel as text what travels."""

from __future__ import annotations

import pytest
from tests.generator.support import field_of, fields, run

TYPES = """\
types:
  Role: {enum: [member, owner]}
  Mood: {enum: [good, bad], open: true}
  Level: {enum: {LOW: 1, HIGH: 2}}
  Short: {type: str, max_length: 3}
  Slug: {type: str, pattern: "^a$", max_length: 5}
  Key: {union: [int, str]}
  User: {fields: {name: str}}
"""


@pytest.mark.parametrize(
    "line",
    [
        'str = "a"',
        "int = 18446744073709551615",
        "float = 1",
        "float = -1.5",
        "bool = False",
        'uuid = "00000000-0000-0000-0000-000000000000"',
        'decimal = "1.50"',
        "decimal = 5",
        'date = "2026-01-31"',
        'datetime = "2026-01-31T12:30:00+02:00"',
        'time = "12:30:00"',
        'time = "12:30:00.5+02:00"',
        'timedelta = "PT30S"',
        'bytes = "aGk="',
        "any = [1, {'a': None}]",
        "str | None = None",
        "list[int] = []",
        "list[Role] = ['member']",
        "dict[str, int] = {'a': 1}",
        "Literal['a', 1] = 1",
        "Role = 'member'",
        "Mood = 'unheard of'",
        "Level = 2",
        "Short = 'abc'",
        "Key = 5",
        "Key = 'five'",
        "User | None = None",
        "list[User] = []",
        "int | str = 5",
        "{type: float, multiple_of: 0.1, default: 0.3}",
        "{type: timedelta, le: PT1H, default: PT60M}",
        "{type: str, default: text}",
        '{type: str, default: "5"}',
        "{type: int, default: 5}",
        "{type: int | None, default: null}",
        "{type: 'list[int]', default: [1, 2]}",
        "{type: Slug, default: a}",
    ],
)
def test_defaults_that_fit(line: str) -> None:
    # A value in braces is the long form; the others stand in quotes for YAML's sake.
    written = line if line.startswith("{") else "'" + line.replace("'", "''") + "'"
    found = run(TYPES + fields(f"f: {written}"))
    assert field_of(found.good, "Say", "f").has_default


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("str = 5", "expected text in quotes"),
        ('int = "5"', "expected a whole number"),
        ("int = 5.0", "expected a whole number"),
        ("int = True", "expected a whole number"),
        ("int = 18446744073709551616", "expected a number from −2⁶³ to 2⁶⁴−1"),
        ("float = True", "expected a number"),
        ("float = 1e999", "expected a finite number"),
        ("bool = 1", "expected True or False"),
        ('uuid = "0"', "expected a UUID such as `00000000-0000-0000-0000-000000000000` in quotes"),
        ('decimal = "1e5"', "expected a decimal number such as `12.50` in quotes"),
        ("decimal = 1.5", "expected a decimal in quotes"),
        ('date = "2026-02-30"', "day is out of range for month"),
        (
            'datetime = "2026-01-31 12:30"',
            "expected a moment with a zone, such as `2026-01-31T12:30:00Z`",
        ),
        ('time = "25:00:00"', "hour must be in 0..23"),
        ('timedelta = "30s"', "expected a duration such as `PT30S` or `P1DT12H`"),
        ('bytes = "a"', "expected base64, padded"),
        ('bytes = "ä"', "expected base64, padded"),
        ("any = 1e999", "expected a finite number"),
        ("any = [{'a': 1e999}]", "expected a finite number"),
        ("str = None", "expected text in quotes"),
        ("list[int] = ['a']", "expected a whole number"),
        ("list[int] = {}", "expected a list"),
        ("dict[str, int] = []", "expected a dict"),
        ("Literal['a', 1] = True", "expected one of 'a', 1"),
        ("Role = 'admin'", "expected one of 'member', 'owner'"),
        ("Mood = 5", "expected one of 'good', 'bad'"),
        ("Level = 'LOW'", "expected one of 1, 2"),
        ("Short = 'abcd'", "longer than 3"),
        ("Key = 1.5", "expected a value of one of the union's types"),
        ("User = {}", "a record or message cannot be a default; use `| None = None`"),
        (
            '{type: time, ge: "08:00:00", default: "12:30:00Z"}',
            "expected a time without a zone, like its bounds",
        ),
        ('{type: time, default: "12:30"}', "expected a time such as `12:30:00`"),
        ("{type: int, ge: 5, default: 4}", "not ge 5"),
        ("{type: int, gt: 5, default: 5}", "not gt 5"),
        ("{type: int, lt: 5, default: 5}", "not lt 5"),
        ("{type: float, multiple_of: 0.1, default: 0.35}", "not multiple_of 0.1"),
        ("{type: str, min_length: 2, default: a}", "shorter than 2"),
        ("{type: bytes, max_length: 1, default: aGk=}", "longer than 1"),
        ("{type: 'list[int]', max_length: 1, default: [1, 2]}", "longer than 1"),
        ('{type: Slug, default: "a\\n"}', "does not match the pattern"),
        ("{type: str, default: 5}", "expected text in quotes"),
        ("{type: str, default: on, max_length: 1}", "longer than 1"),
    ],
)
def test_defaults_that_do_not_fit(line: str, why: str) -> None:
    written = line if line.startswith("{") else "'" + line.replace("'", "''") + "'"
    found = run(TYPES + fields(f"f: {written}"))
    assert list(zip(found.codes, found.messages, strict=True)) == [
        ("WSG202", f"the default does not fit: {why}")
    ]


def test_two_defaults() -> None:
    assert run(fields("f: {type: int = 1, default: 2}")).messages == ["two defaults"]


def test_a_field_that_may_be_absent_has_no_default() -> None:
    found = run(fields("f?: int = 1"))
    assert found.messages == ["a field that may be absent has no default"]


def test_the_place_is_the_default_itself() -> None:
    found = run(fields("f: int = 'x'"))
    assert str(found.diagnostics[0].span) == "schema.yaml:6:16"
