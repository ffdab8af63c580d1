"""A finding as data. What it looks like is for the renderers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wsgen.diagnostics.rules import RULES, Severity
from wsgen.source import Fault, Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding: what is wrong, where, and what to do.

    Attributes:
        message: stands alone, without the excerpt.
        span: None: it concerns no place in a file.
        help: what to do, in one line.
        related: other places that explain this one, each with its note.
    """

    code: str
    message: str
    span: Span | None
    help: str
    related: tuple[tuple[Span, str], ...] = ()

    def __post_init__(self) -> None:
        if self.code not in RULES:
            raise ValueError(f"no such rule: {self.code}")

    @property
    def severity(self) -> Severity:
        """Error or warning, by the rule."""
        return RULES[self.code].severity

    @classmethod
    def of(cls, fault: Fault) -> Diagnostic:
        """The finding that a reader of YAML reports as plain data."""
        return cls(fault.code, fault.message, fault.span, fault.help, fault.related)

    def by_names(self, names: Mapping[str, str]) -> Diagnostic:
        """The same finding, where some files are called otherwise."""
        span = self.span and self.span.by_names(names)
        related = tuple((each.by_names(names), note) for each, note in self.related)
        return Diagnostic(self.code, self.message, span, self.help, related)


class Collector:
    """Gathers findings during a stage."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Diagnostic] = {}

    def report(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Add a finding; the same one at the same place is kept once."""
        diagnostic = Diagnostic(code, message, span, help, related)
        self._found.setdefault((code, str(span), message), diagnostic)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found, in the order of places."""
        return in_order(self._found.values())


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings by place: file by file, from top to bottom."""
    return tuple(sorted(diagnostics, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[str, tuple[int, int], str]:
    span = diagnostic.span
    return (span.file, span.start, diagnostic.code) if span else ("", (0, 0), diagnostic.code)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the pipeline."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was meant, if one is close."""
    known = list(known)
    folded = {each.lower(): each for each in known}
    if name.lower() in folded:
        return folded[name.lower()]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A help line with the closest known name, if one is close."""
    close = closest(name, known)
    return f"did you mean `{close}`?" if close else None
