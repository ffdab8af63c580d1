"""`wsgen scaffold`: exit codes, where handlers are looked for, and what is never touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wsgen.cli import run

SCHEMA = """\
wsgen: 1
api: {name: chat}
messages: {Say: {}, Said: {}}
handlers:
  room: {kind: listener, path: /room, from_client: [Say]}
  echo: {kind: websocket, path: /echo, from_client: str, from_server: str}
"""
ROOM = """\
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    pass
"""
STUB = "    async def on_say(self, message: m.Say, /) -> None:\n        raise NotImplementedError\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    (project / "schema.yaml").write_text(SCHEMA)
    return project


class TestWithoutOptions:
    def test_shows_a_diff_and_writes_nothing(self, folder: Path, capsys: Capture) -> None:
        assert run(["scaffold"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("--- /dev/null\n+++ b/handlers.py\n@@ ")
        assert err.startswith("chat: 2 handlers → 1 file to begin in ")
        assert not (folder / "handlers.py").exists()

    def test_says_what_is_left_over_on_stderr(self, folder: Path, capsys: Capture) -> None:
        (folder / "app.py").write_text(ROOM.replace("room", "lobby").replace("Room", "Lobby"))
        assert run(["scaffold", "-q"]) == 1
        out, err = capsys.readouterr()
        assert out.startswith("---")
        assert err.startswith("app.py:4:7: error[WSG702] ")


class TestWrite:
    def test_completes_where_a_class_stands_and_begins_the_others(
        self, folder: Path, capsys: Capture
    ) -> None:
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "app.py").write_text(ROOM)
        assert run(["scaffold", "--write"]) == 0
        assert STUB in (folder / "deep" / "er" / "app.py").read_text()
        assert "class Echo(EchoHandler):" in (folder / "handlers.py").read_text()
        assert "Room" not in (folder / "handlers.py").read_text()
        assert "1 file completed, 1 file begun" in capsys.readouterr().err
        assert run(["scaffold", "--write"]) == 0
        assert "nothing to do" in capsys.readouterr().err

    def test_does_what_it_can_beside_what_is_left_over(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM)
        (folder / "old.py").write_text(ROOM.replace("room", "lobby").replace("Room", "Lobby"))
        assert run(["scaffold", "--write", "-q"]) == 1
        assert STUB in (folder / "app.py").read_text()

    def test_keeps_the_mode_and_leaves_nothing_else_behind(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM)
        (folder / "app.py").chmod(0o755)
        assert run(["scaffold", "room", "--write", "-q"]) == 0
        assert (folder / "app.py").stat().st_mode & 0o777 == 0o755
        assert sorted(os.listdir(folder)) == ["app.py", "schema.yaml"]

    def test_leaves_the_old_file_when_the_new_one_cannot_be_put_there(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        (folder / "app.py").write_text(ROOM)

        def fails(source: str, target: str) -> None:
            raise OSError(28, "No space left on device", str(target))

        monkeypatch.setattr(os, "replace", fails)
        assert run(["scaffold", "room", "--write", "-q"]) == 2
        assert "cannot write" in capsys.readouterr().err
        assert (folder / "app.py").read_text() == ROOM
        assert sorted(os.listdir(folder)) == ["app.py", "schema.yaml"]

    def test_does_several_schemas_in_one_file(self, folder: Path) -> None:
        (folder / "feed.yaml").write_text(SCHEMA.replace("chat", "feed"))
        (folder / "wsgen.toml").write_text('schemas = ["schema.yaml", "feed.yaml"]')
        assert run(["scaffold", "--write", "-q"]) == 0
        text = (folder / "handlers.py").read_text()
        assert "class Room(RoomHandler):" in text
        assert "class _Room(_RoomHandler):" in text
        assert run(["scaffold", "--check", "-q"]) == 0


class TestCheck:
    def test_finds_what_is_behind(self, folder: Path, capsys: Capture) -> None:
        (folder / "app.py").write_text(ROOM)
        assert run(["scaffold", "--check", "--format", "json", "-q"]) == 1
        found = json.loads(capsys.readouterr().out)
        assert [(each["code"], each["file"], each["line"]) for each in found] == [
            ("WSG701", "app.py", 4),
            ("WSG701", "schema.yaml", 6),
        ]
        assert (folder / "app.py").read_text() == ROOM

    def test_is_content_after_write(self, capsys: Capture) -> None:
        run(["scaffold", "--write", "-q"])
        assert run(["scaffold", "--check", "-q"]) == 0
        assert capsys.readouterr().out == ""

    def test_does_not_fail_for_a_warning(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM.replace("(Room", "(Mixin, Room"))
        assert run(["scaffold", "room", "--check", "-q"]) == 0


class TestHandlersByName:
    def test_are_the_only_ones_that_are_meant(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM)
        (folder / "old.py").write_text(ROOM.replace("room", "lobby").replace("Room", "Lobby"))
        assert run(["scaffold", "echo", "--write", "-q"]) == 0
        assert (folder / "app.py").read_text() == ROOM
        assert "Echo" in (folder / "handlers.py").read_text()

    def test_have_to_be_there(self, capsys: Capture) -> None:
        assert run(["scaffold", "rom", "--write"]) == 2
        assert "there is no handler rom; did you mean `room`?" in capsys.readouterr().err


class TestPlaces:
    def test_a_file_is_looked_at_alone(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM)
        (folder / "wsgen.toml").write_text('schemas = "schema.yaml"\nhandlers = "api/own.py"\n')
        assert run(["scaffold", "--write", "-q"]) == 0
        assert (folder / "app.py").read_text() == ROOM
        assert "class Room(RoomHandler):" in (folder / "api" / "own.py").read_text()

    def test_a_folder_is_searched_and_has_the_new_ones(self, folder: Path) -> None:
        (folder / "api").mkdir()
        (folder / "api" / "app.py").write_text(ROOM)
        (folder / "elsewhere.py").write_text(ROOM)
        (folder / "wsgen.toml").write_text('schemas = "schema.yaml"\nhandlers = "api"\n')
        assert run(["scaffold", "--write", "-q"]) == 0
        assert (folder / "elsewhere.py").read_text() == ROOM
        assert STUB in (folder / "api" / "app.py").read_text()
        assert (folder / "api" / "handlers.py").exists()

    def test_the_package_is_named_by_the_packages_around_it(self, folder: Path) -> None:
        (folder / "src" / "app" / "api").mkdir(parents=True)
        (folder / "src" / "app" / "__init__.py").touch()
        (folder / "src" / "app" / "api" / "__init__.py").touch()
        (folder / "wsgen.toml").write_text('schemas = "schema.yaml"\nout = "src/app/api"\n')
        assert run(["scaffold", "--write", "-q"]) == 0
        text = (folder / "src" / "app" / "api" / "handlers.py").read_text()
        assert "from app.api.chat.handlers.room import RoomHandler\n" in text

    def test_what_is_no_part_of_the_project_is_not_searched(self, folder: Path) -> None:
        for name in (".venv", "env", "node_modules", "__pycache__"):
            (folder / name).mkdir()
            (folder / name / "app.py").write_text(ROOM)
        (folder / "env" / "pyvenv.cfg").touch()
        assert run(["scaffold", "--write", "-q"]) == 0
        assert "class Room(" in (folder / "handlers.py").read_text()
        assert (folder / "env" / "app.py").read_text() == ROOM

    def test_generated_files_are_nobodys_handlers(self, folder: Path) -> None:
        assert run(["build", "-q"]) == 0
        (folder / "chat" / "own.py").write_text(ROOM.replace("chat.", "."))
        assert run(["scaffold", "--write", "-q"]) == 0
        assert run(["check", "-q"]) == 0
        assert "from . import messages as m\n" in (folder / "chat" / "own.py").read_text()

    def test_another_base_in_the_package_is_no_orphan(self, folder: Path) -> None:
        assert run(["build", "-q"]) == 0
        (folder / "chat" / "handlers" / "own.py").write_text("class OwnHandler: ...\n")
        text = "from chat.handlers.own import OwnHandler\n\n\nclass Own(OwnHandler): ...\n"
        (folder / "app.py").write_text(text)
        assert run(["scaffold", "--write", "-q"]) == 0

    def test_another_package_of_the_same_name_is_not_ours(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM.replace("chat.", "other.chat."))
        assert run(["scaffold", "--write", "-q"]) == 0
        assert "class Room(" in (folder / "handlers.py").read_text()

    def test_a_class_that_cannot_be_read_is_not_begun_again(self, folder: Path) -> None:
        (folder / "app.py").write_text(ROOM + ")")
        assert run(["scaffold", "--write", "-q"]) == 1
        text = (folder / "handlers.py").read_text()
        assert "Echo" in text
        assert "Room" not in text

    @pytest.mark.parametrize("place", ["inside.py", "../outside.py"])
    def test_a_link_is_followed_inside_of_the_folder_only(
        self, place: str, folder: Path, capsys: Capture
    ) -> None:
        (folder / place).write_text(ROOM)
        (folder / "app.py").symlink_to(folder / place)
        code = run(["scaffold", "room", "--write", "-q"])
        assert (folder / "app.py").is_symlink()
        if place == "inside.py":
            assert code == 0
            assert STUB in (folder / place).read_text()
        else:
            assert code == 1
            assert "error[WSG706] `app.py` is a symbolic link" in capsys.readouterr().out
            assert (folder / place).read_text() == ROOM

    def test_new_classes_go_through_no_link(self, folder: Path, capsys: Capture) -> None:
        (folder / "handlers.py").symlink_to(folder.parent / "outside.py")
        assert run(["scaffold", "--write", "-q"]) == 1
        (folder.parent / "outside.py").touch()
        assert run(["scaffold", "--write", "-q"]) == 1
        assert capsys.readouterr().out.count("error[WSG706] `handlers.py`") == 2
        assert (folder.parent / "outside.py").read_text() == ""


class TestMistakes:
    def test_of_the_schema_are_told_and_nothing_is_done(
        self, folder: Path, capsys: Capture
    ) -> None:
        (folder / "schema.yaml").write_text(SCHEMA.replace("[Say]", "[Sey]"))
        assert run(["scaffold", "--write", "-q"]) == 1
        assert "WSG204" in capsys.readouterr().out
        assert sorted(os.listdir(folder)) == ["schema.yaml"]

    def test_of_the_configuration_are_usage(self, folder: Path, capsys: Capture) -> None:
        (folder / "wsgen.toml").write_text("handlers = 3")
        assert run(["scaffold"]) == 2
        assert "`handlers` is a path" in capsys.readouterr().err

    def test_a_schema_that_is_not_there_is_usage(self, folder: Path) -> None:
        (folder / "schema.yaml").unlink()
        assert run(["scaffold"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["--help"], ["build"], ["scaffold", "--help"], ["scaffold", "--check"]]
)
def test_libcst_is_imported_only_to_edit(arguments: list[str], folder: Path) -> None:
    run(["scaffold", "--write", "-q"])
    code = (
        "import sys; from wsgen.cli import run\n"
        f"run({arguments!r}); sys.exit('libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
