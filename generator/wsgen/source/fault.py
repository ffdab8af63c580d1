"""What a reader of files reports, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from wsgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file as YAML; diagnostics are made of it elsewhere."""

    code: str
    message: str
    span: Span
    help: str
    related: tuple[tuple[Span, str], ...] = ()
