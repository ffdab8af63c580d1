"""The command line: exit codes, and what goes to which stream."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wsgen import __version__, pipeline
from wsgen.cli import run

SCHEMA = """\
wsgen: 1
api: {name: chat}
messages:
  Say: {fields: {text: str}}
  Said: {fields: {text: str}}
guards: {member: {}}
handlers:
  room:
    kind: listener
    path: /rooms/{room_id:int}
    guards: [member]
    from_client:
      Say: {reply: Said}
  echo: {kind: websocket, path: [/echo, /e], from_client: str, from_server: any}
"""
WRONG = SCHEMA.replace("text: str}", "text: strr}")
WARNING = SCHEMA + "topics:\n  room: {messages: [Said]}\n"
SUMMARY = re.compile(
    r"chat: 2 messages, 2 handlers → 10 files \((?P<what>[^)]*)\) in [0-9]+ ms\n\Z"
)


class Capture:
    """What was written to each stream since the last look."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self) -> tuple[str, str]:
        found = self._capsys.readouterr()
        return found.out, found.err


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Capture:
    return Capture(capsys)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    return tmp_path


class TestBuild:
    def test_says_on_stderr_what_it_did(self, said: Capture) -> None:
        assert run(["build"]) == 0
        out, err = said()
        assert out == ""
        assert (found := SUMMARY.match(err))
        assert found["what"] == "10 changed"

    def test_counts_changes_and_removals(self, folder: Path, said: Capture) -> None:
        run(["build", "-q"])
        text = SCHEMA[: SCHEMA.index("  echo:")].replace("text: str", "text: bytes")
        (folder / "schema.yaml").write_text(text)
        assert run(["build"]) == 0
        assert "1 handler → 9 files (3 changed, 1 removed)" in said()[1]

    def test_twice_says_that_nothing_changed(self, said: Capture) -> None:
        run(["build", "-q"])
        assert run(["build", "schema.yaml"]) == 0
        assert (found := SUMMARY.match(said()[1]))
        assert found["what"] == "unchanged"

    def test_quietly_says_nothing(self, said: Capture) -> None:
        assert run(["build", "-q"]) == 0
        assert said() == ("", "")

    def test_verbosely_names_each_file(self, said: Capture) -> None:
        assert run(["build", "-v"]) == 0
        assert "write chat/handlers/room.py\n" in said()[1]

    def test_with_diff_shows_changes_and_writes_nothing(self, folder: Path, said: Capture) -> None:
        assert run(["build", "--diff"]) == 0
        out, err = said()
        assert out.startswith("--- /dev/null\n+++ b/chat/__init__.py\n")
        assert "(10 to change)" in err
        assert not (folder / "chat").exists()

    def test_dry_names_changes_and_writes_nothing(self, folder: Path, said: Capture) -> None:
        assert run(["build", "--dry-run"]) == 0
        assert "write chat/routes.py\n" in said()[1]
        assert not (folder / "chat").exists()

    def test_elsewhere(self, folder: Path) -> None:
        assert run(["build", "--out", "src/generated", "-q"]) == 0
        assert (folder / "src" / "generated" / "chat" / "routes.py").exists()
        assert not (folder / "chat").exists()

    def test_of_a_wrong_schema_shows_where_and_writes_nothing(
        self, folder: Path, said: Capture
    ) -> None:
        (folder / "schema.yaml").write_text(WRONG)
        assert run(["build"]) == 1
        out, err = said()
        assert out.startswith("schema.yaml:4:24: error[WSG204] unknown type `strr`\n")
        assert " | " in out
        assert "^^^^ did you mean `str`?" in out
        assert out.endswith("  = help: wsgen explain WSG204\n")
        assert re.match(r"schema.yaml: 2 errors in [0-9]+ ms\n\Z", err)
        assert not (folder / "chat").exists()

    def test_shows_findings_as_json(self, folder: Path, said: Capture) -> None:
        assert run(["build", "--format", "json", "-q"]) == 0
        assert json.loads(said()[0]) == []
        (folder / "schema.yaml").write_text(WRONG)
        assert run(["build", "--format", "json", "-q"]) == 1
        found = json.loads(said()[0])
        assert [(each["code"], each["line"]) for each in found] == [("WSG204", 4), ("WSG204", 5)]

    def test_shows_findings_to_github(self, folder: Path, said: Capture) -> None:
        (folder / "schema.yaml").write_text(WRONG)
        assert run(["build", "--format", "github", "-q"]) == 1
        assert said()[0].startswith("::error title=wsgen WSG204,file=schema.yaml,line=4,col=24")

    def test_prints_warnings_and_goes_on(self, folder: Path, said: Capture) -> None:
        (folder / "schema.yaml").write_text(WARNING)
        assert run(["build"]) == 0
        assert "warning[WSG" in said()[0]
        assert (folder / "chat").exists()

    def test_of_several_schemas_builds_those_that_are_right(
        self, folder: Path, said: Capture
    ) -> None:
        (folder / "wrong.yaml").write_text(WRONG.replace("chat", "wrong"))
        assert run(["build", "wrong.yaml", "schema.yaml"]) == 1
        out, err = said()
        assert out.count("WSG204]") == 2
        assert "wrong.yaml: 2 errors in" in err
        assert "chat: 2 messages" in err

    def test_refuses_two_schemas_for_one_package(self, folder: Path, said: Capture) -> None:
        (folder / "other.yaml").write_text(SCHEMA)
        assert run(["build", "schema.yaml", "other.yaml"]) == 2
        assert "one package" in said()[1]


class TestCheck:
    def test_finds_that_nothing_was_built(self, said: Capture) -> None:
        assert run(["check"]) == 1
        out, err = said()
        assert "error[WSG903] `chat/messages.py` is missing" in out
        assert "(10 out of date)" in err

    def test_fails_for_warnings_when_strict(self, folder: Path) -> None:
        (folder / "schema.yaml").write_text(WARNING)
        run(["build", "-q"])
        assert run(["check", "-q"]) == 0
        assert run(["check", "--strict", "-q"]) == 1

    def test_reports_drift_as_json(self, said: Capture) -> None:
        assert run(["check", "--format", "json", "-q"]) == 1
        assert {each["code"] for each in json.loads(said()[0])} == {"WSG903"}

    def test_names_files_from_here_and_the_command_that_was_given(
        self, folder: Path, said: Capture
    ) -> None:
        (folder / "my api").mkdir()
        (folder / "schema.yaml").rename(folder / "my api/schema.yaml")
        arguments = ["my api/schema.yaml", "--out", "src"]
        assert run(["build", *arguments, "-q"]) == 0
        (folder / "src/chat/routes.py").write_text("# Generated by wsgen from x.\n")
        assert run(["check", *arguments, "-q"]) == 1
        assert said()[0] == (
            "src/chat/routes.py:1:1: error[WSG903] `src/chat/routes.py` differs from what the"
            " schema gives\n"
            "   = help: run `wsgen build 'my api/schema.yaml' --out src`\n"
            "   = help: wsgen explain WSG903\n"
        )
        assert run(["check", *arguments, "--format", "github", "-q"]) == 1
        assert said()[0].startswith("::error title=wsgen WSG903,file=src/chat/routes.py,line=1,")
        assert run(["check", *arguments, "--format", "json", "-q"]) == 1
        assert json.loads(said()[0])[0]["file"] == "src/chat/routes.py"

    def test_names_files_from_here_where_paths_are_absolute(
        self, folder: Path, said: Capture
    ) -> None:
        (folder / "wsgen.toml").write_text('schemas = "schema.yaml"\nout = "src"\n')
        assert run(["check", "-q"]) == 1
        out = said()[0]
        assert "src/chat/py.typed:1:1: error[WSG903] `src/chat/py.typed` is missing" in out
        assert "help: run `wsgen build`\n" in out

    def test_names_what_stands_in_the_way(self, folder: Path, said: Capture) -> None:
        (folder / "src").mkdir()
        (folder / "src/chat").write_text("mine")
        assert run(["check", "--out", "src", "--format", "github", "-q"]) == 1
        assert said()[0].startswith("::error title=wsgen WSG901,file=src/chat,line=1,col=1::")

    def test_writes_nothing(self, folder: Path) -> None:
        run(["check", "-q"])
        assert not (folder / "chat").exists()


class TestOtherCommands:
    def test_routes_names_every_path(self, said: Capture) -> None:
        assert run(["routes", "schema.yaml"]) == 0
        lines = [line.split() for line in said()[0].splitlines()]
        assert lines[1] == ["/rooms/{room_id:int}", "listener", "room", "Say", "Said", "member"]
        assert [line[0] for line in lines[2:]] == ["/echo", "/e"]

    def test_routes_names_the_error_message_where_it_is_sent(
        self, folder: Path, said: Capture
    ) -> None:
        text = SCHEMA.replace("guards: [member]", "on_invalid: reply")
        (folder / "schema.yaml").write_text(text)
        assert run(["routes"]) == 0
        assert "  Say          Said, Error  -\n" in said()[0]

    def test_ir_prints_json(self, said: Capture) -> None:
        assert run(["ir"]) == 0
        assert json.loads(said()[0])["name"] == "chat"

    @pytest.mark.parametrize("command", ["ir", "routes"])
    def test_findings_go_to_stderr_where_stdout_has_a_result(
        self, command: str, folder: Path, said: Capture
    ) -> None:
        (folder / "schema.yaml").write_text(WRONG)
        assert run([command]) == 1
        out, err = said()
        assert out == ""
        assert "WSG204" in err
        assert re.search(r"\nschema.yaml: 2 errors in [0-9]+ ms\n\Z", err)

    def test_schema_prints_json_schema(self, said: Capture) -> None:
        assert run(["schema"]) == 0
        assert "$schema" in json.loads(said()[0])

    @pytest.mark.parametrize("code", ["WSG204", "wsg204"])
    def test_explain_prints_the_page(self, code: str, said: Capture) -> None:
        assert run(["explain", code]) == 0
        out = said()[0]
        assert out.startswith("WSG204: unknown type (error)\n\n")
        assert "Fix: " in out

    def test_explain_knows_its_codes(self, said: Capture) -> None:
        assert run(["explain", "WSG2O4"]) == 2
        assert "did you mean `WSG204`?" in said()[1]

    def test_version(self, said: Capture) -> None:
        assert run(["--version"]) == 0
        assert said()[0] == f"wsgen {__version__}\n"


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["build", "--nonsense"],
            ["nonsense"],
            ["build", "nowhere.yaml"],
            ["check", "nowhere.yaml"],
            ["ir", "nowhere.yaml"],
            ["build", "--format", "xml"],
            ["build", "--config", "nowhere.toml"],
            ["build", "."],
        ],
    )
    def test_mistakes_are_2(self, arguments: list[str], said: Capture) -> None:
        assert run(arguments) == 2
        out, err = said()
        assert out == ""
        assert err

    def test_without_any_schema(self, folder: Path, said: Capture) -> None:
        (folder / "schema.yaml").unlink()
        assert run(["build"]) == 2
        assert "there is no schema.yaml here" in said()[1]

    def test_what_is_not_utf_8(self, folder: Path, said: Capture) -> None:
        (folder / "schema.yaml").write_bytes(b"\xff")
        assert run(["build"]) == 2
        assert "not UTF-8" in said()[1]

    def test_a_mistake_of_wsgens_is_3(self, monkeypatch: pytest.MonkeyPatch, said: Capture) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError("first line\nsecond line")

        monkeypatch.setattr(pipeline, "build", broken)
        assert run(["build"]) == 3
        err = said()[1]
        assert err.startswith("wsgen: internal error: RuntimeError: first line\n")
        assert "Traceback" not in err
        assert run(["build", "-v"]) == 3
        assert "Traceback" in said()[1]

    def test_interrupted_is_130(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, "build", interrupted)
        assert run(["build"]) == 130

    def test_help_says_what_there_is(self, said: Capture) -> None:
        assert run(["--help"]) == 0
        out = said()[0]
        for command in ("build", "check", "routes", "ir", "schema", "explain"):
            assert f"  {command} " in out


class TestAProcess:
    def test_is_the_module_too(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "wsgen", "--version"], capture_output=True, text=True, check=True
        )
        assert done.stdout == f"wsgen {__version__}\n"

    @pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
    def test_asked_for_help_imports_nothing_heavy(self, arguments: list[str]) -> None:
        script = (
            "import sys; from wsgen.cli import run; run(sys.argv[1:]);"
            "print([m for m in ('jinja2', 'pydantic', 'libcst') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
        )
        assert done.stdout.endswith("[]\n")

    def test_with_nothing_to_do_imports_no_parser(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        run(["build", "-q"])
        newest = time.time() + 60
        os.utime(folder / "chat" / "_wsgen.json", (newest, newest))
        script = (
            "import sys; from wsgen.cli import run; run(['build']);"
            "print([m for m in ('typer', 'yaml', 'pydantic', 'jinja2') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert done.stdout == "[]\n"

    def test_may_be_cut_off(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "wsgen", "ir"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait(30) in {0, 1}
        assert b"Traceback" not in err

    def test_takes_an_interrupt(self, folder: Path) -> None:
        os.mkfifo(folder / "slow.yaml")
        process = subprocess.Popen(
            [sys.executable, "-m", "wsgen", "check", "slow.yaml"], stderr=subprocess.PIPE
        )
        with (folder / "slow.yaml").open("wb"):  # not before it is opened to be read
            process.send_signal(signal.SIGINT)
            code = process.wait(10)
        assert process.stderr is not None
        err = process.stderr.read()
        process.stderr.close()
        assert code == 130
        assert b"Traceback" not in err
