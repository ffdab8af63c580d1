"""Parameters of the opening request: their types, and how they are read from text."""

from __future__ import annotations

from dataclasses import dataclass

from wsgen.ir.api import Parameter, Source
from wsgen.ir.types import (
    Enum,
    ListType,
    LiteralType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
)
from wsgen.render.code import Code, literal, raw_literal
from wsgen.render.layout import Group, Node, Pair, assign
from wsgen.resolve.patterns import python_pattern
from wsgen.source import Value
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import member
from wsgen.targets.python.types import plain, scalar_name
from wsgen.targets.python.values import Values


def constant_name(parameter: Parameter) -> str:
    """The module's constant for a parameter whose reader has to be made."""
    return f"_{member(parameter.name)}"


@dataclass(frozen=True, slots=True)
class Reader:
    """How one parameter is read.

    Attributes:
        expression: reads it from the local `socket`.
        constant: the definition of its reader, where one has to be made.
    """

    expression: Node
    constant: Code | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """Writes the reading of parameters into one module."""

    file: File

    def of(self, parameter: Parameter) -> Reader:
        """How a parameter is read."""
        name = literal(parameter.wire)
        if parameter.source is Source.PATH:
            type_ = self.file.symbols.expand(parameter.type)
            assert isinstance(type_, ScalarType)
            arguments = ("socket", name, scalar_name(type_.scalar, self.file))
            return Reader(Group(f"{self.file.runtime('path')}(", arguments, ")"))
        function, item = parameter.source.value, _given(parameter.type)
        target = self.file.symbols.expand(item)
        if isinstance(target, ListType):
            function, item = "query_list", target.item
        convert, constant = self._convert(parameter, _given(item))
        default = (self._default(parameter),) if parameter.has_default else ()
        head = f"{self.file.runtime(function)}("
        return Reader(Group(head, ("socket", name, convert, *default), ")"), constant)

    def _default(self, parameter: Parameter) -> Node:
        return Values(self.file).of(parameter.type, parameter.default)

    def _convert(self, parameter: Parameter, item: TypeExpr) -> tuple[Code, Code | None]:
        made, type_ = self._reader(item)
        if isinstance(made, Code):
            return made, None
        name = Code(constant_name(parameter))
        kind: Node = self.file.imports.name("typing", "Final")
        if type_ is not None:
            callable_ = self.file.imports.name("collections.abc", "Callable")
            kind = Group(f"{kind}[", (Group(f"{callable_}[", ("[str]", type_), "]"),), "]", False)
        return name, assign(name, made, kind, indent=0)

    def _reader(self, item: TypeExpr) -> tuple[Node, Node | None]:
        """A reader, and its type where checkers would take a wider one."""
        target = self.file.symbols.expand(item)
        match target:
            case ScalarType(scalar=scalar) if target.constraints.given():
                arguments = (self._scalar(scalar), *self._bounds(target))
                return Group(f"{self.file.runtime('constrained')}(", arguments, ")"), None
            case ScalarType(scalar=scalar):
                return self._scalar(scalar), None
            case LiteralType(values=values):
                head = f"{self.file.runtime('to_literal')}("
                made = Group(head, tuple(map(literal, values)), ")")
                return made, plain(target, self.file)
            case NullableType(inner=inner):
                return self._reader(inner)
            case Reference():
                return self._enum(target)
            case _:
                raise AssertionError(f"a parameter of this type passed the rules: {item}")

    def _enum(self, reference: Reference) -> tuple[Node, Node | None]:
        target = self.file.symbols.declared[reference]
        assert isinstance(target, Enum)
        if target.open:
            text = isinstance(target.members[0].value, str)
            return self._scalar(Scalar.STR if text else Scalar.INT), None
        return Group(f"{self.file.runtime('to_enum')}(", (self.file.named(reference),), ")"), None

    def _scalar(self, scalar: Scalar) -> Code:
        return self.file.runtime(f"to_{scalar.value}")

    def _bounds(self, type_: ScalarType) -> tuple[Node, ...]:
        return tuple(
            Pair(f"{name}=", self._bound(type_.scalar, name, value))
            for name, value in type_.constraints.given().items()
        )

    def _bound(self, scalar: Scalar, name: str, value: Value) -> Node:
        if name == "pattern":
            return raw_literal(python_pattern(str(value)))
        if name in {"ge", "gt", "le", "lt"} and not isinstance(value, (int, float)):
            return Values(self.file).scalar(scalar, value)
        return literal(value)


def parameter_type(parameter: Parameter, file: File) -> Node:
    """The type of a parameter once it is read."""
    return plain(parameter.type, file)


def _given(type_: TypeExpr) -> TypeExpr:
    return type_.inner if isinstance(type_, NullableType) else type_
