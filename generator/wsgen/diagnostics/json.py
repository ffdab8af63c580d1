"""Diagnostics as plain data and back, as schemas/diagnostics.schema.json describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

from wsgen.diagnostics.diagnostic import Diagnostic
from wsgen.diagnostics.rules import RULES
from wsgen.source import Position, Span

Plain: TypeAlias = dict[str, object]


def to_plain(diagnostic: Diagnostic) -> Plain:
    """What JSON says of a finding."""
    return {
        "code": diagnostic.code,
        "name": RULES[diagnostic.code].name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        **(_range(diagnostic.span) if diagnostic.span else {}),
        "related": [{"message": note, **_range(span)} for span, note in diagnostic.related],
    }


def from_plain(found: Mapping[str, object]) -> Diagnostic:
    """The finding that JSON speaks of.

    Raises:
        LookupError, TypeError, ValueError: it speaks of none.
    """
    related = cast("list[Mapping[str, object]]", found["related"])
    return Diagnostic(
        code=str(found["code"]),
        message=str(found["message"]),
        span=_span(found) if "file" in found else None,
        help=str(found["help"]),
        related=tuple((_span(each), str(each["message"])) for each in related),
    )


def _range(span: Span) -> Plain:
    return {
        "file": span.file,
        "line": span.start.line,
        "column": span.start.column,
        "end_line": span.end.line,
        "end_column": span.end.column,
    }


def _span(found: Mapping[str, object]) -> Span:
    start = Position(_number(found, "line"), _number(found, "column"))
    end = Position(_number(found, "end_line"), _number(found, "end_column"))
    return Span(str(found["file"]), start, end)


def _number(found: Mapping[str, object], key: str) -> int:
    value = found[key]
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"not a place: {key} {value}")
    return value
