"""docs/commands.md and the tests: each invariant of the output has its tests, by number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TEXT = (HERE.parents[1] / "docs" / "commands.md").read_text(encoding="utf-8")
NAMES = [
    node.name
    for path in sorted(HERE.glob("test_*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_i")
]
TESTED = {int(found[1]) for name in NAMES if (found := re.match(r"test_i(\d+)_", name))}


def test_the_invariants_stand_in_order() -> None:
    assert re.findall(r"^- \*\*I(\d+)\*\* ", TEXT, re.MULTILINE) == list("123456789")


@pytest.mark.parametrize("number", range(1, 10))
def test_each_has_a_test(number: int) -> None:
    assert number in TESTED


def test_no_test_names_one_that_is_not_there() -> None:
    assert not TESTED - set(range(1, 10))
