"""I3 and I7: one schema gives the same bytes, wherever, whenever and by whomever it is built."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.output.folders import SCHEMA, build, check, contents

COMMON = "wsgen: 1\ntypes:\n  Text: {type: str, max_length: 9, doc: 'Größe, İstanbul, 名前'}\n"
IMPORTING = SCHEMA.replace("api: {name: chat}", "api: {name: chat}\nimports: {common: ./c.yaml}")
IMPORTING = IMPORTING.replace("text: str", "text: common.Text")


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "c.yaml").write_text(COMMON, encoding="utf-8")
    path = folder / "schema.yaml"
    path.write_text(IMPORTING)
    return path


def built(schema: Path | str, out: Path, *, cwd: Path, **environment: str) -> dict[str, bytes]:
    """The package that a process of its own makes."""
    done = subprocess.run(
        [sys.executable, "-m", "wsgen", "build", str(schema), "--out", str(out), "-q"],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return contents(out)


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
        {"PYTHONHASHSEED": "random", "LC_ALL": "C.UTF-8", "HOME": "/", "USER": "somebody"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONOPTIMIZE": "2"},
    ],
    ids=lambda environment: " ".join(f"{name}={value}" for name, value in environment.items()),
)
def test_i3_for_any_hash_seed_locale_and_user(
    environment: dict[str, str], schema: Path, tmp_path: Path
) -> None:
    assert build(schema) == 0
    made = built(schema, tmp_path / "out", cwd=tmp_path, **environment)
    assert {f"chat/{name}": data for name, data in contents(schema.parent / "chat").items()} == made


@pytest.mark.slow
def test_i3_for_any_way_to_the_schema(schema: Path, tmp_path: Path) -> None:
    folder = schema.parent
    (tmp_path / "linked").symlink_to(folder)
    (tmp_path / "other name").mkdir()
    (tmp_path / "other name" / "schema.yaml").symlink_to(schema)
    ways: list[tuple[Path | str, Path]] = [
        (schema, Path("/")),
        ("schema.yaml", folder),
        ("./schema.yaml", folder),
        ("here/schema.yaml", tmp_path),
        ("../here/../here/schema.yaml", folder),
        ("schema.yaml", tmp_path / "linked"),
        (tmp_path / "linked" / "schema.yaml", tmp_path),
        ("other name/schema.yaml", tmp_path),
    ]
    made = [
        built(way, tmp_path / f"out {number}", cwd=cwd) for number, (way, cwd) in enumerate(ways)
    ]
    assert all(each == made[0] for each in made)
    assert "chat/messages.py" in made[0]


def test_i3_for_a_schema_that_nobody_may_write(schema: Path, tmp_path: Path) -> None:
    assert build(schema) == 0
    before = contents(schema.parent / "chat")
    for path in (schema, schema.with_name("c.yaml")):
        path.chmod(0o444)
    (schema.parent).chmod(0o555)
    try:
        assert build(schema, "--out", str(tmp_path / "out")) == 0
    finally:
        (schema.parent).chmod(0o755)
    assert contents(tmp_path / "out" / "chat") == before


def test_i3_a_link_to_a_schema_is_as_good_as_the_schema(schema: Path, tmp_path: Path) -> None:
    """Its imports lie beside the file itself, its package beside the link."""
    link = tmp_path / "elsewhere" / "api.yaml"
    link.parent.mkdir()
    link.symlink_to(schema)
    assert build(link) == 0
    assert check(link) == 0
    assert (link.parent / "chat" / "c.py").exists()
    assert not (schema.parent / "chat").exists()


def test_i7_nothing_is_said_of_the_machine_or_the_day(schema: Path) -> None:
    assert build(schema) == 0
    text = b"".join(contents(schema.parent / "chat").values()).decode()
    assert str(schema.parent) not in text
    assert not re.search(r"\b20[0-9]{2}-[0-9]{2}", text)
    for name in ("USER", "LOGNAME", "HOSTNAME"):
        found = os.environ.get(name, "")
        assert len(found) < 5 or found not in text
