"""Code as a type of its own, so that nothing else reaches a generated file.

`Code` is text that this package made and vouches for. The Jinja environment refuses every
other string: a doc, a default or a name that an author wrote has to pass a function here.
"""

from __future__ import annotations

import keyword
import re
from typing import Final

from wsgen.source import Value

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_QUOTES: Final = re.compile(r'\A"|"{3,}|"+\Z')
"""Quotes that would end a docstring, or touch its own."""


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
    """A plain value as a Python literal, in ASCII, strings in double quotes."""
    if isinstance(value, str):
        return Code(_quoted(value))
    if isinstance(value, list):
        return Code("[" + ", ".join(map(literal, value)) + "]")
    if isinstance(value, dict):
        pairs = (f"{literal(key)}: {literal(each)}" for key, each in value.items())
        return Code("{" + ", ".join(pairs) + "}")
    return Code(repr(value))


def _quoted(text: str) -> str:
    """Like `ascii`, in the quotes that formatters prefer."""
    if '"' in text and "'" not in text:
        return ascii(text)
    body = ascii(text + '"')[1:-2]  # a double quote inside makes ascii() choose single ones
    if "'" not in text:
        return f'"{body}"'
    return '"' + ascii(text + "\"'")[1:-4].replace("\\'", "'").replace('"', '\\"') + '"'


def docstring(text: str, indent: int = 4) -> Code:
    """A docstring in the layout that `ruff format` gives it, quotes included.

    Escapes what could end it, and what a reader cannot see (control and bidi characters).
    """
    lines = [_visible(line.rstrip()) for line in text.expandtabs().strip().split("\n")]
    margin = " " * indent
    body = "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:])])
    closing = f"\n{margin}" if len(lines) > 1 else ""
    return Code(f'"""{_QUOTES.sub(_escape, body)}{closing}"""')


def comment(text: str) -> Code:
    """Text for one comment line, without the `#`."""
    return Code(_visible(" ".join(text.split())))


def _visible(line: str) -> str:
    """Escape backslashes and what a reader cannot see."""
    return "".join(
        each if each.isprintable() and each != "\\" else ascii(each)[1:-1]
        for each in line
    )


def _escape(quotes: re.Match[str]) -> str:
    return '\\"' * len(quotes[0])
