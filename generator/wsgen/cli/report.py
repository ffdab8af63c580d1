"""What commands say: findings on stdout, progress and a summary on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from wsgen.cli.options import Format
from wsgen.diagnostics import Diagnostic, Severity
from wsgen.diagnostics.render import Texts, github, text, to_json
from wsgen.pipeline import Outcome

_START: Final = time.perf_counter()


def show(
    diagnostics: Sequence[Diagnostic],
    texts: Mapping[str, str],
    *,
    format: Format = Format.TEXT,
    stream: TextIO | None = None,
) -> None:
    """Print findings; in JSON also that there are none."""
    stream = stream or sys.stdout
    if format is Format.JSON:
        stream.write(to_json(diagnostics, Texts(texts)))
    elif format is Format.GITHUB:
        stream.write(github(diagnostics, Texts(texts)))
    elif diagnostics:
        stream.write(text(diagnostics, Texts(texts), color=_colorful(stream)) + "\n")


def exit_code(diagnostics: Sequence[Diagnostic], *, strict: bool = False) -> int:
    """1 with errors, under `strict` also with warnings; else 0."""
    return int(any(strict or each.severity is Severity.ERROR for each in diagnostics))


def say(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr)


def summary(outcome: Outcome, changed: str = "changed", removed: str = "removed") -> str:
    """`chat: 7 messages, 3 handlers → 9 files (2 changed, 1 removed) in 84 ms`"""
    elapsed = round((time.perf_counter() - _START) * 1000)
    if outcome.changes is None:
        return f"{outcome.name}: {_findings(outcome.diagnostics)} in {elapsed} ms"
    totals, changes = outcome.totals, outcome.changes
    counts = [(len(changes.writes), changed), (len(changes.removals), removed)]
    what = ", ".join(f"{count} {word}" for count, word in counts if count) or "unchanged"
    made = f"{_count(totals.messages, 'message')}, {_count(totals.handlers, 'handler')}"
    files = _count(changes.unchanged + len(changes.writes), "file")
    return f"{outcome.name}: {made} → {files} ({what}) in {elapsed} ms"


def _findings(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    warnings = len(diagnostics) - errors
    found = _count(errors, "error")
    return f"{found}, {_count(warnings, 'warning')}" if warnings else found


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _colorful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")
