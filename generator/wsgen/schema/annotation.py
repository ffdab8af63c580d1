"""`TYPE` and `TYPE = DEFAULT`: written as Python annotations, read with Python's own parser.

Nothing is evaluated: the syntax tree is walked, and only what a schema may say is taken.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from wsgen.schema.literals import LiteralReader, Malformed, Range
from wsgen.source import Value

MAX_LENGTH: Final = 2000
_SCAFFOLD: Final = "_: "

_OTHER_WORDS: Final = {
    "string": "str", "text": "str", "String": "str", "number": "float", "integer": "int",
    "Integer": "int", "long": "int", "double": "float", "decimal128": "decimal",
    "boolean": "bool", "Boolean": "bool", "binary": "bytes", "UUID": "uuid",
    "Decimal": "decimal", "timestamp": "datetime", "duration": "timedelta", "object": "any",
    "Any": "any", "null": "None", "nil": "None", "array": "list[…]", "List": "list[…]",
    "list": "list[…]", "map": "dict[str, …]", "Dict": "dict[str, …]", "dict": "dict[str, …]",
    "Optional": "… | None", "Union": "A | B",
}  # fmt: skip
_NO_TYPES: Final = {"list", "dict", "null", "nil"}
_INT64: Final = range(-(2**63), 2**63)
_ALLOWED: Final = "allowed are names, list[T], dict[str, T], Literal[…] and A | B"
_CONSTANTS: Final = "`Literal[…]` holds strings or ints"
_LIKE_CONSTANTS: Final = "such as `Literal['a', 'b']`"
_NONE_ALONE: Final = "`None` alone says nothing"
_BESIDE_NONE: Final = "write `T | None`"


@dataclass(frozen=True, slots=True)
class Named:
    """A built-in word, or the name of a type: `User`, or `common.User` from an import."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ListOf:
    """`list[T]`"""

    item: TypeNode
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DictOf:
    """`dict[str, T]`"""

    value: TypeNode
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """`Literal["a", "b"]`"""

    values: tuple[str | int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`A | B | None`; None among the arms is `nullable`."""

    arms: tuple[TypeNode, ...]
    nullable: bool
    start: int
    end: int


TypeNode: TypeAlias = Named | ListOf | DictOf | OneOf | AnyOf


def names_in(node: TypeNode) -> Iterator[str]:
    """The names that a type mentions."""
    match node:
        case Named(name=name):
            yield name
        case ListOf(item=inner) | DictOf(value=inner):
            yield from names_in(inner)
        case AnyOf(arms=arms):
            for arm in arms:
                yield from names_in(arm)
        case _:
            return


@dataclass(frozen=True, slots=True)
class Annotation:
    """What `TYPE = DEFAULT` says; offsets count from the start of the text."""

    type: TypeNode
    has_default: bool = False
    default: Value = None
    default_start: int = 0
    default_end: int = 0


def other_word(name: str) -> str | None:
    """What a word of other languages is called here."""
    return _OTHER_WORDS.get(name)


@cache  # most fields say what another one said before
def parse_annotation(text: str) -> Annotation:
    """Read `TYPE` or `TYPE = DEFAULT`.

    Raises:
        Malformed: it is neither.
    """
    if len(text) > MAX_LENGTH or "\n" in text or "\0" in text:
        message = f"a type stands on one line of at most {MAX_LENGTH} characters"
        raise Malformed(message, (0, 1), "give parts of it names under `types:`")
    if not text.strip():
        raise Malformed("a type was expected", (0, 1), "such as `str`")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's views on escapes in strings
            body = ast.parse(_SCAFFOLD + text.rstrip()).body
    except SyntaxError as error:
        if "too many nested" in error.msg:
            raise _too_deep(text) from None
        offset = min(max(0, (error.offset or 1) - 1 - len(_SCAFFOLD)), len(text))
        message = "not a type: write it like a Python annotation"
        raise Malformed(message, (offset, offset + 1), _syntax_help(text)) from None
    except (RecursionError, MemoryError, ValueError):
        raise _too_deep(text) from None
    return _Reader(text).read(body)


def _too_deep(text: str) -> Malformed:
    help_ = "give parts of it names under `types:`"
    return Malformed("the type is nested too deeply", (0, len(text)), help_)


def _syntax_help(text: str) -> str:
    if "<" in text:
        return "use brackets: `list[str]`"
    if text.rstrip().endswith("?"):
        return "write `T | None` for a value that may be null, `name?:` for one that may be absent"
    return _ALLOWED


class _Reader:
    """Turns Python's syntax tree into type nodes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bytes = (_SCAFFOLD + text).encode()
        self._literals = LiteralReader(self._range)

    def read(self, body: list[ast.stmt]) -> Annotation:
        whole = (0, len(self._text))
        if len(body) != 1 or not isinstance(body[0], ast.AnnAssign):
            raise Malformed("one type was expected", whole, _ALLOWED)
        statement = body[0]
        if self._offset(statement.end_col_offset or 0) != len(self._text.rstrip()):
            message = "something follows the type that does not belong to it"
            raise Malformed(message, whole, "remove the `#…` or `;…`")
        type_node = self.type(statement.annotation)
        if statement.value is None:
            return Annotation(type_node)
        start, end = self._range(statement.value)
        return Annotation(type_node, True, self._literals.read(statement.value), start, end)

    def type(self, node: ast.expr) -> TypeNode:
        place = self._range(node)
        match node:
            case ast.Name(id=name):
                return self._named(name, place)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return self._named(f"{module}.{name}", place)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._subscript(name, inner, place)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(node, place)
            case ast.Constant(value=None):
                raise Malformed(_NONE_ALONE, place, _BESIDE_NONE)
            case ast.Constant(value=str()):
                help_ = "remove the quotes, or write `Literal[…]`"
                raise Malformed("a type is not quoted", place, help_)
            case _:
                raise Malformed("not a type", place, _ALLOWED)

    def _named(self, name: str, place: Range) -> Named:
        if name in _NO_TYPES:
            help_ = f"did you mean `{_OTHER_WORDS[name]}`?"
            raise Malformed(f"`{name}` is not a type", place, help_)
        if not self._text[slice(*place)].isascii():  # Python would fold it to another name
            raise Malformed("a name has letters of ASCII", place, "write it with a to z")
        return Named(name, *place)

    def _subscript(self, name: str, inner: ast.expr, place: Range) -> TypeNode:
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match name, items:
            case "list", [item]:
                return ListOf(self.type(item), *place)
            case "list", _:
                raise Malformed("a list holds one type", place, "write `list[A | B]`")
            case "dict", [ast.Name(id="str"), value]:
                return DictOf(self.type(value), *place)
            case "dict", _:
                message = "keys of a JSON object are strings"
                raise Malformed(message, place, "write `dict[str, T]`")
            case "Literal", _:
                return OneOf(self._constants(items, place), *place)
            case _:
                known = _OTHER_WORDS.get(name)
                help_ = f"did you mean `{known}`?" if known else _ALLOWED
                raise Malformed(f"`{name}[…]` is not a type", place, help_)

    def _constants(self, nodes: list[ast.expr], place: Range) -> tuple[str | int, ...]:
        found: list[str | int] = []
        for node in nodes:
            value = self._literals.read(node)
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                raise Malformed(_CONSTANTS, self._range(node), _LIKE_CONSTANTS)
            if isinstance(value, int) and value not in _INT64:
                message = "expected a number from −2⁶³ to 2⁶³−1"
                raise Malformed(message, self._range(node), "use text for what is larger")
            if value in found:
                message = f"`{value}` stands twice"
                raise Malformed(message, self._range(node), "remove one of them")
            found.append(value)
        if not found:
            raise Malformed(_CONSTANTS, place, _LIKE_CONSTANTS)
        return tuple(found)

    def _union(self, node: ast.expr, place: Range) -> AnyOf:
        operands: list[ast.expr] = []
        rest = [node]
        while rest:  # from left to right, whatever is in brackets
            each = rest.pop()
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitOr):
                rest += [each.right, each.left]
            else:
                operands.append(each)
        arms = [each for each in operands if not _is_none(each)]
        if not arms:
            raise Malformed(_NONE_ALONE, place, _BESIDE_NONE)
        return AnyOf(tuple(map(self.type, arms)), len(arms) < len(operands), *place)

    def _range(self, node: ast.expr) -> Range:
        return self._offset(node.col_offset), self._offset(node.end_col_offset or node.col_offset)

    def _offset(self, column: int) -> int:
        """Python counts bytes, an excerpt characters."""
        return len(self._bytes[:column].decode(errors="ignore")) - len(_SCAFFOLD)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def parse_type(text: str) -> TypeNode:
    """Read `TYPE` where no default may stand.

    Raises:
        Malformed: it is no type, or has a default.
    """
    annotation = parse_annotation(text)
    if annotation.has_default:
        place = (annotation.default_start, annotation.default_end)
        raise Malformed("no default may stand here", place, "remove the `=` and what follows")
    return annotation.type
