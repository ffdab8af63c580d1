"""Artifacts and a folder → a ChangeSet, or what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from wsgen.diagnostics import Collector, Diagnostic
from wsgen.output.artifact import Artifact
from wsgen.output.changes import ChangeSet, Write
from wsgen.output.ownership import beside, is_ours, own_files
from wsgen.output.place import shown
from wsgen.source import Span

_NO_LINK: Final = "put a plain folder or file there, or use --out"


def compare(
    package: Path, artifacts: Sequence[Artifact]
) -> tuple[ChangeSet, tuple[Diagnostic, ...]]:
    """What has to change in `package`; WSG901 and WSG902 where it must not."""
    found = Collector()
    writes: list[Write] = []
    for artifact in artifacts:
        if _is_safe(package, artifact.path, found):
            old = _read(package, artifact.path, found)
            if not artifact.same_as(old):
                writes.append(Write(artifact, old))
    expected = {artifact.path for artifact in artifacts}
    expected |= {beside(write.artifact.path) for write in writes}  # written over
    stale = own_files(package)
    changes = ChangeSet(
        package=package,
        writes=tuple(writes),
        removals=tuple((path, data) for path, data in stale.items() if path not in expected),
        unchanged=len(artifacts) - len(writes),
    )
    return changes, found.diagnostics


def _is_safe(package: Path, path: PurePosixPath, found: Collector) -> bool:
    """Whether nothing on the way to a file leads elsewhere."""
    if path.is_absolute() or ".." in path.parts:
        what = "lies outside of the output folder"
        _report(found, "WSG902", package / path, what, help="this is a mistake of wsgen's: tell us")
        return False
    for each in _way(package, path):
        if each.is_symlink():
            _report(found, "WSG902", each, "is a symbolic link", help=_NO_LINK)
            return False
        if each.exists() and not each.is_dir():
            what = "is a file, where a folder is to be made"
            _report(found, "WSG901", each, what, help="move it away, or use --out")
            return False
    return True


def _way(package: Path, path: PurePosixPath) -> Iterator[Path]:
    yield package
    for parent in reversed(path.parents):
        if parent.parts:
            yield package / parent


def _read(package: Path, path: PurePosixPath, found: Collector) -> bytes | None:
    target = package / path
    if target.is_symlink():
        _report(found, "WSG902", target, "is a symbolic link", help=_NO_LINK)
        return None
    if not target.exists():
        return None
    if not target.is_file():
        kind = "a folder" if target.is_dir() else "no plain file"
        what = f"is {kind}, where a file is to be written"
        _report(found, "WSG901", target, what, help="move it away, or use --out")
        return None
    data = target.read_bytes()
    if not is_ours(path, data):
        help_ = "move it away, or use --out; wsgen writes over nothing that it did not write"
        _report(found, "WSG901", target, "was not written by wsgen", help=help_)
    return data


def _report(found: Collector, code: str, path: Path, what: str, *, help: str) -> None:
    name = shown(path)
    found.report(code, f"`{name}` {what}", Span.start_of(name), help=help)
