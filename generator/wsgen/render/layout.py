"""Layout by the rules that `ruff format` follows, so that no formatter runs at build time.

What fits into 88 columns stands on one line; what does not stands one item a line, with a
trailing comma, which formatters take as a wish to keep it so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from wsgen.render.code import Code

WIDTH: Final = 88
_STEP: Final = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Items between brackets: a call, a subscript, a display.

    Attributes:
        trailing: whether a comma may follow the last item (in `list[int]` it may not).
        exploded: one item a line, however short.
    """

    head: str
    items: tuple[Node, ...]
    tail: str
    trailing: bool = True
    exploded: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of `|`."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """`key: value` of a dict, or `name=value` of a call."""

    key: str
    value: Node


Node: TypeAlias = str | Group | Chain | Pair


def width(text: str) -> int:
    """How many columns a line takes; ideographs and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"F", "W"} else 1


def flat(node: Node) -> str:
    """The node on one line."""
    match node:
        case Group():
            return node.head + ", ".join(map(flat, node.items)) + node.tail
        case Chain():
            return " | ".join(map(flat, node.operands))
        case Pair():
            return node.key + flat(node.value)
        case _:
            return node


def lay_out(node: Node, *, indent: int = 0, before: str = "", after: str = "") -> Code:
    """The node as source; `before` and `after` share its first and its last line.

    The first line is not indented, so that a template may place it.
    """
    return Code(_lay_out(node, indent, before, after, bracketed=False))


def _lay_out(node: Node, indent: int, before: str, after: str, *, bracketed: bool) -> str:
    line = before + flat(node) + after
    if not _wants_lines(node) and indent + width(line) <= WIDTH:
        return line
    match node:
        case Group() if node.items:
            return _explode(node, indent, before, after)
        case Chain() if len(node.operands) > 1:
            return _break(node, indent, before, after, bracketed=bracketed)
        case Pair():
            return _lay_out(node.value, indent, before + node.key, after, bracketed=False)
        case _:
            return line


def _wants_lines(node: Node) -> bool:
    match node:
        case Group():
            return (node.exploded and bool(node.items)) or any(map(_wants_lines, node.items))
        case Pair():
            return _wants_lines(node.value)
        case _:
            return False


def _explode(group: Group, indent: int, before: str, after: str) -> str:
    inner = indent + _STEP
    comma = "," if group.trailing else ""
    lines = [before + group.head]
    for item in group.items:
        last = item is group.items[-1]
        ending = comma if last else ","
        lines.append(" " * inner + _lay_out(item, inner, "", ending, bracketed=True))
    lines.append(" " * indent + group.tail + after)
    return "\n".join(lines)


def _break(chain: Chain, indent: int, before: str, after: str, *, bracketed: bool) -> str:
    if bracketed:
        return before + _operands(chain, indent, after)
    inner = indent + _STEP
    line = flat(chain)
    if inner + width(line) > WIDTH or any(map(_wants_lines, chain.operands)):
        line = _operands(chain, inner, "")
    return f"{before}(\n{' ' * inner}{line}\n{' ' * indent}){after}"


def _operands(chain: Chain, indent: int, after: str) -> str:
    """One operand a line."""
    last = len(chain.operands) - 1
    lines = [
        _lay_out(each, indent, "| " if i else "", after if i == last else "", bracketed=True)
        for i, each in enumerate(chain.operands)
    ]
    return f"\n{' ' * indent}".join(lines)


def signature(
    head: str, arguments: Sequence[Node], result: Node, *, indent: int = 4, body: str = ""
) -> Code:
    """A function's first lines, from `def` to the colon and a body that stands behind it."""
    call = Group(f"{head}(", tuple(arguments), ")")
    line = f"{flat(call)} -> {flat(result)}:{body}"
    if indent + width(line) <= WIDTH or not arguments:
        return Code(line)
    opened = _explode(call, indent, "", "").removesuffix(")")
    return Code(opened + _lay_out(result, indent, ") -> ", f":{body}", bracketed=False))


def assign(
    target: str, value: Node | None, annotation: Node | None = None, *, indent: int = 4
) -> Code:
    """`target: annotation = value`, broken at the value where its opening bracket fits."""
    before = target if annotation is None else f"{target}: "
    if value is None:
        return lay_out(annotation or "", indent=indent, before=before)
    typed = before + ("" if annotation is None else flat(annotation)) + " = "
    column = indent + width(typed)
    if _opens(value, column):
        return lay_out(value, indent=indent, before=typed)
    if column < WIDTH and _fits_below(value, indent):
        inner = indent + _STEP
        below = _lay_out(value, inner, "", "", bracketed=True)
        return Code(f"{typed}(\n{' ' * inner}{below}\n{' ' * indent})")
    if annotation is None or isinstance(annotation, str):
        return lay_out(value, indent=indent, before=typed)
    return _broken_at_type(before, annotation, value, indent)


def _broken_at_type(before: str, annotation: Node, value: Node, indent: int) -> Code:
    head = f" = {_head(value)}"
    text = lay_out(annotation, indent=indent, before=before, after=head).removesuffix(head)
    *above, last = f"{text} = ".split("\n")
    margin = " " * indent if above else ""
    made = _lay_out(value, indent, last.removeprefix(margin), "", bracketed=False)
    return Code("\n".join([*above, margin + made]))


def _fits_below(value: Node, indent: int) -> bool:
    """Whether a value that is too long for its line has room on the next, in parentheses."""
    if isinstance(value, Group):
        return not value.head.startswith(("[", "{"))
    return isinstance(value, str) and indent + _STEP + width(value) <= WIDTH


def _opens(value: Node, column: int) -> bool:
    """Whether the value fits behind `column`, or can be broken after its first bracket there."""
    head = _head(value)
    if column + width(flat(value)) <= WIDTH and not _wants_lines(value):
        return True
    return head != flat(value) and column + width(head) <= WIDTH


def _head(node: Node) -> str:
    """The node up to the first bracket at which it can be broken."""
    match node:
        case Group(head=head, items=items) if items:
            return head
        case Pair(key=key, value=value):
            return key + _head(value)
        case _:
            return flat(node)


def table(head: str, items: Sequence[Node], tail: str) -> Group:
    """Items that stand one a line as soon as there are two, so that diffs stay small."""
    return Group(head, tuple(items), tail, exploded=len(items) > 1)
