"""A ChangeSet as a unified diff."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator

from wsgen.output.changes import ChangeSet


def diff(changes: ChangeSet) -> str:
    """The changes as `git diff` would show them, paths from the folder around the package."""
    return "".join(_lines(changes))


def _lines(changes: ChangeSet) -> Iterator[str]:
    name = changes.package.name
    for write in changes.writes:
        yield from file_diff(f"{name}/{write.artifact.path}", write.old, write.artifact.data)
    for path, data in changes.removals:
        yield from file_diff(f"{name}/{path}", data, None)


def file_diff(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    """The lines for one file; None: it is not there."""
    before = "/dev/null" if old is None else f"a/{path}"
    after = "/dev/null" if new is None else f"b/{path}"
    if not old and not new:  # an empty file comes or goes: there are no lines to show
        yield f"--- {before}\n+++ {after}\n"
        return
    for line in difflib.unified_diff(_text(old), _text(new), before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _text(data: bytes | None) -> list[str]:
    text = "" if data is None else data.decode(errors="replace")
    return list(io.StringIO(text, newline="\n"))
