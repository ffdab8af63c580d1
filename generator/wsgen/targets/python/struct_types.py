"""Types as annotations of msgspec's structs."""

from __future__ import annotations

from typing import Final

from typing_extensions import override

from wsgen.ir.types import Scalar, ScalarType
from wsgen.render.code import Code
from wsgen.render.layout import Group, Node
from wsgen.source import Value
from wsgen.targets.python.types import Bounded, Speller, arguments, scalar_name

_INT64: Final = {
    "ge": range(-(2**63), 2**63),
    "gt": range(-(2**63), 2**63 - 1),
    "le": range(-(2**63), 2**63),
    "lt": range(-(2**63) + 1, 2**63),
    "multiple_of": range(1, 2**63),
}


def in_meta(type_: Bounded) -> dict[str, Value]:
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


def beyond_meta(type_: Bounded) -> dict[str, Value]:
    """The constraints that have to be checked by generated code."""
    held = in_meta(type_)
    return {name: each for name, each in type_.constraints.given().items() if name not in held}


class StructSpeller(Speller):
    """Spells types as msgspec reads them."""

    @override
    def scalar(self, scalar: Scalar) -> Code:
        if scalar is Scalar.DATETIME:
            return self.file.runtime("AwareDatetime")
        return scalar_name(scalar, self.file)

    @override
    def bounded(self, type_: Bounded, base: Node) -> Node:
        held = in_meta(type_)
        if not held:
            return base
        meta = Group(f"{self.file.imports.name('msgspec', 'Meta')}(", arguments(held), ")")
        return self.annotated(base, meta)
