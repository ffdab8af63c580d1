"""Types as Python annotations."""

from __future__ import annotations

from typing import Final

from wsgen.ir.api import PythonType
from wsgen.ir.types import (
    NONE,
    Constraints,
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
_INT64: Final = {
    "ge": range(-(2**63), 2**63),
    "gt": range(-(2**63), 2**63 - 1),
    "le": range(-(2**63), 2**63),
    "lt": range(-(2**63) + 1, 2**63),
    "multiple_of": range(1, 2**63),
}


def annotation(type_: TypeExpr, file: File) -> Node:
    """A type as a field carries it, constraints included."""
    return _Speller(file, constrained=True).spell(type_)


def plain(type_: TypeExpr, file: File) -> Node:
    """A type as parameters carry it: what they hold is checked when they are read."""
    return _Speller(file, constrained=False).spell(type_)


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


def in_meta(type_: ScalarType | ListType | DictType) -> dict[str, Value]:
    """The constraints that `msgspec.Meta` can hold."""
    given = type_.constraints.given()
    if not isinstance(type_, ScalarType) or type_.scalar in {
        Scalar.STR,
        Scalar.BYTES,
        Scalar.FLOAT,
    }:
        return given
    if type_.scalar is Scalar.INT:
        return {name: value for name, value in given.items() if value in _INT64[name]}
    return {}


def beyond_meta(type_: ScalarType | ListType | DictType) -> dict[str, Value]:
    """The constraints that have to be checked by generated code."""
    held = in_meta(type_)
    return {name: each for name, each in type_.constraints.given().items() if name not in held}


def arguments(constraints: dict[str, Value]) -> tuple[Node, ...]:
    """Constraints as keyword arguments."""
    return tuple(
        Pair(
            f"{name}=",
            raw_literal(python_pattern(str(value))) if name == "pattern" else literal(value),
        )
        for name, value in constraints.items()
    )


class _Speller:
    def __init__(self, file: File, *, constrained: bool) -> None:
        self._file = file
        self._constrained = constrained

    def spell(self, type_: TypeExpr) -> Node:
        match type_:
            case ScalarType(scalar=scalar):
                return self._bounded(type_, self._scalar(scalar))
            case ListType(item=item):
                return self._bounded(
                    type_, Group("list[", (self.spell(item),), "]", trailing=False)
                )
            case DictType(value=value):
                return self._bounded(type_, Group("dict[", ("str", self.spell(value)), "]"))
            case LiteralType(values=values):
                head = f"{self._file.imports.name('typing', 'Literal')}["
                return Group(head, tuple(map(literal, values)), "]", trailing=len(values) > 1)
            case NullableType(inner=inner):
                return _chain((self.spell(inner), "None"))
            case UnionType(arms=arms):
                return _chain(tuple(map(self.spell, arms)))
            case Reference():
                return self._file.named(type_)

    def _scalar(self, scalar: Scalar) -> Code:
        if scalar is Scalar.DATETIME and self._constrained:
            return self._file.runtime("AwareDatetime")
        return scalar_name(scalar, self._file)

    def _bounded(self, type_: ScalarType | ListType | DictType, base: Node) -> Node:
        held = in_meta(type_) if self._constrained else {}
        if not held:
            return base
        meta = Group(f"{self._file.imports.name('msgspec', 'Meta')}(", arguments(held), ")")
        return Group(f"{self._file.imports.name('typing', 'Annotated')}[", (base, meta), "]")


def _chain(nodes: tuple[Node, ...]) -> Node:
    operands: list[Node] = []
    for node in nodes:
        operands += node.operands if isinstance(node, Chain) else (node,)
    return Chain(tuple(dict.fromkeys(operands)))


def unbounded(type_: TypeExpr) -> TypeExpr:
    """A type without constraints at its outside."""
    match type_:
        case ScalarType(scalar=scalar):
            return ScalarType(scalar)
        case ListType(item=item):
            return ListType(item)
        case DictType(value=value):
            return DictType(value)
        case _:
            return type_


def constraints_of(type_: TypeExpr) -> Constraints:
    """The constraints at the outside of a type."""
    return type_.constraints if isinstance(type_, (ScalarType, ListType, DictType)) else NONE
