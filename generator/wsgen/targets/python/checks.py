"""`__post_init__`: what `msgspec.Meta` cannot say about the fields of a struct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from wsgen.ir.types import (
    DictType,
    Field,
    ListType,
    NullableType,
    Scalar,
    ScalarType,
    TypeExpr,
    UnionType,
)
from wsgen.render.code import Code, literal
from wsgen.render.layout import Group, Node, Pair, lay_out
from wsgen.targets.python.file import File
from wsgen.targets.python.types import beyond_meta, scalar_name
from wsgen.targets.python.values import Values

_STEP: Final = 4
_NONE: Final = Code()


def checks_of(fields: Sequence[tuple[Code, Field]], file: File) -> tuple[Code, ...]:
    """The lines of `__post_init__`, or none."""
    writer = _Writer(file)
    for name, each in fields:
        writer.label = literal(each.wire)
        value = Code(f"self.{name}")
        if each.may_be_absent:
            absent = Code(f"if {value} is not {file.imports.name('msgspec', 'UNSET')}:")
            writer.nest(absent, value, each.type)
        else:
            writer.check(value, each.type)
    return tuple(writer.lines)


@dataclass(slots=True)
class _Writer:
    file: File
    label: Code = _NONE
    lines: list[Code] = field(default_factory=list[Code])
    _depth: int = 2

    def check(self, value: Code, type_: TypeExpr) -> None:
        """Write what has to be checked of `value`, if anything."""
        match self.file.symbols.expand(type_):
            case ScalarType() as scalar:
                self._scalar(value, scalar)
            case ListType(item=item):
                self._loop(value, value, item)
            case DictType(value=item):
                self._loop(value, Code(f"{value}.values()"), item)
            case NullableType(inner=inner):
                self.nest(Code(f"if {value} is not None:"), value, inner)
            case UnionType(arms=arms):
                for arm in arms:
                    self._arm(value, arm)
            case _:
                return

    def nest(self, head: Code, value: Code, type_: TypeExpr) -> None:
        """Write a block, unless there is nothing to stand in it."""
        written = len(self.lines)
        self._depth += 1
        self.check(value, type_)
        self._depth -= 1
        if len(self.lines) > written:
            self.lines.insert(written, self._line(head))

    def _loop(self, value: Code, items: Code, item: TypeExpr) -> None:
        del value
        name = Code("item" if self._depth == 2 else f"item_{self._depth}")
        self.nest(Code(f"for {name} in {items}:"), name, item)

    def _arm(self, value: Code, arm: TypeExpr) -> None:
        match self.file.symbols.expand(arm):
            case ScalarType(scalar=scalar) as type_ if _written(type_):
                self.nest(self._is_a(value, scalar_name(scalar, self.file)), value, type_)
            case ListType() as type_:
                self.nest(self._is_a(value, Code("list")), value, type_)
            case DictType() as type_:
                self.nest(self._is_a(value, Code("dict")), value, type_)
            case UnionType() | NullableType() as type_:
                self.check(value, type_)
            case _:
                return

    @staticmethod
    def _is_a(value: Code, name: Code) -> Code:
        return Code(f"if isinstance({value}, {name}):")

    def _scalar(self, value: Code, type_: ScalarType) -> None:
        if type_.scalar is Scalar.DECIMAL:
            self._call("check_finite", (self.label, value))
        bounds = beyond_meta(type_)
        if bounds:
            write = Values(self.file).scalar
            given = (Pair(f"{name}=", write(type_.scalar, each)) for name, each in bounds.items())
            self._call("check_bounds", (self.label, value, *given))

    def _call(self, function: str, arguments: Sequence[Node]) -> None:
        group = Group(f"{self.file.runtime(function)}(", tuple(arguments), ")")
        self.lines.append(self._line(lay_out(group, indent=self._depth * _STEP)))

    def _line(self, code: Code) -> Code:
        return Code(" " * (self._depth * _STEP) + code)


def _written(type_: ScalarType) -> bool:
    return type_.scalar is Scalar.DECIMAL or bool(beyond_meta(type_))
