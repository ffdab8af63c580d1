"""Whether a build would change nothing, by digests alone: no stage before this one has to run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from wsgen import __version__
from wsgen._resources import data_root
from wsgen.diagnostics import Diagnostic
from wsgen.output.artifact import sha256, unified
from wsgen.output.manifest import MANIFEST, Manifest, Totals, read_manifest
from wsgen.output.ownership import own_files
from wsgen.source import name_below, read

_NAME: Final = re.compile(
    rb"^api:.*?\bname:\s*[\"']?([A-Za-z][A-Za-z0-9_]*)", re.MULTILINE | re.DOTALL
)
"""A guess at the name of an API; whether it is right, the manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A package that is up to date.

    Attributes:
        warnings: what the build that made it had to say.
        texts: of the schema and what it imports, for excerpts, by what messages call them.
    """

    name: str
    totals: Totals
    files: int
    warnings: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def find_fresh(schema: Path, shown: str, out: Path | None) -> Fresh | None:
    """The package of a schema, if it is plain to see that it is up to date.

    Args:
        shown: what messages call the schema.
        out: the folder around the package; None: the schema's.
    """
    try:
        found = _NAME.search(schema.read_bytes())
    except OSError:
        return None
    if found is None:
        return None
    name = found[1].decode()
    package = (out or schema.parent) / name
    manifest = read_manifest(package)
    if manifest is None or manifest.version != __version__:
        return None
    if not _is_fresh(package, manifest, schema.resolve()) or _wsgen_is_newer(package / MANIFEST):
        return None
    names = {path: name_below(shown, path) for path in manifest.inputs}
    names[schema.resolve().name] = shown
    return Fresh(
        name=name,
        totals=manifest.totals,
        files=len(manifest.files) + 1,
        warnings=tuple(each.by_names(names) for each in manifest.warnings),
        texts={names[path]: read(schema.resolve().parent / path).text for path in manifest.inputs},
    )


def _is_fresh(package: Path, manifest: Manifest, schema: Path) -> bool:
    """Compare digests of inputs and files; a generated file that is not listed is stale."""
    if _leads_elsewhere(package, manifest) or next(iter(manifest.inputs), None) != schema.name:
        return False
    inputs = ((schema.parent / name, digest) for name, digest in manifest.inputs.items())
    if not all(_holds(path, digest) for path, digest in inputs):
        return False
    files = ((package / name, digest) for name, digest in manifest.files.items())
    if not all(_holds(path, digest) and not path.is_symlink() for path, digest in files):
        return False
    if not manifest.artifact().same_as((package / MANIFEST).read_bytes()):
        return False
    listed = {PurePosixPath(name) for name in manifest.files}
    return not own_files(package).keys() - listed


def _leads_elsewhere(package: Path, manifest: Manifest) -> bool:
    """Whether a folder is a link, to which nothing is written."""
    folders = {package, *((package / name).parent for name in manifest.files)}
    return any(folder.is_symlink() for folder in folders)


def _holds(path: Path, digest: str) -> bool:
    """Whether it is a file of that digest; to read from a pipe would take for ever."""
    try:
        return path.is_file() and sha256(unified(path.read_bytes())) == digest
    except OSError:
        return False


def _wsgen_is_newer(manifest: Path) -> bool:
    """Whether wsgen itself was changed since: in a checkout its version does not say so."""
    templates = data_root("templates")
    if templates.parent.name == "_data":
        return False
    built = manifest.stat().st_mtime_ns
    roots = (Path(__file__).parents[1], templates)
    files = (path for root in roots for path in root.rglob("*") if path.suffix in {".py", ".j2"})
    return any(path.stat().st_mtime_ns > built for path in files)
