"""What is generated and committed is what the generator gives now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regenerate import EDITOR_SCHEMA, ROOT, schemas
from wsgen.cli import run
from wsgen.config import find_config
from wsgen.schema import json_schema, json_schema_text

COMMAND = "run: uv run poe generate"
PAIRS = [
    pytest.param(path, out, id=path.parent.relative_to(ROOT).as_posix())
    for path, out in schemas().items()
]


def test_there_are_samples_and_goldens() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in schemas()}
    assert folders == {"samples", "tests"}
    assert len(PAIRS) > 12


@pytest.mark.parametrize(("schema", "out"), PAIRS)
def test_a_committed_package_is_what_its_schema_gives(schema: Path, out: Path) -> None:
    assert run(["check", str(schema), "--out", str(out), "-q"]) == 0, COMMAND


def test_check_without_arguments_looks_at_every_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    hook = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "entry: uv run wsgen check\n" in hook
    config = find_config(ROOT)
    samples = [path for path in schemas() if path.is_relative_to(ROOT / "samples")]
    assert sorted(config.schemas) == samples
    assert run(["check"]) == 0, COMMAND


def test_the_editors_schema_is_what_the_models_say() -> None:
    assert EDITOR_SCHEMA.read_text(encoding="utf-8") == json_schema_text(json_schema()), COMMAND
