"""Types are a feature: four checkers accept what is right, and refuse each typical mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkers import CHECKERS, ROOT

pytestmark = pytest.mark.slow

HERE = ROOT / "tests" / "typing"
SEARCHED = [
    ROOT / "samples" / "chat",
    ROOT / "samples" / "live",
    ROOT / "tests" / "golden" / "pydantic_scalars" / "expected",
    ROOT / "tests" / "golden" / "pydantic_unions" / "expected",
]
NEGATIVE = sorted((HERE / "negative").glob("*.py"))


def marked(path: Path, checker: str) -> set[tuple[str, int]]:
    """The lines that a checker has to refuse: `# refused`, or `# refused by` that one alone."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        (path.name, number)
        for number, line in enumerate(lines, 1)
        if line.endswith(("# refused", f"# refused by {checker}"))
    }


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_accepts_what_is_right(checker: str) -> None:
    assert CHECKERS[checker](HERE / "positive", SEARCHED) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_refuses_each_mistake_where_it_stands(checker: str) -> None:
    expected = {place for path in NEGATIVE for place in marked(path, checker)}
    assert {file for file, _ in expected} == {path.name for path in NEGATIVE}
    found = CHECKERS[checker](HERE / "negative", SEARCHED)
    assert {(file, line) for file, line, _ in found} == expected
