"""What commands say: findings on stdout, progress and a summary on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TextIO

from wsgen.cli.summary import count, made, print_line
from wsgen.diagnostics import Diagnostic, Severity
from wsgen.diagnostics.render import Texts, github, text, to_json
from wsgen.pipeline import Outcome


class Format(StrEnum):
    """How findings are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Words:
    """What the summary calls files that differ."""

    written: str
    removed: str


DONE: Final = Words("changed", "removed")
PLANNED: Final = Words("to change", "to remove")
FOUND: Final = Words("out of date", "stale")


def show(
    diagnostics: Sequence[Diagnostic],
    texts: Mapping[str, str],
    *,
    format: Format = Format.TEXT,
    stream: TextIO | None = None,
) -> None:
    """Print findings; in JSON also that there are none."""
    target = sys.stdout if stream is None else stream
    if format is Format.JSON:
        target.write(to_json(diagnostics, Texts(texts)))
    elif format is Format.GITHUB:
        target.write(github(diagnostics, Texts(texts)))
    elif diagnostics:
        target.write(text(diagnostics, Texts(texts), color=_colorful(target)))


def exit_code(diagnostics: Sequence[Diagnostic], *, strict: bool = False) -> int:
    """1 with errors, under `strict` also with warnings; else 0."""
    return int(any(strict or each.severity is Severity.ERROR for each in diagnostics))


def summary(outcome: Outcome, words: Words = DONE) -> None:
    """The last line: what there is, and what became of it."""
    totals, changes = outcome.totals, outcome.changes
    if changes is None:
        failed(outcome.name, outcome.diagnostics)
        return
    counts = ((len(changes.writes), words.written), (len(changes.removals), words.removed))
    files = changes.unchanged + len(changes.writes)
    print_line(made(outcome.name, totals, files, changes=counts))


def failed(name: str, diagnostics: Sequence[Diagnostic]) -> None:
    """The last line where there are errors: how many."""
    print_line(f"{name}: {_findings(diagnostics)}")


def _findings(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    warnings = len(diagnostics) - errors
    found = count(errors, "error")
    return f"{found}, {count(warnings, 'warning')}" if warnings else found


def _colorful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")
