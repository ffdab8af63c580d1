"""Types as annotations of pydantic's models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from typing_extensions import override

from wsgen.ir.types import (
    Enum,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    UnionType,
)
from wsgen.render.code import Code, literal
from wsgen.render.layout import Group, Node, Pair
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import tag_attribute
from wsgen.targets.python.symbols import Declared
from wsgen.targets.python.types import Bounded, Speller, arguments, chain, scalar_name
from wsgen.targets.python.values import Values

_OF_RUNTIME: Final = {
    Scalar.ANY: "Object",
    Scalar.BYTES: "Bytes",
    Scalar.DATE: "Date",
    Scalar.DATETIME: "Datetime",
    Scalar.DECIMAL: "Decimal",
    Scalar.TIME: "Time",
    Scalar.TIMEDELTA: "Timedelta",
    Scalar.UUID: "UUID",
}
"""The scalars that pydantic by itself reads or writes in another way than msgspec."""
_NOT_IN_FIELD: Final = {
    Scalar.DECIMAL,
    Scalar.DATE,
    Scalar.DATETIME,
    Scalar.TIME,
    Scalar.TIMEDELTA,
}
"""The scalars whose bounds the runtime compares."""


class ModelSpeller(Speller):
    """Spells types as pydantic reads them."""

    def __init__(self, file: File, tag_key: Callable[[Declared], str | None]) -> None:
        super().__init__(file)
        self._tag_key = tag_key

    @override
    def scalar(self, scalar: Scalar) -> Code:
        name = _OF_RUNTIME.get(scalar)
        return scalar_name(scalar, self.file) if name is None else self.file.pydantic(name)

    @override
    def bounded(self, type_: Bounded, base: Node) -> Node:
        given = type_.constraints.given()
        if not given:
            return base
        if isinstance(type_, ScalarType) and type_.scalar in _NOT_IN_FIELD:
            write = Values(self.file).scalar
            bounds = [Pair(f"{name}=", write(type_.scalar, each)) for name, each in given.items()]
            made = Group(f"{self.file.pydantic('Bounds')}(", tuple(bounds), ")")
            validator = self.file.imports.name("pydantic", "AfterValidator")
            return self.annotated(base, Group(f"{validator}(", (made,), ")"))
        return self.annotated(base, self._field(*arguments(given)))

    @override
    def literal(self, values: tuple[str | int, ...]) -> Node:
        base = super().literal(values)
        if all(isinstance(each, str) for each in values):
            return base
        return self.annotated(base, self.file.pydantic("Exact"))

    @override
    def named(self, reference: Reference) -> Node:
        base = super().named(reference)
        match self.file.symbols.declared[reference]:
            case Enum(open=False, members=members) if isinstance(members[0].value, int):
                return self.annotated(base, self.file.pydantic("Exact"))
            case _:
                return base

    @override
    def union(self, arms: tuple[TypeExpr, ...]) -> Node:
        """One of several types: those with a tag stand together, and name its key."""
        leaves = {arm: tuple(self._leaves(arm)) for arm in arms}
        if sum(any(map(self._key, found)) for found in leaves.values()) < 2:
            return super().union(arms)
        every = [leaf for found in leaves.values() for leaf in found]
        key = next(key for leaf in every if (key := self._key(leaf)))
        tagged = (self._arm(leaf) for leaf in every if self._key(leaf))
        field = self._field(Pair("discriminator=", literal(tag_attribute(key))))
        others = (self._arm(leaf) for leaf in every if not self._key(leaf))
        return chain((self.annotated(chain(tuple(tagged)), field), *others))

    def _leaves(self, arm: TypeExpr) -> Iterator[TypeExpr | None]:
        """What an arm that is a union itself consists of; None: null."""
        match self.file.symbols.expand(arm):
            case UnionType(arms=arms):
                for each in arms:
                    yield from self._leaves(each)
            case NullableType(inner=inner):
                yield from self._leaves(inner)
                yield None
            case _:
                yield arm

    def _arm(self, leaf: TypeExpr | None) -> Node:
        return "None" if leaf is None else self.spell(leaf)

    def _key(self, leaf: TypeExpr | None) -> str | None:
        declared = self.file.symbols.declared
        return self._tag_key(declared[leaf]) if isinstance(leaf, Reference) else None

    def _field(self, *arguments: Node) -> Node:
        return Group(f"{self.file.imports.name('pydantic', 'Field')}(", arguments, ")")
