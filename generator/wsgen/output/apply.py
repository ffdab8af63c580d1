"""A ChangeSet → the disk, so that a failure at any moment leaves the old files or the new ones.

Everything is written beside its place first; then each file is put there in one step, what is
stale is removed, and the manifest comes last. A step that fails takes back those before it, so
each says how to take it back before it is taken. A kill leaves each file old or new, and the old
manifest beside anything new: the next build finds it, and what was left beside its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from wsgen.output.changes import ChangeSet, Write
from wsgen.output.manifest import MANIFEST
from wsgen.output.ownership import beside


def apply(changes: ChangeSet) -> None:
    """Write, replace and remove what is generated.

    Raises:
        OSError: something could not be written; the files are as before.
        SyntaxError: a generated file is not Python; nothing was written.
    """
    for each in changes.writes:
        each.artifact.compile()
    write(changes)


def write(changes: ChangeSet) -> None:
    """Write, replace and remove.

    Raises:
        OSError: something could not be written; the files are as before.
    """
    with ExitStack() as undo:
        for each in changes.writes:
            _write_beside(changes.package / each.artifact.path, each, undo)
        for each in changes.writes:
            if each.artifact.path.name != MANIFEST:
                _replace(changes.package / each.artifact.path, each.old, undo)
        for name, data in changes.removals:
            _remove(changes.package / name, data, undo)
        for each in changes.writes:
            if each.artifact.path.name == MANIFEST:
                _replace(changes.package / each.artifact.path, each.old, undo)
        undo.pop_all()
    _remove_empty_folders(changes)


def _write_beside(target: Path, write: Write, undo: ExitStack) -> None:
    _make_folder(target.parent, undo)
    path = beside(target)
    undo.callback(_quietly, path.unlink)
    _write(path, write.artifact.data)
    if write.old is not None:
        path.chmod(target.stat().st_mode & 0o7777)


def _make_folder(folder: Path, undo: ExitStack) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, undo)
    undo.callback(_quietly, folder.rmdir)
    folder.mkdir(exist_ok=True)


def _replace(target: Path, old: bytes | None, undo: ExitStack) -> None:
    if old is None:
        undo.callback(_quietly, target.unlink)
    else:
        undo.callback(_quietly, lambda: _put_back(target, old))
    os.replace(beside(target), target)


def _remove(target: Path, data: bytes, undo: ExitStack) -> None:
    undo.callback(_quietly, lambda: _put_back(target, data))
    target.unlink(missing_ok=True)


def _put_back(target: Path, data: bytes) -> None:
    path = beside(target)
    _write(path, data)
    os.replace(path, target)


def _write(path: Path, data: bytes) -> None:
    """Into a file of our own making: one that is there may be a link, and lead elsewhere."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(data)


def _quietly(step: Callable[[], object]) -> None:
    with suppress(OSError):
        step()


def _remove_empty_folders(changes: ChangeSet) -> None:
    for name, _ in changes.removals:
        folder = (changes.package / name).parent
        if folder != changes.package:
            _quietly(folder.rmdir)
