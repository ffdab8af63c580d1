"""A Python file of the user's: its bytes, its text, its syntax tree, and places in it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from wsgen.source import Position, Span

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
"""A line where Python ends it: form feeds and the like are within."""
_MAX_BYTES: Final = 1024 * 1024
_BREAK: Final = re.compile(r"\r\n|\r|\n")


def parse(text: str) -> ast.Module:
    """The syntax tree, without a word about what Python only warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _encoded(text: str, encoding: str) -> bytes | None:
    """The bytes of a text; None where its encoding does not take back what it gave."""
    try:
        return text.encode(encoding)
    except UnicodeError:
        return None


class NotUnderstood(Exception):
    """A file that cannot be read as Python; the text says why.

    Attributes:
        line: where, if that is known.
    """

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class UserFile:
    """A file as read.

    Attributes:
        path: where it really lies.
        name: as messages call it.
        encoding: by its mark or cookie.
    """

    path: Path
    name: str
    data: bytes
    encoding: str
    text: str
    tree: ast.Module

    @classmethod
    def read(cls, path: Path, name: str, data: bytes) -> UserFile:
        """Decode and parse.

        Raises:
            NotUnderstood: it is no Python that this Python can read.
        """
        if len(data) > _MAX_BYTES:
            raise NotUnderstood("it is larger than 1 MiB")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(encoding)
            tree = parse(text)
        except SyntaxError as error:
            raise NotUnderstood(error.msg, error.lineno or 1) from None
        except (ValueError, LookupError, RecursionError, MemoryError) as error:
            raise NotUnderstood(str(error) or type(error).__name__) from None
        if _encoded(text, encoding) != data:
            raise NotUnderstood(f"its bytes are not what {encoding} makes of its text")
        return cls(path, name, data, encoding, text, tree)

    def changed(self, text: str) -> UserFile:
        """The same file with another text.

        Raises:
            NotUnderstood: the text is no Python, or its encoding lacks a character.
        """
        try:
            data = text.encode(self.encoding)
        except UnicodeError as error:
            why = error.reason if isinstance(error, UnicodeEncodeError) else error
            raise NotUnderstood(f"{self.encoding} lacks a character: {why}") from None
        return UserFile.read(self.path, self.name, data)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends; together they are the text."""
        return tuple(_LINE.findall(self.text))

    @cached_property
    def newline(self) -> str:
        """How its first line ends."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def indent(self) -> str:
        """One step of its indentation, by the first block that has one."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.If):
                line = self.lines[node.body[0].lineno - 1]
                if node.body[0].lineno > node.lineno and line[:1] in {" ", "\t"}:
                    return line[: len(line) - len(line.lstrip(" \t"))]
        return " " * 4

    def excerpt(self) -> str:
        """The text as excerpts are taken from it, which know fewer kinds of line ends."""
        return "\n".join(
            re.sub("[\x85\u2028\u2029]", " ", each) for each in _BREAK.split(self.text)
        )

    def span(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """The name of a definition."""
        line = self.lines[node.lineno - 1]
        start = len(line.encode()[: node.col_offset].decode())
        start = max(line.find(node.name, start), start)
        place = Position(node.lineno, start + 1)
        return Span(self.name, place, Position(node.lineno, start + 1 + len(node.name)))
