"""Every cell of the table is what happens; `docs/comparison.md` is the table.

Applications stand in `in_wsgen.py`, `in_litestar.py`, `in_fastapi.py` and `in_chanx.py`; what is
asked of them in `messages.py`, `connections.py` and `contracts.py`.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.comparison import connections, contracts, messages
from tests.comparison.sides import PROBES, SIDES
from tests.comparison.table import COLUMNS, NOT_TESTED, ROWS, markdown

from wsgen.pipeline import build

PROBED = (connections, contracts, messages)
"""Importing them fills `PROBES`."""
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLE = re.compile(r"<!-- comparison -->\n(.*?)<!-- /comparison -->\n", re.DOTALL)
CELLS = [
    pytest.param(key, name, id=f"{key}-{name}")
    for key, row in ROWS.items()
    for name, cell in row.cells.items()
    if cell != NOT_TESTED
]


@pytest.mark.parametrize(("key", "name"), CELLS)
async def test_what_the_table_says_is_what_happens(key: str, name: str) -> None:
    assert await PROBES[key, name](SIDES[name]) == ROWS[key].cells[name]


def test_whatever_is_shown_is_told_and_nothing_else() -> None:
    assert sorted(PROBES) == sorted((str(each.values[0]), str(each.values[1])) for each in CELLS)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_releases_named_are_those_that_were_run(name: str) -> None:
    assert COLUMNS[name].split() == [name, version(name.lower())]


def test_the_document_has_the_table() -> None:
    text = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    assert TABLE.findall(text) == [markdown()]


def test_rows_that_the_readme_copies_are_those_of_the_table() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (copy,) = TABLE.findall(text)
    lines = copy.splitlines(keepends=True)
    assert len(lines) > 8
    assert [each for each in lines if each not in markdown()] == []


def test_the_package_is_what_the_schema_says_now() -> None:
    outcome = build(HERE / "schema.yaml", "schema.yaml", None)
    assert outcome.changes is not None
    stale = [str(each) for each in outcome.changes.paths]
    assert stale == [], "run: wsgen build tests/comparison/schema.yaml"
