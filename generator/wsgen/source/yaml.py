"""YAML → Tree, strictly: no tags, no merge keys, no duplicate keys, bounded depth and aliases.

Nodes are composed by the C parser for their positions; nothing is ever constructed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from wsgen.source.span import Position, Span
from wsgen.source.text import SourceText
from wsgen.source.tree import Entry, Mapping, Node, Scalar, Sequence, Tree

MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000
MAX_ALIASED_NODES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file as YAML; diagnostics are made of it elsewhere."""

    code: str
    message: str
    span: Span
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()


class _Refused(Exception):
    """Ends the walk over nodes: what follows could not be trusted."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(source: SourceText) -> tuple[Tree | None, tuple[Fault, ...]]:
    """The tree of a file, or what is wrong with it."""
    depth_fault = _too_deep(source)
    if depth_fault:
        return None, (depth_fault,)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source.text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, (
                Fault("WSG001", "the file is empty", source.start, "start with `wsgen: 1`"),
            )
        walk = _Walk(source)
        tree = Tree(walk.node(node, 0))
    except yaml.YAMLError as error:
        return None, (_syntax_fault(error, source),)
    except _Refused as refused:
        return None, (refused.fault,)
    finally:
        loader.dispose()
    return (None if walk.faults else tree), tuple(walk.faults)


class _Walk:
    """One pass over the composed nodes."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._total = 0
        self._aliased = 0
        self._in_alias = 0
        self.faults: list[Fault] = []

    def node(self, node: yaml.Node, depth: int) -> Node:
        span = self._span(node)
        self._count(node, depth, span)
        again = id(node) in self._seen
        self._seen.add(id(node))
        self._open.add(id(node))
        self._in_alias += again
        self._check_tag(node, span)
        result = self._convert(node, depth, span)
        self._in_alias -= again
        self._open.discard(id(node))
        return result

    def _convert(self, node: yaml.Node, depth: int, span: Span) -> Node:
        match node:
            case yaml.MappingNode():
                return Mapping(self._entries(node, depth), span)
            case yaml.SequenceNode():
                return Sequence(tuple(self.node(each, depth + 1) for each in node.value), span)
            case _:
                return Scalar(str(node.value), _quoted(node), span)

    def _entries(self, node: yaml.MappingNode, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = self.node(key_node, depth + 1)
            value = self.node(value_node, depth + 1)
            if not isinstance(key, Scalar):
                self.faults.append(Fault("WSG004", "a key has to be plain text", key.span))
            elif key.text == "<<" and not key.quoted:
                help_ = "write the keys out, or use an alias for the whole value"
                self.faults.append(Fault("WSG006", "merge keys are not allowed", key.span, help_))
            elif key.text in entries:
                first = entries[key.text].key.span
                message = f"duplicate key `{key.text}`"
                related = ((first, "first given here"),)
                self.faults.append(Fault("WSG003", message, key.span, None, related))
            else:
                entries[key.text] = Entry(key, value)
        return entries

    def _count(self, node: yaml.Node, depth: int, span: Span) -> None:
        self._total += 1
        self._aliased += self._in_alias > 0
        if id(node) in self._open:
            raise _Refused(Fault("WSG005", "an alias may not contain itself", span))
        if depth > MAX_DEPTH:
            raise _Refused(Fault("WSG005", f"nested deeper than {MAX_DEPTH} levels", span))
        if self._aliased > MAX_ALIASED_NODES or self._total > MAX_NODES:
            raise _Refused(Fault("WSG005", "too many nodes, most by aliases", span))

    def _check_tag(self, node: yaml.Node, span: Span) -> None:
        if not str(node.tag).startswith("tag:yaml.org,2002:") or self._explicit_tag(node):
            help_ = "remove it: the schema says what a value is"
            self.faults.append(Fault("WSG006", "YAML tags are not allowed", span, help_))

    def _explicit_tag(self, node: yaml.Node) -> bool:
        index = node.start_mark.index if node.start_mark else 0
        return self._source.text[index : index + 1] == "!"

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            end = start  # a block ends where the next thing starts: only its beginning is of use
        return Span(
            self._source.name,
            Position(start.line + 1, start.column + 1),
            Position(end.line + 1, end.column + 1),
        )


def _quoted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is not None and node.style != ""


def _too_deep(source: SourceText) -> Fault | None:
    """The parser itself recurses on flow brackets and block indents: count before."""
    depth = deepest = 0
    for line_number, line in enumerate(source.text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if character in "[{":
                depth += 1
                if depth > 2 * MAX_DEPTH:
                    place = Position(line_number, column)
                    return Fault(
                        "WSG005",
                        f"nested deeper than {MAX_DEPTH} levels",
                        Span(source.name, place, Position(line_number, column + 1)),
                    )
            elif character in "]}":
                depth = max(0, depth - 1)
        stripped = len(line) - len(line.lstrip(" -?"))
        deepest = max(deepest, stripped)
        if stripped > 4096:
            place = Position(line_number, 1)
            return Fault(
                "WSG005", "indented deeper than 4096 columns", Span(source.name, place, place)
            )
    return None


def _syntax_fault(error: yaml.YAMLError, source: SourceText) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        line = source.text.count("\n", 0, position) + 1
        place = Position(line, position - source.text.rfind("\n", 0, position))
        return Fault(
            "WSG002", "a character that YAML does not allow", Span(source.name, place, place)
        )
    place = Position(mark.line + 1, mark.column + 1)
    span = Span(source.name, place, Position(mark.line + 1, mark.column + 2))
    line = (source.text.split("\n") + [""])[mark.line]
    problem = str(getattr(error, "problem", None) or error).replace("\n", " ")
    return Fault("WSG002", f"not valid YAML: {problem}", span, _syntax_help(line, problem))


def _syntax_help(line: str, problem: str) -> str | None:
    """The traps that a schema of this kind falls into."""
    if "\t" in line[: len(line) - len(line.lstrip())] or "\\t" in problem:
        return "indent with spaces: YAML allows no tabs there"
    if "mapping values" in problem:
        return 'a value with `: ` in it has to stand in quotes: "…: …"'
    if "{" in line and ("," in line or "[" in line or "}" in line):
        return "inside `{…}` a value with `[`, `{` or `,` has to stand in quotes, or on a line of its own"
    if "[" in line and "{" in line:
        return 'a path with `{…}` has to stand in quotes inside `[…]`: ["/rooms/{room_id:int}"]'
    return None
