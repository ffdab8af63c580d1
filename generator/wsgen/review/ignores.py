"""`# wsgen: ignore[WSG401] reason`: advice that an author has answered.

It stands on the line of the finding, or alone on a line above it. WSG400 tells of those that are
malformed, or no longer needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import RULES, Collector, Diagnostic, closest, did_you_mean, in_order
from wsgen.schema import Unit
from wsgen.source import Comment, Span, comments, lines_of

_INSTRUCTION: Final = re.compile(r"#\s*wsgen:\s*([A-Za-z]+)")
_IGNORE: Final = re.compile(r"#\s*wsgen:\s*ignore\[(?P<codes>[^\]]*)\](?P<reason>.*)")
_FORM: Final = "write `# wsgen: ignore[WSG401] reason`"
_ADVICE: Final = ("WSG4", "WSG5")
_OWN: Final = "WSG400"


@dataclass(frozen=True, slots=True)
class _Ignore:
    """A code, where it stands, and the line that it is about."""

    code: str
    at: Span
    line: int


def heeded(advice: Sequence[Diagnostic], units: Sequence[Unit]) -> tuple[Diagnostic, ...]:
    """Advice without what comments answer, and with what is wrong with these."""
    found = Collector()
    ignores = [each for unit in units for each in _ignores(unit, found)]
    answered = {(each.at.file, each.line, each.code) for each in ignores}
    places = {_place(each) for each in advice}
    for each in ignores:
        if (each.at.file, each.line, each.code) not in places:
            message = f"{each.code} is not found here, so there is nothing to ignore"
            found.report(_OWN, message, each.at, help="remove it")
    left = (each for each in advice if _place(each) not in answered)
    return in_order((*left, *found.diagnostics))


def _place(advice: Diagnostic) -> tuple[str, int, str] | None:
    span = advice.span
    return (span.file, span.start.line, advice.code) if span else None


def _ignores(unit: Unit, found: Collector) -> Iterator[_Ignore]:
    lines = lines_of(unit.source.text)
    for comment in comments(unit.source, unit.tree):
        word = _INSTRUCTION.match(comment.text)
        if word is None or closest(word[1], ["ignore"]) is None:
            continue
        match = _IGNORE.match(comment.text)
        if match is None:
            found.report(_OWN, "this ignores nothing", comment.span, help=_FORM)
            continue
        if not match["reason"].strip():
            message = "why it is ignored is not said"
            found.report(_OWN, message, comment.span, help="write the reason behind the `]`")
        line = _line_below(comment, lines) if comment.alone else comment.span.start.line
        for code in re.finditer(r"[^\s,]+", match["codes"]):
            start = match.start("codes")
            at = comment.span.part(start + code.start(), start + code.end())
            if _may_be_ignored(code[0], at, found):
                yield _Ignore(code[0], at, line)


def _line_below(comment: Comment, lines: Sequence[str]) -> int:
    """The next line that is more than a comment."""
    number = comment.span.start.line
    while number < len(lines) and lines[number].lstrip()[:1] in {"", "#"}:
        number += 1
    return number + 1


def _may_be_ignored(code: str, at: Span, found: Collector) -> bool:
    if code not in RULES:
        help_ = did_you_mean(code, RULES) or _FORM
        found.report(_OWN, f"there is no {code}", at, help=help_)
    elif not code.startswith(_ADVICE) or code == _OWN:
        message = f"{code} cannot be ignored"
        found.report(_OWN, message, at, help="only advice can, WSG4xx and WSG5xx: correct it")
    else:
        return True
    return False
