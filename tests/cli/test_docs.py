"""docs/commands.md names every option, and docs/generated-code.md shows what is generated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wsgen.cli import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")
GENERATED = (DOCS / "generated-code.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", GENERATED, re.MULTILINE | re.DOTALL)


def help_of(*command: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run([*command, "--help"]) == 0
    return capsys.readouterr().out


def test_every_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    listed = help_of(capsys=capsys).split("Commands:")[1]
    for command in re.findall(r"^  (\w+)", listed, re.MULTILINE):
        assert f"wsgen {command}" in COMMANDS


@pytest.mark.parametrize("command", ["build", "check"])
def test_every_option_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option in re.findall(r"--[a-z-]+", help_of(command, capsys=capsys)):
        assert option in COMMANDS or option == "--help"


def test_no_option_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    known = help_of("build", capsys=capsys) + help_of("check", capsys=capsys) + "--version"
    for option in re.findall(r"--[a-z][a-z-]+", COMMANDS):
        assert option in known


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    (schema,) = re.findall(r"^```yaml\n(.*?)^```$", GENERATED, re.MULTILINE | re.DOTALL)
    (folder / "schema.yaml").write_text(schema)
    assert run(["build", str(folder / "schema.yaml"), "-q"]) == 0
    return folder


@pytest.mark.parametrize(("name", "code"), BLOCKS)
def test_generated_code_is_as_shown(package: Path, name: str, code: str) -> None:
    assert code in (package / name).read_text()


def test_every_generated_file_is_listed(package: Path) -> None:
    for path in (package / "hello").glob("*"):
        if path.is_file():
            assert f"`{path.name}`" in GENERATED
