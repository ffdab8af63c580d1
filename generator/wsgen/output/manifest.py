"""`_wsgen.json`: by what, from what, and which files.

It says when nothing has to be done, and what has to be said again. No date, no path of a machine,
no name of a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from wsgen.diagnostics import Diagnostic
from wsgen.diagnostics.json import from_plain, to_plain
from wsgen.output.artifact import Artifact

MANIFEST: Final = "_wsgen.json"
GENERATOR: Final = "wsgen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the summary of a build counts."""

    messages: int
    handlers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known of a generated package.

    Attributes:
        version: of the generator.
        language: of the schema.
        inputs: the digest of each schema file, by its path from the schema's folder.
        files: the digest of each generated file, by its path in the package.
        warnings: what a build has to say again; files have their paths from the schema's folder.
    """

    version: str
    language: int
    inputs: Mapping[str, str]
    totals: Totals
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    warnings: tuple[Diagnostic, ...] = ()

    def artifact(self) -> Artifact:
        """The manifest as the last file of the package."""
        content = {
            "generator": f"{GENERATOR} {self.version}",
            "language": self.language,
            "messages": self.totals.messages,
            "handlers": self.totals.handlers,
            "warnings": [to_plain(each) for each in self.warnings],
            "inputs": dict(self.inputs),
            "files": dict(sorted(self.files.items())),
        }
        return Artifact.text(MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_manifest(package: Path) -> Manifest | None:
    """The manifest of a package; None if there is none that can be understood."""
    try:
        content: object = json.loads((package / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return _manifest(cast("dict[str, object]", content)) if isinstance(content, dict) else None


def _manifest(content: Mapping[str, object]) -> Manifest | None:
    generator, language = content.get("generator"), content.get("language")
    inputs, files = _texts(content.get("inputs")), _texts(content.get("files"))
    counts = [content.get(name) for name in ("messages", "handlers")]
    warnings = _warnings(content.get("warnings"))
    if not isinstance(generator, str) or not generator.startswith(f"{GENERATOR} "):
        return None
    if not isinstance(language, int) or inputs is None or files is None:
        return None
    messages, handlers = (each if isinstance(each, int) else -1 for each in counts)
    return Manifest(
        version=generator.removeprefix(f"{GENERATOR} "),
        language=language,
        inputs=inputs,
        totals=Totals(messages=messages, handlers=handlers),
        files=files,
        warnings=warnings,
    )


def _warnings(value: object) -> tuple[Diagnostic, ...]:
    """None of those that cannot be understood: the bytes tell that they are not ours."""
    try:
        return tuple(map(from_plain, cast("list[dict[str, object]]", value)))
    except (LookupError, TypeError, ValueError):
        return ()


def _texts(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    entries = cast("dict[str, object]", value)
    found = {key: each for key, each in entries.items() if isinstance(each, str)}
    return found if len(found) == len(entries) else None
