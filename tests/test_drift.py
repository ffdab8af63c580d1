"""What is generated and committed is what the generator gives now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regenerate import EDITOR_SCHEMA, ROOT, schemas
from tests.rules_page import GROUPS, RULES_PAGE, rules_page
from wsgen.cli import run
from wsgen.config import find_config
from wsgen.diagnostics import RULES
from wsgen.schema import json_schema, json_schema_text

COMMAND = "run: uv run poe generate"
PAIRS = [
    pytest.param(path, out, id=path.parent.relative_to(ROOT).as_posix())
    for path, out in schemas().items()
]


def test_there_are_samples_and_tests() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in schemas()}
    assert folders == {"samples", "tests"}
    assert len(PAIRS) > 3


@pytest.mark.parametrize(("schema", "out"), PAIRS)
def test_a_committed_package_is_what_its_schema_gives(schema: Path, out: Path) -> None:
    assert run(["check", str(schema), "--strict", "--out", str(out), "-q"]) == 0, COMMAND


def test_check_without_arguments_looks_at_every_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    hook = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "entry: uv run wsgen check\n" in hook
    config = find_config(ROOT)
    samples = [path for path in schemas() if path.is_relative_to(ROOT / "samples")]
    assert sorted(config.schemas) == samples
    assert run(["check", "--strict"]) == 0, COMMAND


def test_the_editors_schema_is_what_the_models_say() -> None:
    assert EDITOR_SCHEMA.read_text(encoding="utf-8") == json_schema_text(json_schema()), COMMAND


def test_the_page_of_rules_is_what_the_rules_say() -> None:
    assert RULES_PAGE.read_text(encoding="utf-8") == rules_page(), COMMAND
    assert {code[:4] for code in RULES} == set(GROUPS)
