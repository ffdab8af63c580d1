"""What stands in a YAML file, each key and value with its place.

Scalars stay text: what they mean depends on the place where they stand, which is for the
schema to say. YAML 1.1 would read `on` as true and `12:30` as 750.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsgen.source.span import Span

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INT_DIGITS = 400

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain, quoted or block scalar.

    Attributes:
        quoted: it stands in quotes or as a block, so it is text whatever it looks like.
        comment: what follows a plain scalar on its line, after ` #`.
    """

    text: str
    quoted: bool
    span: Span
    comment: str | None = None

    def part(self, start: int, end: int) -> Span:
        """The place of a piece of the text; of it all where it spans lines or has escapes."""
        width = self.span.end.column - self.span.start.column
        offset = 1 if self.quoted else 0
        if self.span.start.line != self.span.end.line or width != len(self.text) + 2 * offset:
            return self.span
        return self.span.part(start + offset, max(end, start + 1) + offset)

    def value(self) -> Value:
        """The scalar by the core rules of YAML 1.2, section 10.3.2."""
        if self.quoted:
            return self.text
        if self.text in {"", "~", "null", "Null", "NULL"}:
            return None
        if self.text in {"true", "True", "TRUE"}:
            return True
        if self.text in {"false", "False", "FALSE"}:
            return False
        if _INT.fullmatch(self.text) and len(self.text) < _INT_DIGITS:
            return int(self.text, 0) if self.text[:2] in {"0o", "0x"} else int(self.text)
        return float(self.text) if _FLOAT.fullmatch(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping, and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, in the order in which it is written; keys are unique."""

    entries: dict[str, Entry]
    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole file."""

    root: Node

    def nodes(self, path: Path) -> Iterator[Node]:
        """The nodes on the way to `path`, from the root, as far as they exist."""
        node = self.root
        yield node
        for step in path:
            found = child(node, step)
            if found is None:
                return
            node = found
            yield node

    def find(self, path: Path) -> Node | None:
        """The node at `path`."""
        found = list(self.nodes(path))
        return found[-1] if len(found) > len(path) else None

    def names(self, path: Path) -> tuple[str, ...]:
        """The keys of the mapping at `path`; of a list, or of one text, what stands there."""
        match self.find(path):
            case Mapping(entries=entries):
                return tuple(entries)
            case Sequence(items=items):
                return tuple(each.text for each in items if isinstance(each, Scalar))
            case Scalar(text=text):
                return (text,)
            case None:
                return ()

    def span(self, path: Path) -> Span:
        """Where the value at `path` stands, or the nearest thing around it that exists."""
        return list(self.nodes(path))[-1].span

    def key_span(self, path: Path) -> Span:
        """Where the key at the end of `path` stands, or the same text in a list of texts.

        Without either, the place of the value.
        """
        *way, last = path
        parent = list(self.nodes(tuple(way)))[-1]
        match parent:
            case Mapping(entries=entries) if str(last) in entries:
                return entries[str(last)].key.span
            case Sequence(items=items):
                texts = (each for each in items if isinstance(each, Scalar) and each.text == last)
                return next((each.span for each in texts), self.span(path))
            case _:
                return self.span(path)

    def part(self, path: Path, start: int, end: int) -> Span:
        """A piece of the scalar at `path`."""
        node = list(self.nodes(path))[-1]
        return node.part(start, end) if isinstance(node, Scalar) else node.span


def child(node: Node, step: str | int) -> Node | None:
    """The item or value one step below `node`."""
    match node:
        case Mapping(entries=entries) if str(step) in entries:
            return entries[str(step)].value
        case Sequence(items=items) if isinstance(step, int) and step < len(items):
            return items[step]
        case _:
            return None
