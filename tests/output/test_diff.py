"""Changes as a unified diff."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from wsgen.output.artifact import Artifact
from wsgen.output.changes import ChangeSet, Write
from wsgen.output.diff import diff


def changes(**parts: object) -> ChangeSet:
    return ChangeSet(package=Path("/somewhere/chat"), **parts)  # type: ignore[arg-type]


def test_a_changed_file() -> None:
    write = Write(Artifact.text("messages.py", "a\nc\n"), b"a\nb\n")
    assert diff(changes(writes=(write,))) == (
        "--- a/chat/messages.py\n+++ b/chat/messages.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    )


def test_a_new_and_a_removed_file() -> None:
    write = Write(Artifact.text("new.py", "a\n"), None)
    made = diff(changes(writes=(write,), removals=((PurePosixPath("old.py"), b"b\n"),)))
    assert "--- /dev/null\n+++ b/chat/new.py\n" in made
    assert "--- a/chat/old.py\n+++ /dev/null\n" in made


def test_an_empty_file() -> None:
    write = Write(Artifact.text("py.typed", ""), None)
    assert diff(changes(writes=(write,))) == "--- /dev/null\n+++ b/chat/py.typed\n"


def test_a_last_line_without_an_end() -> None:
    write = Write(Artifact.text("a.py", "a\n"), b"b")
    assert "\\ No newline at end of file\n" in diff(changes(writes=(write,)))


def test_nothing() -> None:
    assert diff(changes()) == ""
