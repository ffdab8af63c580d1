"""Golden cases: a folder with a schema, and the exact text of everything that is found in it.

After a change that is meant: `WSGEN_GOLDEN=write uv run pytest tests/generator/test_cases.py`, and
read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.generator.support import run_file

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(each for each in FOLDER.iterdir() if each.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings_read_as_agreed(case: Path) -> None:
    found = run_file(case / "schema.yaml").rendered
    golden = case / "stderr.txt"
    if os.environ.get("WSGEN_GOLDEN") == "write":
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    assert found


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
