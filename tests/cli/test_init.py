"""`wsgen init`: a project that is whole, whose own tests pass, in a folder that was empty."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.checkers import CHECKERS

from wsgen.cli import run

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    ".github/workflows/ci.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "app.py",
    "pyproject.toml",
    "schema.yaml",
    "tests/test_app.py",
    "wsgen.schema.json",
}


def files_below(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


def python(folder: Path, *arguments: str) -> str:
    """What a module says in the folder of a project."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("projects") / "my-chat"
    assert run(["init", str(folder)]) == 0
    return folder


def test_a_project_has_everything_and_its_package(project: Path) -> None:
    found = {each for each in files_below(project) if "cache" not in each}
    assert found >= FILES
    assert {each.split("/")[0] for each in found - FILES} == {"my_chat"}
    assert {"my_chat/_wsgen.json", "my_chat/handlers/greeter.py"} <= found


def test_what_to_do_next_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "our chat"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "our_chat: 18 files; next: cd 'our chat' && pip install -e \".[dev]\" && pytest\n"
    )


def test_an_empty_repository_becomes_a_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "talk"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert run(["init"]) == 0
    assert files_below(folder) >= FILES
    assert capsys.readouterr().err.startswith("talk: 18 files; next: pip install")


def test_a_folder_with_something_in_it_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)]) == 2
    assert "notes.txt is in the way" in capsys.readouterr().err
    assert files_below(tmp_path) == {"notes.txt"}


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path / "notes")]) == 2
    assert "Not a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("1st", "`1st` is not a name: letters, digits and `_`, a letter first"),
        ("class", "`class` is a word of Python"),
        ("asyncio", "`asyncio` is a module of Python"),
        ("app", "`app` is the module of the application"),
        ("demo.", "`demo_` ends with `_`"),
        ("msgspec", "the library `msgspec`"),
        ("wsgen-runtime", "the library `wsgen_runtime`"),
        ("hatchling", "`hatchling` is what builds it"),
        ("websockets", "`websockets` is what uvicorn imports"),
        ("jinja2", "`jinja2` is what wsgen imports"),
    ],
)
def test_a_name_that_no_package_may_have_is_refused(
    name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / name)]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_the_package_is_what_the_schema_gives(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project / "tests")  # the configuration is found from anywhere in it
    assert run(["check", "--strict", "-q"]) == 0
    assert capsys.readouterr().out == ""


def test_an_editor_knows_the_schema(project: Path) -> None:
    text = (project / "schema.yaml").read_text(encoding="utf-8")
    modeline = text.splitlines()[0]
    assert modeline in (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")
    name = modeline.removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((project / name).read_text(encoding="utf-8"))
    errors: list[Any] = list(Draft202012Validator(schema).iter_errors(yaml.safe_load(text)))
    assert errors == []


@pytest.mark.slow
def test_its_own_tests_pass(project: Path) -> None:
    assert "3 passed" in python(
        project, "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider"
    )


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, project: Path) -> None:
    assert CHECKERS[checker](project, [project]) == set()


@pytest.mark.slow
def test_ruff_has_nothing_to_say(project: Path) -> None:
    python(project, "ruff", "check", "--no-cache")
    python(project, "ruff", "format", "--check", "--no-cache")


@pytest.mark.slow
def test_its_hook_is_one_for_pre_commit(project: Path) -> None:
    python(project, "pre_commit", "validate-config")
    (repo,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    (hook,) = repo["hooks"]
    assert hook["entry"] == "wsgen check --strict"
