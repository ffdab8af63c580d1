"""Diagnostics as text for people, JSON for tools, and annotations for GitHub."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from wsgen.diagnostics.diagnostic import Diagnostic
from wsgen.diagnostics.json import to_plain
from wsgen.diagnostics.rules import Severity
from wsgen.source import Span, lines_of

_COLORS: Final = {
    "error": "\033[1;31m",
    "warning": "\033[1;33m",
    "bold": "\033[1m",
    "off": "\033[0m",
}
_LONGEST: Final = 160
"""The longest line that an excerpt shows whole."""
_LEAD: Final = 60
"""How much it shows of a longer one before the mistake."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that excerpts are taken from, by the name of the file."""

    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    _lines: dict[str, list[str]] = field(default_factory=dict[str, list[str]], init=False)

    def line(self, span: Span) -> str | None:
        """The first line of a span, if the file is at hand."""
        text = self.texts.get(span.file)
        if text is None:
            return None
        lines = self._lines.get(span.file) or self._lines.setdefault(span.file, lines_of(text))
        return lines[span.start.line - 1] if span.start.line <= len(lines) else ""


Renderer = Callable[[Iterable[Diagnostic], Texts], str]


def text(diagnostics: Iterable[Diagnostic], texts: Texts, *, color: bool = False) -> str:
    """Excerpt, caret and help, in the layout of the documentation."""
    return "\n".join(_one(each, texts, color=color) for each in diagnostics)


def _one(diagnostic: Diagnostic, texts: Texts, *, color: bool) -> str:
    paint = _COLORS if color else dict.fromkeys(_COLORS, "")
    place = f"{diagnostic.span}: " if diagnostic.span else ""
    severity = diagnostic.severity.value
    label = f"{paint['bold']}{place}{paint[severity]}{severity}[{diagnostic.code}]{paint['off']}"
    lines = [f"{label} {_printable(diagnostic.message)}"]
    help_ = diagnostic.help
    excerpt = _excerpt(diagnostic.span, help_, texts) if diagnostic.span else []
    lines += excerpt
    margin = "   " if not excerpt else " " * (len(excerpt[0]) - 1)
    if not excerpt:
        lines.append(f"{margin}= help: {_printable(help_)}")
    lines += [f"{margin}= {span}: {_printable(note)}" for span, note in diagnostic.related]
    lines.append(f"{margin}= help: wsgen explain {diagnostic.code}")
    return "\n".join(lines) + "\n"


def _excerpt(span: Span, note: str, texts: Texts) -> list[str]:
    line = texts.line(span)
    if line is None or not line.strip():
        return []
    number = str(span.start.line)
    margin = " " * (len(number) + 1)
    start = span.start.column - 1
    end = span.end.column - 1 if span.end.line == span.start.line else start + 1
    line, start, end = _around(line, start, end)
    # A tab stays a tab under the line, so that the caret stands where the mistake is.
    lead = "".join("\t" if each == "\t" else " " * _width(each) for each in line[:start])
    width = max(1, sum(map(_width, line[start:end])))
    pointer = f"{lead}{'^' * width} {_printable(note)}"
    return [f"{margin}|", f"{number} | {_printable(line)}", f"{margin}| {pointer}"]


def _around(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Of a long line the part with the mistake, and where the mistake stands in it."""
    if len(line) <= _LONGEST:
        return line, start, end
    first = max(0, min(start - _LEAD, len(line) - _LONGEST))
    last = first + _LONGEST
    before, after = "…" if first else "", "…" if last < len(line) else ""
    moved = len(before) - first
    return before + line[first:last] + after, start + moved, min(end, last) + moved


def _width(character: str) -> int:
    """How many columns of a terminal a character takes, as it is printed."""
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    wide = unicodedata.east_asian_width(character) in {"F", "W"}
    return 2 if wide else len(_printable(character))


def _printable(text: str) -> str:
    """Text for a terminal: nothing that moves the cursor or hides what stands there."""
    return "".join(
        each if each.isprintable() or each == "\t" else ascii(each)[1:-1] for each in text
    )


def to_json(diagnostics: Iterable[Diagnostic], texts: Texts) -> str:
    """A JSON array, one object for each finding, as schemas/diagnostics.schema.json says."""
    del texts
    return json.dumps([to_plain(each) for each in diagnostics], indent=2, ensure_ascii=False) + "\n"


def github(diagnostics: Iterable[Diagnostic], texts: Texts) -> str:
    """Workflow commands, which GitHub shows beside the line."""
    del texts
    return "".join(f"{_command(each)}\n" for each in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    severity = "error" if diagnostic.severity is Severity.ERROR else "warning"
    values = {"title": f"wsgen {diagnostic.code}"}
    if diagnostic.span:
        span = diagnostic.span
        values |= {"file": span.file, "line": str(span.start.line), "col": str(span.start.column)}
        values |= {"endLine": str(span.end.line), "endColumn": str(span.end.column)}
    properties = ",".join(f"{key}={_property(value)}" for key, value in values.items())
    return f"::{severity} {properties}::{_data(f'{diagnostic.message} ({diagnostic.help})')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
