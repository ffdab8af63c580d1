"""`__post_init__`: what `msgspec.Meta` cannot say about the fields of a struct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

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
from wsgen.targets.python.struct_types import beyond_meta
from wsgen.targets.python.types import scalar_name
from wsgen.targets.python.values import Values

_STEP: Final = 4
_NONE: Final = Code()


def checks_of(fields: Sequence[tuple[Code, Field]], file: File) -> tuple[Code, ...]:
    """The lines of `__post_init__`, or none."""
    writer = _Writer(file)
    for name, each in fields:
        writer.label = literal(each.wire)
        value = Code(f"self.{name}")
        conditions: _Conditions = ()
        if each.may_be_absent:
            conditions = (Code(f"{value} is not {file.imports.name('msgspec', 'UNSET')}"),)
        writer.check(value, each.type, conditions)
    return tuple(writer.lines)


_Conditions: TypeAlias = tuple[Code, ...]


@dataclass(slots=True)
class _Writer:
    file: File
    label: Code = _NONE
    lines: list[Code] = field(default_factory=list[Code])
    _depth: int = 2
    _loops: int = 0

    def check(self, value: Code, type_: TypeExpr, conditions: _Conditions = ()) -> None:
        """Write what has to be checked of `value` under some conditions, if anything."""
        match self.file.symbols.expand(type_):
            case ScalarType() as scalar:
                self._nest(conditions, lambda: self._scalar(value, scalar))
            case ListType(item=item):
                self._nest(conditions, lambda: self._loop(value, item))
            case DictType(value=item):
                self._nest(conditions, lambda: self._loop(Code(f"{value}.values()"), item))
            case NullableType(inner=inner):
                self.check(value, inner, (*conditions, Code(f"{value} is not None")))
            case UnionType(arms=arms):
                for arm in arms:
                    self._arm(value, arm)
            case _:
                return

    def _arm(self, value: Code, arm: TypeExpr) -> None:
        match self.file.symbols.expand(arm):
            case ScalarType(scalar=scalar) as type_ if _is_checked(type_):
                name = scalar_name(scalar, self.file)
            case ListType() as type_:
                name = Code("list")
            case DictType() as type_:
                name = Code("dict")
            case UnionType() | NullableType() as type_:
                self.check(value, type_)
                return
            case _:
                return
        self.check(value, type_, (Code(f"isinstance({value}, {name})"),))

    def _nest(self, conditions: _Conditions, write: Callable[[], None]) -> None:
        head = Code(f"if {' and '.join(conditions)}:") if conditions else None
        self._block(head, write)

    def _block(self, head: Code | None, write: Callable[[], None]) -> None:
        """Write a block, unless there is nothing to stand in it."""
        if head is None:
            write()
            return
        place = len(self.lines)
        self._depth += 1
        write()
        self._depth -= 1
        if len(self.lines) > place:
            self.lines.insert(place, self._line(head))

    def _loop(self, items: Code, item: TypeExpr) -> None:
        self._loops += 1
        name = Code("item" if self._loops == 1 else f"item_{self._loops}")
        self._block(Code(f"for {name} in {items}:"), lambda: self.check(name, item))

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


def _is_checked(type_: ScalarType) -> bool:
    return type_.scalar is Scalar.DECIMAL or bool(beyond_meta(type_))
