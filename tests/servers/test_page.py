"""docs/servers.md says what the tests say, and every check has a test."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.servers.deviations import DEVIATIONS
from tests.servers.matrix import CHECKS
from tests.servers.page import COMMAND, PAGE, with_tables
from tests.servers.processes import COMMANDS

SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
)


def test_the_page_has_the_tables_of_the_tests() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_tables(text), f"docs/servers.md is not up to date: {COMMAND}"


def test_every_check_has_one_test() -> None:
    marked = Counter(re.findall(r'^@check\(\s*"([^"]+)"', SOURCES, re.MULTILINE))
    assert marked == Counter(CHECKS.keys())


@pytest.mark.parametrize("name", COMMANDS)
def test_deviations_are_of_checks(name: str) -> None:
    assert DEVIATIONS[name].keys() <= CHECKS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_notes_on_every_server(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"**{COMMANDS[name].package}" in text
