"""`wsgen build --watch`, as a process: it is told of changes, and tells what it made of them."""

from __future__ import annotations

import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from wsgen.cli import run

SCHEMA = """\
wsgen: 1
api: {name: chat}
messages:
  Say: {fields: {text: str}}
handlers:
  room: {kind: listener, path: /room, from_client: [Say], limits: {rate: 20/s}}
"""
IMPORTING = SCHEMA.replace(
    "messages:", "imports: {common: ./parts/common.yaml}\nmessages:"
).replace("text: str", "text: common.Text")
COMMON = "wsgen: 1\ntypes: {Text: {type: str, max_length: 9}}\n"
SECONDS = 30.0
"""How long anything may take before a test fails."""
pytestmark = pytest.mark.slow


class Watching:
    """A running `wsgen build --watch`."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wsgen", "build", "--watch", *arguments],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line)

    def says(self, pattern: str) -> str:
        """The next line in which something is found; fails where it does not come in time."""
        seen: list[str] = []
        while True:
            try:
                seen.append(self._lines.get(timeout=SECONDS))
            except queue.Empty:
                raise AssertionError(f"never said {pattern!r}, but {seen!r}") from None
            if re.search(pattern, seen[-1]):
                return seen[-1]

    def interrupt(self) -> int:
        """Press Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.yaml"
    path.write_text(SCHEMA)
    return path


@pytest.fixture
def watching(schema: Path) -> Iterator[Watching]:
    """A watch over the schema, which was built."""
    with Watching(cwd=schema.parent) as found:
        found.says(r"\(8 changed\)")
        yield found


def test_a_change_of_the_schema_is_built(watching: Watching, schema: Path) -> None:
    schema.write_text(SCHEMA.replace("text: str", "text: str, loud: bool = False"))
    line = watching.says(r"1 message, 1 handler → 8 files \(2 changed\)")
    assert int(re.findall(r"in (\d+) ms", line)[0]) < 20_000  # the time of this build
    assert "loud: bool = False" in (schema.parent / "chat" / "messages.py").read_text()
    assert run(["check", str(schema), "-q"]) == 0


def test_mistakes_are_told_and_the_last_good_output_stays(watching: Watching, schema: Path) -> None:
    before = (schema.parent / "chat" / "messages.py").read_bytes()
    schema.write_text(SCHEMA.replace("text: str", "text: strr"))
    watching.says(r"schema\.yaml:4:24: error\[WSG204\]")
    watching.says(r"schema\.yaml: 1 error in")
    assert (schema.parent / "chat" / "messages.py").read_bytes() == before
    schema.write_text(SCHEMA.replace("text: str", "text: bytes"))
    watching.says(r"\(2 changed\)")


def test_an_editor_may_put_another_file_in_its_place(watching: Watching, schema: Path) -> None:
    for count, kind in enumerate(("int", "bytes", "bool")):
        beside = schema.with_name(f".schema.yaml.{count}~")
        beside.write_text(SCHEMA.replace("text: str", f"text: {kind}"))
        beside.replace(schema)
        watching.says(r"\(2 changed\)")


def test_a_schema_may_go_and_come_back(watching: Watching, schema: Path) -> None:
    schema.unlink()
    watching.says(r"wsgen: no schema given, none configured")
    schema.write_text(SCHEMA.replace("text: str", "text: int"))
    watching.says(r"\(2 changed\)")


def test_a_file_is_imported_that_was_not_there(watching: Watching, schema: Path) -> None:
    schema.write_text(IMPORTING)
    watching.says(r"error\[WSG104\] parts/common\.yaml: No such file")
    watching.says(r"1 error in")
    common = schema.parent / "parts" / "common.yaml"
    common.parent.mkdir()
    common.write_text(COMMON)
    watching.says(r"→ 9 files")
    common.write_text(COMMON.replace("9", "10"))
    watching.says(r"→ 9 files \(2 changed\)")
    assert "max_length=10" in (schema.parent / "chat" / "common.py").read_text()


def test_the_configuration_is_an_input_too(watching: Watching, schema: Path) -> None:
    config = schema.with_name("wsgen.toml")
    config.write_text('out = "src"\n')
    watching.says(r"\(8 changed\)")
    assert (schema.parent / "src" / "chat" / "messages.py").exists()
    config.write_text("out = 1\n")
    watching.says(r"wsgen: .*wsgen\.toml: `out` is a path")
    config.write_text('out = "generated"\n')
    watching.says(r"\(8 changed\)")


def test_ctrl_c_ends_it_with_130(watching: Watching) -> None:
    assert watching.interrupt() == 130


def test_what_cannot_be_done_at_all_is_2(tmp_path: Path) -> None:
    with Watching("nowhere.yaml", cwd=tmp_path) as found:
        found.says(r"wsgen: nowhere\.yaml: No such file or directory")
        assert found.process.wait(SECONDS) == 2


def test_a_preview_is_shown_again_and_again(schema: Path) -> None:
    with Watching("--diff", cwd=schema.parent) as found:
        found.says(r"\(8 to change\)")
        schema.write_text(SCHEMA.replace("text: str", "text: bytes"))
        found.says(r"\+    text: bytes")
        found.says(r"\(8 to change\)")
        assert found.interrupt() == 130
    assert not (schema.parent / "chat").exists()


def test_what_is_no_input_is_not_built(schema: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither another file, nor what was generated, nor the same text once more."""
    from wsgen.cli import watch

    changes = [
        lambda: schema.with_name("other.yaml").write_text("x"),
        lambda: (schema.parent / "chat" / "messages.py").write_text("# Generated by wsgen from x"),
        lambda: schema.write_bytes(schema.read_bytes().replace(b"\n", b"\r\n")),
        lambda: schema.write_text(SCHEMA.replace("text", "words")),
        lambda: pytest.fail("the change of the schema was not seen"),
    ]
    monkeypatch.setattr(watch, "watch", lambda *_, **__: (change() for change in changes))
    built: list[str] = []

    def build() -> None:
        run(["build", str(schema), "-q"])
        built.append(schema.read_text())
        if len(built) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch.build_forever(build, [schema], None)
    assert built == [SCHEMA, SCHEMA.replace("text", "words")]


def test_without_the_flag_watchfiles_is_not_imported(schema: Path) -> None:
    script = (
        "import sys; from wsgen.cli import run; run(sys.argv[1:]);"
        "print('watchfiles' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "build", "schema.yaml", "-q"],
        cwd=schema.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
