"""docs/contract.md and the tests: no statement without a test, and no test without a statement.

The number of a statement stands in the names of its tests: `test_b45_…` proves statement 45.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs" / "contract.md"
TEXT = DOC.read_text(encoding="utf-8")
NUMBERS = [*range(1, 80)]
"""Statements of the contract."""

STATEMENT = re.compile(r"^\*\*(\d+)\. ([^*]+)\.\*\* ((?:.+\n)*?.*)\[\^(\d+)\]$", re.MULTILINE)
FOOTNOTE = re.compile(r"^\[\^(\d+)\]: (.+(?:\n {4}.+)*)$", re.MULTILINE)
LINK = re.compile(r"\[`(test_b(\d+)_\w+)`\]\(([^)]+)\)")

STATEMENTS = {int(number): (title, text) for number, title, text, _ in STATEMENT.findall(TEXT)}
FOOTNOTES = {int(number): LINK.findall(links) for number, links in FOOTNOTE.findall(TEXT)}


def names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.startswith("test_"):
                    yield name
            case _:
                pass


TESTS = {path: set(names_in(path)) for path in sorted((ROOT / "tests").rglob("test_*.py"))}


def numbered() -> Iterator[tuple[int, str]]:
    """The tests that name a statement, wherever they are."""
    for path, names in TESTS.items():
        for name in sorted(names):
            if found := re.match(r"test_b(\d+)_", name):
                yield int(found[1]), f"{path.relative_to(ROOT)}::{name}"


def test_every_statement_is_there_in_order() -> None:
    assert list(STATEMENTS) == NUMBERS
    assert len(STATEMENT.findall(TEXT)) == len(NUMBERS)  # none twice


def test_statements_point_to_their_own_footnote() -> None:
    assert all(number == note for number, _, _, note in STATEMENT.findall(TEXT))
    assert list(FOOTNOTES) == NUMBERS
    assert len(FOOTNOTE.findall(TEXT)) == len(NUMBERS)


def test_groups_are_those_of_the_contract_in_order() -> None:
    assert re.findall(r"^## ([A-Z])\. ", TEXT, re.MULTILINE) == list("ABCDEFGHIJKTU")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_statement_says_something_and_has_tests_that_exist(number: int) -> None:
    title, text = STATEMENTS[number]
    assert len(title) <= 90
    assert len(text) > 30
    links = FOOTNOTES[number]
    assert links, f"no test proves statement {number}: {title}"
    for name, of, target in links:
        path = (DOC.parent / target).resolve()
        assert int(of) == number, f"{name} is of another statement"
        assert name in TESTS.get(path, ()), f"there is no {name} in {target}"


def test_a_footnote_is_nothing_but_links_to_tests() -> None:
    for number, links in FOOTNOTE.findall(TEXT):
        assert LINK.sub("", links).replace(",", "").split() == [], number


def test_every_test_that_names_a_statement_names_one_that_is_there() -> None:
    unknown = [where for number, where in numbered() if number not in STATEMENTS]
    assert unknown == []


def test_every_statement_has_a_test_that_names_it() -> None:
    assert {number for number, _ in numbered()} >= set(NUMBERS)


def test_no_line_of_prose_is_too_long() -> None:
    prose = TEXT[: TEXT.index("\n[^1]: ")]
    long = [line for line in prose.splitlines() if len(line) > 125 and not line.startswith("|")]
    assert long == []
