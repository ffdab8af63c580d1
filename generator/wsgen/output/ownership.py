"""Whose file it is. Only what wsgen wrote is ever written over or removed.

Nothing of a file is read but what says who wrote it: merge conflicts in generated files never
stop a build.
"""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath
from typing import Final, TypeVar

from wsgen.output.manifest import MANIFEST
from wsgen.render.header import MARK

_FOLDERS: Final = ("", "handlers")
"""Where generated files lie inside of a package."""
_LINES: Final = 40
_BESIDE: Final = ".wsgen-new"
_PathT = TypeVar("_PathT", bound=PurePath)


def beside(target: _PathT) -> _PathT:
    """Where a file is written before it takes its place; a build that is killed leaves it there."""
    return target.with_name(f".{target.name}{_BESIDE}")


def is_ours(path: PurePosixPath, data: bytes) -> bool:
    """Whether wsgen wrote a file: by its header. A marker is empty, the manifest has its name."""
    if path.name == MANIFEST:
        return b'"generator": "wsgen ' in data or not data.strip()
    if path.suffix != ".py":
        return not data.strip()
    return any(line.startswith(MARK) for line in data.split(b"\n", _LINES)[:_LINES])


def own_files(package: Path) -> dict[PurePosixPath, bytes]:
    """The Python files of a package that carry our header, and what a killed build left behind."""
    found: dict[PurePosixPath, bytes] = {}
    for folder in _FOLDERS:
        below = package / folder
        if below.is_symlink() or not below.is_dir():
            continue
        for path in sorted([*below.glob("*.py"), *below.glob(f".*{_BESIDE}")]):
            if path.is_symlink() or not path.is_file():
                continue
            name = PurePosixPath(folder, path.name)
            data = path.read_bytes()
            if path.suffix == _BESIDE or is_ours(name, data):
                found[name] = data
    return found
