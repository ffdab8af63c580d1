"""From a file to a tree of values, each with its place. Knows nothing of what a schema means."""

from wsgen.source.comments import Comment, comments
from wsgen.source.span import Position, Span
from wsgen.source.text import SourceText, Unreadable, lines_of, read
from wsgen.source.tree import Path, Tree, Value
from wsgen.source.yaml import Fault, parse

__all__ = [
    "Comment",
    "Fault",
    "Path",
    "Position",
    "SourceText",
    "Span",
    "Tree",
    "Unreadable",
    "Value",
    "comments",
    "lines_of",
    "parse",
    "read",
]
