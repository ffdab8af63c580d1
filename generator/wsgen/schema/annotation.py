"""`TYPE` and `TYPE = DEFAULT`: written as Python annotations, read with Python's own parser.

Nothing is evaluated: the syntax tree is walked, and only what a schema may say is taken.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Final, TypeAlias

from wsgen.source import Value

MAX_LENGTH: Final = 2000
_SCAFFOLD: Final = "_: "

_OTHER_WORDS: Final = {
    "string": "str", "text": "str", "String": "str", "number": "float", "integer": "int",
    "Integer": "int", "long": "int", "double": "float", "decimal128": "decimal", "boolean": "bool",
    "Boolean": "bool", "binary": "bytes", "UUID": "uuid", "Decimal": "decimal", "timestamp": "datetime",
    "duration": "timedelta", "object": "any", "Any": "any", "null": "None", "nil": "None",
    "array": "list[…]", "List": "list[…]", "list": "list[…]", "map": "dict[str, …]",
    "Dict": "dict[str, …]", "dict": "dict[str, …]", "Optional": "… | None", "Union": "A | B",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Annotation:
    """What `TYPE = DEFAULT` says; offsets count from the start of the text."""

    type: TypeNode
    has_default: bool = False
    default: Value = None
    default_start: int = 0
    default_end: int = 0


class Malformed(Exception):
    """Not an annotation: what is wrong, where in the text, and what to do."""

    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help


def other_word(name: str) -> str | None:
    """What a word of other languages is called here."""
    return _OTHER_WORDS.get(name)


def parse_annotation(text: str) -> Annotation:
    """Read `TYPE` or `TYPE = DEFAULT`.

    Raises:
        Malformed: it is neither.
    """
    if len(text) > MAX_LENGTH or "\n" in text or "\0" in text:
        raise Malformed("a type stands on one line of at most 2000 characters", 0, 1)
    try:
        body = ast.parse(_SCAFFOLD + text.rstrip()).body
    except SyntaxError as error:
        offset = max(0, (error.offset or 1) - 1 - len(_SCAFFOLD))
        raise Malformed(
            "not a type: write it like a Python annotation", offset, offset + 1, _syntax_help(text)
        ) from None
    except (RecursionError, MemoryError, ValueError):
        raise Malformed("the type is nested too deeply", 0, len(text)) from None
    return _Reader(text).read(body)


def _syntax_help(text: str) -> str | None:
    if "<" in text:
        return "use brackets: `list[str]`"
    if text.rstrip().endswith("?"):
        return "write `T | None` for a value that may be null, `name?:` for one that may be absent"
    return None


class _Reader:
    """Turns Python's syntax tree into type nodes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bytes = (_SCAFFOLD + text).encode()

    def read(self, body: list[ast.stmt]) -> Annotation:
        whole = (0, len(self._text))
        if len(body) != 1 or not isinstance(body[0], ast.AnnAssign):
            raise Malformed("one type was expected", *whole)
        statement = body[0]
        if self._offset(statement.end_col_offset or 0) != len(self._text.rstrip()):
            raise Malformed(
                "something follows the type that does not belong to it",
                *whole,
                "remove the `#…` or `;…`",
            )
        type_node = self.type(statement.annotation)
        if statement.value is None:
            return Annotation(type_node)
        start, end = self._range(statement.value)
        return Annotation(type_node, True, self.literal(statement.value), start, end)

    def type(self, node: ast.expr) -> TypeNode:
        start, end = self._range(node)
        match node:
            case ast.Name(id=name):
                return self._named(name, start, end)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return Named(f"{module}.{name}", start, end)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._subscript(name, inner, start, end)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(node, start, end)
            case ast.Constant(value=None):
                raise Malformed("`None` alone says nothing", start, end, "write `T | None`")
            case ast.Constant(value=str()):
                raise Malformed(
                    "a type is not quoted", start, end, "remove the quotes, or write `Literal[…]`"
                )
            case _:
                raise Malformed(
                    "not a type",
                    start,
                    end,
                    "allowed are names, list[T], dict[str, T], Literal[…] and A | B",
                )

    def _named(self, name: str, start: int, end: int) -> Named:
        if name in {"list", "dict", "List", "Dict", "Optional", "Union", "null", "nil"}:
            raise Malformed(
                f"`{name}` is not a type", start, end, f"did you mean `{_OTHER_WORDS[name]}`?"
            )
        return Named(name, start, end)

    def _subscript(self, name: str, inner: ast.expr, start: int, end: int) -> TypeNode:
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match name:
            case "list" if len(items) == 1:
                return ListOf(self.type(items[0]), start, end)
            case "dict" if (
                len(items) == 2 and isinstance(items[0], ast.Name) and items[0].id == "str"
            ):
                return DictOf(self.type(items[1]), start, end)
            case "dict":
                raise Malformed(
                    "keys of a JSON object are strings", start, end, "write `dict[str, T]`"
                )
            case "Literal":
                return OneOf(tuple(self._constant(each) for each in items), start, end)
            case _:
                known = _OTHER_WORDS.get(name)
                raise Malformed(
                    f"`{name}[…]` is not a type",
                    start,
                    end,
                    f"did you mean `{known}`?" if known else None,
                )

    def _constant(self, node: ast.expr) -> str | int:
        value = self.literal(node)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise Malformed("`Literal[…]` holds strings or ints", *self._range(node))
        return value

    def _union(self, node: ast.expr, start: int, end: int) -> AnyOf:
        operands: list[ast.expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            operands.insert(0, node.right)
            node = node.left
        operands.insert(0, node)
        arms = [each for each in operands if not _is_none(each)]
        if not arms:
            raise Malformed("`None` alone says nothing", start, end)
        return AnyOf(tuple(map(self.type, arms)), len(arms) < len(operands), start, end)

    def literal(self, node: ast.expr) -> Value:
        start, end = self._range(node)
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return -value
            case ast.List(elts=items):
                return [self.literal(each) for each in items]
            case ast.Dict(keys=keys, values=values):
                return {
                    self._key(key): self.literal(each)
                    for key, each in zip(keys, values, strict=True)
                }
            case ast.Name(id="true" | "false" | "null" as word):
                meant = {"true": "True", "false": "False", "null": "None"}[word]
                raise Malformed(
                    f"`{word}` is not a Python literal", start, end, f"did you mean `{meant}`?"
                )
            case ast.Name(id=word):
                raise Malformed("a default is a literal", start, end, f'did you mean `"{word}"`?')
            case _:
                raise Malformed(
                    "a default is a literal: text, a number, True, False, None, a list or a dict",
                    start,
                    end,
                )

    def _key(self, node: ast.expr | None) -> str:
        match node:
            case ast.Constant(value=str(key)):
                return key
            case _:
                raise Malformed("keys of a JSON object are strings", 0, len(self._text))

    def _range(self, node: ast.expr) -> tuple[int, int]:
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
        raise Malformed(
            "no default may stand here", annotation.default_start, annotation.default_end
        )
    return annotation.type
