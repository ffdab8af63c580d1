"""Types as Python annotations."""

from __future__ import annotations

from typing import Final, TypeAlias

from wsgen.ir.api import PythonType
from wsgen.ir.types import (
    DictType,
    ListType,
    LiteralType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    UnionType,
)
from wsgen.render.code import Code, literal, raw_literal
from wsgen.render.layout import Chain, Group, Node, Pair
from wsgen.resolve.patterns import python_pattern
from wsgen.source import Value
from wsgen.targets.python.file import File

_PLAIN: Final = {
    Scalar.STR: "str",
    Scalar.INT: "int",
    Scalar.FLOAT: "float",
    Scalar.BOOL: "bool",
    Scalar.BYTES: "bytes",
    Scalar.ANY: "object",
}
_DATETIME: Final = {
    Scalar.DATE: "date",
    Scalar.DATETIME: "datetime",
    Scalar.TIME: "time",
    Scalar.TIMEDELTA: "timedelta",
}

Bounded: TypeAlias = ScalarType | ListType | DictType
"""What constraints may bind."""


def plain(type_: TypeExpr, file: File) -> Node:
    """A type as parameters carry it: what they hold is checked when they are read."""
    return Speller(file).spell(type_)


def provided_type(type_: PythonType | TypeExpr, file: File) -> Node:
    """The type of a dependency; a class of the application is imported for checkers alone."""
    if isinstance(type_, PythonType):
        return file.imports.typing_only(type_.module, type_.qualname)
    return plain(type_, file)


def scalar_name(scalar: Scalar, file: File) -> Code:
    """The class of a built-in type."""
    if scalar in _PLAIN:
        return Code(_PLAIN[scalar])
    if scalar is Scalar.UUID:
        return file.imports.name("uuid", "UUID")
    if scalar is Scalar.DECIMAL:
        return file.imports.name("decimal", "Decimal")
    return Code(f"{file.imports.module('datetime', 'dt')}.{_DATETIME[scalar]}")


def arguments(constraints: dict[str, Value]) -> tuple[Node, ...]:
    """Constraints as keyword arguments."""
    return tuple(
        Pair(
            f"{name}=",
            raw_literal(python_pattern(str(value))) if name == "pattern" else literal(value),
        )
        for name, value in constraints.items()
    )


class Speller:
    """Spells types without constraints; what reads messages has a speller of its own."""

    def __init__(self, file: File) -> None:
        self.file = file

    def spell(self, type_: TypeExpr) -> Node:
        """A type as an annotation."""
        match type_:
            case ScalarType(scalar=scalar):
                return self.bounded(type_, self.scalar(scalar))
            case ListType(item=item):
                return self.bounded(type_, Group("list[", (self.spell(item),), "]", trailing=False))
            case DictType(value=value):
                return self.bounded(type_, Group("dict[", ("str", self.spell(value)), "]"))
            case LiteralType(values=values):
                return self.literal(values)
            case NullableType(inner=inner):
                return chain((self.spell(inner), "None"))
            case UnionType(arms=arms):
                return self.union(arms)
            case Reference():
                return self.named(type_)

    def scalar(self, scalar: Scalar) -> Code:
        """A built-in type."""
        return scalar_name(scalar, self.file)

    def bounded(self, type_: Bounded, base: Node) -> Node:
        """A type with its constraints around what it is without them."""
        del type_
        return base

    def literal(self, values: tuple[str | int, ...]) -> Node:
        """One of some constants."""
        head = f"{self.file.imports.name('typing', 'Literal')}["
        return Group(head, tuple(map(literal, values)), "]", trailing=len(values) > 1)

    def union(self, arms: tuple[TypeExpr, ...]) -> Node:
        """One of several types."""
        return chain(tuple(map(self.spell, arms)))

    def named(self, reference: Reference) -> Node:
        """A type or message of the schema."""
        return self.file.named(reference)

    def annotated(self, base: Node, *metadata: Node) -> Node:
        """A type, and what is known of it besides."""
        return Group(f"{self.file.imports.name('typing', 'Annotated')}[", (base, *metadata), "]")


def chain(nodes: tuple[Node, ...]) -> Node:
    """A union of annotations, each once."""
    operands: list[Node] = []
    for node in nodes:
        operands += node.operands if isinstance(node, Chain) else (node,)
    distinct = list(dict.fromkeys(operands))
    return distinct[0] if len(distinct) == 1 else Chain(tuple(distinct))
