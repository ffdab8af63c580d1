"""From a file to a tree of values, each with its place. Knows nothing of what a schema means.

The parser is in `yaml`, which imports a library that is not needed to say what was found.
"""

from wsgen.source.comments import Comment, comments
from wsgen.source.fault import Fault
from wsgen.source.span import Position, Span
from wsgen.source.text import SourceText, Unreadable, lines_of, name_below, read
from wsgen.source.tree import Path, Tree, Value

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
    "name_below",
    "read",
]
