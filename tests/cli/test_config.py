"""Where settings are found, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from wsgen.cli import run
from wsgen.config import BadConfig, Config, find_config, read_config

SCHEMA = "wsgen: 1\napi: {name: NAME}\nhandlers:\n  e: {kind: stream, path: /, from_server: str}\n"


def test_without_any(tmp_path: Path) -> None:
    assert find_config(tmp_path) == Config()


def test_in_pyproject(tmp_path: Path) -> None:
    text = '[tool.wsgen]\nschemas = ["a.yaml", "b/c.yaml"]\nout = "src"\nhandlers = "app"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    deep = tmp_path / "x" / "y"
    deep.mkdir(parents=True)
    found = find_config(deep)
    assert found.schemas == (tmp_path / "a.yaml", tmp_path / "b" / "c.yaml")
    assert found.out == tmp_path / "src"
    assert found.handlers == tmp_path / "app"


def test_in_a_file_of_its_own_which_goes_first(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.wsgen]\nschemas = ["a.yaml"]\n')
    (tmp_path / "wsgen.toml").write_text('schemas = "b.yaml"\n')
    assert find_config(tmp_path) == Config(schemas=(tmp_path / "b.yaml",))


def test_a_pyproject_without_a_table_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "wsgen.toml").write_text('schemas = ["b.yaml"]\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.other]\n")
    assert find_config(inner).schemas == (tmp_path / "b.yaml",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("schema = 'a.yaml'", "unknown key `schema`"),
        ("schemas = 3", "a list of paths"),
        ("schemas = ['a', 3]", "a list of paths"),
        ("out = ['a']", "`out` is a path"),
        ("out = ", "wsgen.toml"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "wsgen.toml"
    path.write_text(text)
    with pytest.raises(BadConfig, match=problem):
        read_config(path)


def test_a_table_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool]\nwsgen = 3\n")
    with pytest.raises(BadConfig, match="not a table"):
        read_config(path)
    path.write_text("")
    with pytest.raises(BadConfig, match="there is no"):
        read_config(path)


def test_build_and_check_follow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wsgen.toml").write_text('schemas = ["a.yaml", "b.yaml"]\nout = "src"\n')
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(SCHEMA.replace("NAME", name))
    deep = tmp_path / "docs"
    deep.mkdir()
    monkeypatch.chdir(deep)
    assert run(["build"]) == 0
    assert run(["check"]) == 0
    assert sorted(each.name for each in (tmp_path / "src").iterdir()) == ["a", "b"]
    assert run(["routes"]) == 2
    assert "which schema?" in capsys.readouterr().err


def test_another_one_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(SCHEMA.replace("NAME", "a"))
    (tmp_path / "other.toml").write_text('schemas = ["a.yaml"]\nout = "elsewhere"\n')
    monkeypatch.chdir(tmp_path)
    assert run(["build", "--config", "other.toml", "-q"]) == 0
    assert (tmp_path / "elsewhere" / "a").is_dir()


def test_a_wrong_one_is_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wsgen.toml").write_text("nonsense = 1\n")
    monkeypatch.chdir(tmp_path)
    assert run(["build"]) == 2
    assert "unknown key `nonsense`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('schemas = ["a\\u0000b"]\n', "`schemas` is a list of paths"),
        ('out = "a\\u0000b"\n', "`out` is a path"),
        ('handlers = "a\\u0000b"\n', "`handlers` is a path"),
        (f"schemas = {'[' * 3000}{']' * 3000}\n", "nested too deeply"),
    ],
)
@pytest.mark.parametrize("command", ["build", "check", "scaffold"])
def test_one_that_no_system_could_follow_is_2(
    command: str,
    text: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "wsgen.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert run([command]) == 2
    assert why in capsys.readouterr().err
