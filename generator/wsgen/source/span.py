"""Places in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Position(NamedTuple):
    """A place between characters; both numbers count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file, from `start` up to `end`, as the author names the file."""

    file: str
    start: Position
    end: Position

    @classmethod
    def start_of(cls, file: str) -> Span:
        """The very beginning of a file, for what concerns it as a whole."""
        return cls(file, Position(1, 1), Position(1, 1))

    def by_names(self, names: Mapping[str, str]) -> Span:
        """The same place, where some files are called otherwise."""
        return Span(names.get(self.file, self.file), self.start, self.end)

    def __str__(self) -> str:
        return f"{self.file}:{self.start.line}:{self.start.column}"

    def part(self, start: int, end: int) -> Span:
        """The columns `start` to `end` of a span that lies on one line, counted from its start."""
        line, column = self.start
        return Span(self.file, Position(line, column + start), Position(line, column + end))
