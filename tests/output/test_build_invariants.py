"""What holds of the files that a build leaves, whatever happens: I1 to I9 of the design."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wsgen.cli import run
from wsgen.output import apply as apply_module

SCHEMA = """\
wsgen: 1
api: {name: chat}
messages:
  Say: {fields: {text: str}}
handlers:
  room: {kind: listener, path: /room, from_client: [Say]}
  echo: {kind: websocket, path: /echo, from_client: str}
"""
SMALLER = SCHEMA.replace("  echo: {kind: websocket, path: /echo, from_client: str}\n", "").replace(
    "text: str", "text: str, loud: bool = False"
)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.yaml"
    path.write_text(SCHEMA)
    return path


def build(schema: Path, *options: str) -> int:
    return run(["build", str(schema), "-q", *options])


def check(schema: Path) -> int:
    return run(["check", str(schema), "-q"])


def contents(package: Path) -> dict[str, bytes]:
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file()
    }


class TestASecondBuild:
    """I1"""

    def test_writes_nothing(self, schema: Path) -> None:
        assert build(schema) == 0
        package = schema.parent / "chat"
        before = {path: path.stat().st_mtime_ns for path in package.rglob("*")}
        assert build(schema) == 0
        assert run(["build", str(schema)]) == 0
        assert {path: path.stat().st_mtime_ns for path in package.rglob("*")} == before

    def test_writes_only_what_changed(self, schema: Path) -> None:
        build(schema)
        package = schema.parent / "chat"
        before = {path: path.stat().st_mtime_ns for path in package.rglob("*.py")}
        schema.write_text(SCHEMA.replace("text: str", "text: str, loud: bool = False"))
        build(schema)
        changed = [p.name for p, time in before.items() if p.stat().st_mtime_ns != time]
        assert changed == ["messages.py"]

    def test_leaves_files_alone_that_differ_in_line_ends_alone(self, schema: Path) -> None:
        build(schema)
        path = schema.parent / "chat" / "messages.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert check(schema) == 0
        build(schema)
        assert b"\r\n" in path.read_bytes()


class TestCheck:
    """I2"""

    def test_is_content_after_a_build(self, schema: Path) -> None:
        build(schema)
        assert check(schema) == 0

    @pytest.mark.parametrize("name", ["messages.py", "handlers/room.py", "_wsgen.json"])
    def test_finds_what_was_changed(
        self, schema: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build(schema)
        path = schema.parent / "chat" / name
        path.write_text(path.read_text() + "\n# more\n")
        assert check(schema) == 1
        out = capsys.readouterr().out
        assert "WSG903" in out
        assert f"chat/{name}" in out

    def test_finds_what_is_missing_or_stale(
        self, schema: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build(schema)
        schema.write_text(SMALLER)
        (schema.parent / "chat" / "py.typed").unlink()
        assert check(schema) == 1
        out = capsys.readouterr().out
        assert "/chat/py.typed` is missing\n" in out
        assert "/chat/handlers/echo.py` is no longer generated\n" in out


class TestTheSameBytes:
    """I3, I7"""

    @pytest.mark.slow
    def test_come_out_for_any_hash_seed_folder_and_locale(
        self, schema: Path, tmp_path: Path
    ) -> None:
        made: list[dict[str, bytes]] = []
        for number, (seed, locale, folder) in enumerate(
            [("0", "C", "/"), ("1", "C.UTF-8", str(tmp_path)), ("4711", "POSIX", "/tmp")]
        ):
            out = tmp_path / str(number)
            environment = {
                **os.environ,
                "PYTHONHASHSEED": seed,
                "LC_ALL": locale,
                "TZ": "Asia/Tokyo",
            }
            subprocess.run(
                [sys.executable, "-m", "wsgen", "build", str(schema), "--out", str(out), "-q"],
                cwd=folder,
                env=environment,
                check=True,
            )
            made.append(contents(out))
        assert made[0] == made[1] == made[2]

    def test_say_nothing_of_the_machine_or_the_day(self, schema: Path) -> None:
        build(schema)
        text = b"".join(contents(schema.parent / "chat").values()).decode()
        assert str(schema.parent) not in text
        assert not re.search(r"\b20[0-9]{2}-[0-9]{2}", text)
        for name in ("USER", "LOGNAME", "HOSTNAME"):
            found = os.environ.get(name, "")
            assert len(found) < 5 or found not in text


class TestAFailure:
    """I4"""

    @pytest.mark.parametrize("step", range(1, 9))
    def test_to_replace_a_file_leaves_the_old_ones(
        self, schema: Path, step: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(schema)
        package = schema.parent / "chat"
        before = contents(package)
        schema.write_text(SMALLER)
        replace, calls = os.replace, iter(range(1, 100))

        def failing(source: Path, target: Path) -> None:
            if next(calls) == step:
                raise OSError(28, "No space left on device", str(target))
            replace(source, target)

        monkeypatch.setattr(apply_module.os, "replace", failing)
        code = build(schema)
        monkeypatch.undo()
        if code:
            assert code == 2
            assert contents(package) == before
        assert build(schema) == 0
        assert check(schema) == 0

    def test_of_a_first_build_leaves_nothing(
        self, schema: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def failing(source: Path, target: Path) -> None:
            raise OSError(13, "Permission denied", str(target))

        monkeypatch.setattr(apply_module.os, "replace", failing)
        assert build(schema) == 2
        assert "Permission denied" in capsys.readouterr().err
        assert not (schema.parent / "chat").exists()

    @pytest.mark.parametrize("step", range(1, 8))
    def test_that_kills_leaves_each_file_old_or_new_and_the_next_build_repairs(
        self, schema: Path, step: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(schema)
        package = schema.parent / "chat"
        old = contents(package)
        schema.write_text(SMALLER)
        run(["build", str(schema), "--out", str(schema.parent / "new"), "-q"])
        new = contents(schema.parent / "new" / "chat")
        pid = os.fork()
        if pid == 0:  # pragma: no cover
            replace, calls = os.replace, iter(range(1, 100))

            def deadly(source: Path, target: Path) -> None:
                if next(calls) == step:
                    os._exit(9)
                replace(source, target)

            apply_module.os.replace = deadly  # type: ignore[assignment]
            os._exit(build(schema))
        os.waitpid(pid, 0)
        for name, data in contents(package).items():
            if not name.rpartition("/")[2].startswith("."):
                assert data in {old.get(name), new.get(name)}
        assert build(schema) == 0
        assert contents(package) == new

    def test_to_compile_writes_nothing(self, schema: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """I6"""
        from wsgen.render import render

        monkeypatch.setattr(render, "header", lambda source, **_: render.Code("def ):\n"))
        assert build(schema) == 3
        assert not (schema.parent / "chat").exists()


class TestFilesOfOthers:
    """I5"""

    @pytest.mark.parametrize("name", ["messages.py", "handlers/room.py", "py.typed", "_wsgen.json"])
    def test_are_not_written_over(
        self, schema: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = schema.parent / "chat" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine = True\n")
        assert build(schema) == 1
        assert "WSG901" in capsys.readouterr().out
        assert contents(schema.parent / "chat") == {name: b"mine = True\n"}

    def test_are_not_removed(self, schema: Path) -> None:
        package = schema.parent / "chat"
        build(schema)
        (package / "handlers" / "mine.py").write_text("mine = True\n")
        (package / "notes.txt").write_text("# Generated by wsgen from memory\n")
        schema.write_text(SMALLER)
        build(schema)
        assert (package / "handlers" / "mine.py").read_text() == "mine = True\n"
        assert (package / "notes.txt").exists()
        assert not (package / "handlers" / "echo.py").exists()
        assert check(schema) == 0

    def test_stop_neither_build_nor_check_where_they_are_in_nobodys_way(self, schema: Path) -> None:
        build(schema)
        (schema.parent / "chat" / "mine.py").write_text("mine = True\n")
        assert build(schema) == 0
        assert run(["build", str(schema)]) == 0
        assert check(schema) == 0

    @pytest.mark.parametrize("name", ["chat", "chat/handlers", "chat/messages.py"])
    def test_are_not_reached_through_links(
        self, schema: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        other = tmp_path / "other"
        if name.endswith(".py"):
            other.write_text("# Generated by wsgen from memory\n")
        else:
            other.mkdir()
        link = schema.parent / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(other)
        assert build(schema) == 1
        assert "WSG902" in capsys.readouterr().out
        assert other.is_file() or not list(other.iterdir())

    def test_may_be_in_the_way_as_folders(
        self, schema: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (schema.parent / "chat" / "messages.py").mkdir(parents=True)
        assert build(schema) == 1
        assert "WSG901" in capsys.readouterr().out

    def test_may_be_in_the_way_of_folders(
        self, schema: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (schema.parent / "chat").write_text("")
        assert build(schema) == 1
        assert "WSG901" in capsys.readouterr().out


class TestStaleFiles:
    """I5"""

    def test_are_removed_with_their_folder(self, schema: Path) -> None:
        build(schema)
        package = schema.parent / "chat"
        left = (package / "handlers" / "left.py", package / "left.py")
        for path in left:
            path.write_text("# Generated by wsgen from schema.yaml. Do not edit\n")
        assert check(schema) == 1
        assert run(["build", str(schema)]) == 0
        assert not any(path.exists() for path in left)


class TestMergeConflicts:
    """I8"""

    @pytest.mark.parametrize("name", ["messages.py", "_wsgen.json", "handlers/room.py"])
    def test_do_not_stop_a_build(self, schema: Path, name: str) -> None:
        build(schema)
        package = schema.parent / "chat"
        before = contents(package)
        path = package / name
        text = path.read_text()
        path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
        assert run(["build", str(schema)]) == 0
        assert contents(package) == before


class TestTheNetwork:
    """I9"""

    def test_is_not_used(self, schema: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a build opened a socket")

        monkeypatch.setattr(socket, "socket", refuse)
        assert build(schema) == 0


class TestTheManifest:
    def test_names_generator_inputs_and_files(self, schema: Path) -> None:
        build(schema)
        package = schema.parent / "chat"
        manifest = json.loads((package / "_wsgen.json").read_text())
        assert manifest["generator"].startswith("wsgen ")
        assert manifest["language"] == 1
        assert list(manifest["inputs"]) == ["schema.yaml"]
        assert manifest["files"].keys() == contents(package).keys() - {"_wsgen.json"}

    def test_of_a_later_wsgen_stops_build_and_check(
        self, schema: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build(schema)
        path = schema.parent / "chat" / "_wsgen.json"
        path.write_text(re.sub(r"wsgen [0-9.]+", "wsgen 99.0.0", path.read_text()))
        before = contents(schema.parent / "chat")
        assert build(schema) == 2
        assert check(schema) == 2
        assert "99.0.0" in capsys.readouterr().err
        assert contents(schema.parent / "chat") == before
