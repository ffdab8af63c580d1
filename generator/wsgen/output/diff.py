"""A ChangeSet as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from wsgen.output.changes import ChangeSet


def diff(changes: ChangeSet) -> str:
    """The changes as `git diff` would show them, paths from the folder around the package."""
    return "".join(_lines(changes))


def _lines(changes: ChangeSet) -> Iterator[str]:
    name = changes.package.name
    for write in changes.writes:
        yield from _one(f"{name}/{write.artifact.path}", write.old, write.artifact.data)
    for path, data in changes.removals:
        yield from _one(f"{name}/{path}", data, None)


def _one(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    before = "/dev/null" if old is None else f"a/{path}"
    after = "/dev/null" if new is None else f"b/{path}"
    if not old and not new:  # an empty file comes or goes: there are no lines to show
        yield f"--- {before}\n+++ {after}\n"
        return
    for line in difflib.unified_diff(_text(old), _text(new), before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _text(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode(errors="replace").splitlines(keepends=True)
