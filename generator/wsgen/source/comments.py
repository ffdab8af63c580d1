"""Comments of a YAML file, which its parser drops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wsgen.source.span import Position, Span
from wsgen.source.text import SourceText, lines_of
from wsgen.source.tree import Mapping, Node, Scalar, Tree

_SIGN: Final = re.compile(r"(?:^|(?<=[ \t]))#")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, from its `#` to the end of the line.

    Attributes:
        alone: nothing but space stands before it.
    """

    text: str
    span: Span
    alone: bool


def comments(source: SourceText, tree: Tree) -> Iterator[Comment]:
    """The comments of a file, from top to bottom."""
    quoted: dict[int, list[Span]] = {}
    for span in _quoted(tree.root):
        for number in range(span.start.line, span.end.line + 1):
            quoted.setdefault(number, []).append(span)
    for number, line in enumerate(lines_of(source.text), 1):
        for sign in _SIGN.finditer(line):
            start = Position(number, sign.start() + 1)
            if not any(each.start < start < each.end for each in quoted.get(number, ())):
                span = Span(source.name, start, Position(number, len(line) + 1))
                yield Comment(line[sign.start() :], span, not line[: sign.start()].strip())
                break


def _quoted(node: Node) -> Iterator[Span]:
    """Where a `#` is text."""
    if isinstance(node, Scalar):
        if node.quoted:
            yield node.span
    elif isinstance(node, Mapping):
        for entry in node.entries.values():
            yield from _quoted(entry.key)
            yield from _quoted(entry.value)
    else:
        for item in node.items:
            yield from _quoted(item)
