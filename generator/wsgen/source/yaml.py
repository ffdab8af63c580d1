"""YAML → Tree, strictly: no tags, no merge keys, no duplicate keys, bounded depth and aliases.

Nodes are composed by the C parser for their positions; nothing is ever constructed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

import yaml

from wsgen.source.fault import Fault
from wsgen.source.span import Position, Span
from wsgen.source.text import SourceText, lines_of
from wsgen.source.tree import Entry, Mapping, Node, Scalar, Sequence, Tree

MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000
MAX_ALIASED_NODES: Final = 10_000
_LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG: Final = re.compile(r"(&\S+\s+)?!")
_COMMENT: Final = re.compile(r"[ \t]+#(.*)")
_CUT: Final = re.compile(r"\s#[^\s#]\S*")
_KEY: Final = re.compile(r"[A-Za-z_][\w.-]*\??", re.ASCII)
_INDENTATION: Final = "keys of one mapping stand in one column"
_WRITE_OUT: Final = "write the values out"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


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
    loader = _LOADER(source.text)
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
                return self._scalar(node, span)

    def _scalar(self, node: yaml.Node, span: Span) -> Scalar:
        text = str(node.value)
        if _SURROGATE.search(text):
            message = "half a character: a lone surrogate"
            self.faults.append(Fault("WSG002", message, span, "write the character itself"))
        if _quoted(node):
            return Scalar(text, True, span)
        comment = _COMMENT.match(self._source.text, node.end_mark.index)
        return Scalar(text, False, span, comment[1] if comment else None)

    def _entries(self, node: yaml.MappingNode, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = self.node(key_node, depth + 1)
            value = self.node(value_node, depth + 1)
            if not isinstance(key, Scalar):
                help_ = "write a plain word"
                self.faults.append(Fault("WSG004", "a key has to be plain text", key.span, help_))
            elif key.text == "<<" and not key.quoted:
                help_ = "write the keys out, or use an alias for the whole value"
                self.faults.append(Fault("WSG006", "merge keys are not allowed", key.span, help_))
            elif key.text in entries:
                first = entries[key.text].key.span
                message = f"duplicate key `{key.text}`"
                related = ((first, "first given here"),)
                help_ = "remove or rename one of them"
                self.faults.append(Fault("WSG003", message, key.span, help_, related))
            elif node.flow_style and _keyless(key_node, value_node):
                message = f"`{key.text}` stands alone inside `{{…}}`"
                help_ = "a `,` ends a value there: put the whole value in quotes"
                self.faults.append(Fault("WSG007", message, key.span, help_))
            else:
                entries[key.text] = Entry(key, value)
        return entries

    def _count(self, node: yaml.Node, depth: int, span: Span) -> None:
        self._total += 1
        self._aliased += self._in_alias > 0
        if id(node) in self._open:
            message = "an alias may not contain itself"
            raise _Refused(Fault("WSG005", message, span, _WRITE_OUT))
        if depth > MAX_DEPTH:
            raise _Refused(_nesting_fault(span))
        if self._aliased > MAX_ALIASED_NODES:
            message = f"aliases stand for more than {MAX_ALIASED_NODES:,} values"
            raise _Refused(Fault("WSG005", message, span, "write fewer of them"))
        if self._total > MAX_NODES:
            message = f"more than {MAX_NODES:,} keys and values"
            raise _Refused(Fault("WSG005", message, span, "split the schema, with `imports:`"))

    def _check_tag(self, node: yaml.Node, span: Span) -> None:
        if not str(node.tag).startswith("tag:yaml.org,2002:") or self._explicit_tag(node):
            help_ = "remove it: the schema says what a value is"
            self.faults.append(Fault("WSG006", "YAML tags are not allowed", span, help_))

    def _explicit_tag(self, node: yaml.Node) -> bool:
        return _TAG.match(self._source.text, node.start_mark.index) is not None

    def _span(self, node: yaml.Node) -> Span:
        block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        # A block ends where the next thing starts: only its beginning is of use.
        return _span(self._source, node.start_mark, node.start_mark if block else node.end_mark)


def _quoted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is not None and node.style != ""


def _keyless(key: yaml.Node, value: yaml.Node) -> bool:
    """Whether a text stands in `{…}` without `:`, and is no word that might be meant as a key."""
    return (
        isinstance(key, yaml.ScalarNode)
        and not _quoted(key)
        and isinstance(value, yaml.ScalarNode)
        and not _quoted(value)
        and value.start_mark.index == value.end_mark.index == key.end_mark.index
        and not _KEY.fullmatch(str(key.value))
    )


def _too_deep(source: SourceText) -> Fault | None:
    """The composer recurses: where a file looks deep, count by events, which do not."""
    flow = source.text.count("[") + source.text.count("{")
    indented = any(
        len(line) - len(line.lstrip(" -?")) > MAX_DEPTH for line in lines_of(source.text)
    )
    if flow <= MAX_DEPTH and not indented:
        return None
    depth = 0
    events: Iterator[yaml.Event] = yaml.parse(source.text, Loader=_LOADER)
    try:
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            start, end = event.start_mark, event.end_mark
            if depth > MAX_DEPTH and start is not None and end is not None:
                return _nesting_fault(_span(source, start, end))
    except yaml.YAMLError:
        pass  # reported where the nodes are composed, which gets no further
    return None


def _nesting_fault(span: Span) -> Fault:
    return Fault("WSG005", f"nested deeper than {MAX_DEPTH} levels", span, "keep the schema flat")


class _Mark(Protocol):
    """What the marks of both of PyYAML's parsers have."""

    line: int
    column: int


def _span(source: SourceText, start: _Mark, end: _Mark) -> Span:
    return Span(
        source.name,
        Position(start.line + 1, start.column + 1),
        Position(end.line + 1, end.column + 1),
    )


def _syntax_fault(error: yaml.YAMLError, source: SourceText) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _character_fault(error, source)
    span = _span(source, mark, mark).part(0, 1)
    lines = [*lines_of(source.text), ""]
    problem = str(getattr(error, "problem", None) or error).replace("\n", " ")
    message = f"not valid YAML: {problem}"
    cut = _cut_before(lines, span)
    if cut is not None:
        return Fault("WSG002", message, cut, "a value with ` #` in it has to stand in quotes")
    return Fault("WSG002", message, span, _syntax_help(lines[span.start.line - 1], problem))


def _cut_before(lines: list[str], span: Span) -> Span | None:
    """The ` #…` on the last line before a place where something ended too early."""
    number = span.start.line - 1
    if span.start.column > 1:
        return None
    while number > 0 and not lines[number - 1].strip():
        number -= 1
    found = _CUT.search(lines[number - 1]) if number > 0 else None
    if found is None:
        return None
    start = Position(number, found.start() + 2)
    return Span(span.file, start, Position(number, found.end() + 1))


def _character_fault(error: yaml.YAMLError, source: SourceText) -> Fault:
    """The parser tells the offset of a character that it refuses in bytes."""
    offset = int(getattr(error, "position", 0))
    before = source.text.encode()[:offset].decode(errors="ignore")
    start = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
    span = Span(source.name, start, Position(start.line, start.column + 1))
    return Fault("WSG002", "a character that YAML does not allow", span, "remove it")


def _syntax_help(line: str, problem: str) -> str:
    """The traps that a schema of this kind falls into."""
    if "\t" in line[: len(line) - len(line.lstrip())] or "\\t" in problem:
        return "indent with spaces: YAML allows no tabs there"
    if "Unicode character escape" in problem:
        return "half a character (`\\ud800` to `\\udfff`) is no text: write the character itself"
    if "another document" in problem:
        return "a schema is one document: remove the `---`"
    if any(words in problem for words in ("alias", "alphabetic", "start any token")):
        return "a value that starts with a sign such as `*`, `@` or `%` has to stand in quotes"
    if "mapping values" in problem:
        two = line.count(": ") > 1
        return 'a value with `: ` in it has to stand in quotes: "…: …"' if two else _INDENTATION
    if "[" in line and "{" in line and line.index("[") < line.index("{"):
        return 'a path with `{…}` has to stand in quotes inside `[…]`: ["/rooms/{room_id:int}"]'
    if "{" in line:
        return "inside `{…}` a value with `[`, `{`, `,` or `: ` has to stand in quotes"
    if re.search(r":\s+\[", line):
        return "a value that starts with `[` has to stand in quotes"
    return "look for a quote or a bracket that is not closed, here or above"
