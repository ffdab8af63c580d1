"""Whether a package is what its manifest says, and was made of what the schema says now."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from wsgen.output.artifact import sha256, unified
from wsgen.output.manifest import MANIFEST, Manifest
from wsgen.output.ownership import own_files


def is_fresh(package: Path, manifest: Manifest, schema: Path) -> bool:
    """Compare digests of inputs and files; a generated file that is not listed is stale."""
    if package.is_symlink() or next(iter(manifest.inputs), None) != schema.name:
        return False
    inputs = ((schema.parent / name, digest) for name, digest in manifest.inputs.items())
    if not all(_holds(path, digest, text=True) for path, digest in inputs):
        return False
    files = ((package / name, digest) for name, digest in manifest.files.items())
    if not all(_holds(path, digest) for path, digest in files):
        return False
    listed = {PurePosixPath(name) for name in manifest.files} | {PurePosixPath(MANIFEST)}
    return manifest.artifact().same_as((package / MANIFEST).read_bytes()) and not (
        own_files(package).keys() - listed
    )


def _holds(path: Path, digest: str, *, text: bool = False) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    if text:
        data = data.removeprefix(b"\xef\xbb\xbf")
    return sha256(unified(data)) == digest and (text or not path.is_symlink())
