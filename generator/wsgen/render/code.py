"""Code as a type of its own, so that nothing else reaches a generated file.

`Code` is text that this package made and vouches for. The Jinja environment refuses every
other string: a doc, a default or a name that an author wrote has to pass a function here.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wsgen.source import Value

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_QUOTES: Final = re.compile(r'\A"|"{3,}|"+\Z')
"""Quotes that would end a docstring, or touch its own."""

_HIDDEN: Final = re.compile(
    r"[\\\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
"""Controls, spaces but the usual one, bidi marks, and what else has no shape; written out, so
that it is the same under every Python."""
_NAMED: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Code(str):
    """A piece of Python source that may be written as it stands."""

    __slots__ = ()


def identifier(text: str) -> Code:
    """A Python name, dotted or not.

    Raises:
        ValueError: it is none; a mistake of wsgen's, since names are checked before.
    """
    if not _IDENTIFIER.fullmatch(text) or any(map(keyword.iskeyword, text.split("."))):
        raise ValueError(f"not a Python name: {text!r}")
    return Code(text)


def literal(value: Value) -> Code:
    """A plain value as a Python literal, strings in double quotes where they can be."""
    if isinstance(value, str):
        return Code(_quoted(value))
    if isinstance(value, list):
        return Code("[" + ", ".join(map(literal, value)) + "]")
    if isinstance(value, dict):
        pairs = (f"{literal(key)}: {literal(each)}" for key, each in value.items())
        return Code("{" + ", ".join(pairs) + "}")
    return Code(repr(value))


def _quoted(text: str) -> str:
    """In the quotes that formatters prefer: double ones, unless that needs more escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + visible(text).replace(quote, f"\\{quote}") + quote


def raw_literal(text: str) -> Code:
    """Text as a raw string where that is possible and saves backslashes."""
    plain = text.isascii() and text.isprintable() and '"' not in text
    if plain and "\\" in text and not text.endswith("\\"):
        return Code(f'r"{text}"')
    return literal(text)


def bytes_literal(value: bytes) -> Code:
    """Bytes as a literal, in the quotes that formatters prefer."""
    text = value.decode("latin-1")
    quoted = _quoted(text)
    return Code("b" + "".join(each if each.isascii() else ascii(each)[1:-1] for each in quoted))


def docstring(text: str, indent: int = 4) -> Code:
    """A docstring in the layout that `ruff format` gives it, quotes included.

    Escapes what could end it, and what a reader cannot see (control and bidi characters).
    """
    first, *rest = [line.rstrip() for line in text.expandtabs().strip().split("\n")]
    shared = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    lines = [visible(first), *(visible(line[shared:]) for line in rest)]
    margin = " " * indent
    body = "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:])])
    closing = f"\n{margin}" if len(lines) > 1 else ""
    return Code(f'"""{_QUOTES.sub(_escape, body)}{closing}"""')


def comment(text: str) -> Code:
    """Text for one comment line, without the `#`."""
    return Code(visible(" ".join(text.split())))


def visible(text: str) -> str:
    """Text inside of quotes: escapes backslashes and what a reader cannot see."""
    return _HIDDEN.sub(lambda match: _NAMED.get(match[0]) or ascii(match[0])[1:-1], text)


def _escape(quotes: re.Match[str]) -> str:
    return '\\"' * len(quotes[0])
