"""Messages and records as structs of msgspec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from wsgen.ir.types import Field, Message, Record
from wsgen.render.code import Code, literal
from wsgen.render.layout import Chain, Node, Pair
from wsgen.targets.python.checks import checks_of
from wsgen.targets.python.models import Models
from wsgen.targets.python.naming import attribute
from wsgen.targets.python.struct_types import StructSpeller
from wsgen.targets.python.views import Statement

_DEFAULT_TAG_KEY: Final = "type"


@dataclass(frozen=True, slots=True)
class Structs(Models):
    """Writes structs: frozen, keyword-only, tagged."""

    may_share_empty: ClassVar[bool] = True

    @property
    @override
    def wire_class(self) -> Code:
        return self.file.runtime("Wire")

    @property
    @override
    def speller(self) -> StructSpeller:
        return StructSpeller(self.file)

    @staticmethod
    @override
    def attribute(each: Field) -> str:
        return attribute(each.name)

    @override
    def bases(self, declared: Record | Message) -> tuple[Node, ...]:
        struct = self.file.imports.name("msgspec", "Struct")
        options: list[Node] = [struct, "frozen=True", "kw_only=True"]
        key = self.tag_key(declared)
        if key is not None:
            options.append(Pair("tag=", literal(declared.tag)))
            if key != _DEFAULT_TAG_KEY:
                options.append(Pair("tag_field=", literal(key)))
        if declared.forbid_extra:
            options.append("forbid_unknown_fields=True")
        return tuple(options)

    @override
    def tag(self, declared: Record | Message) -> tuple[Statement, ...]:
        return ()

    @override
    def checks(self, fields: list[tuple[Code, Field]]) -> tuple[Code, ...]:
        return checks_of(fields, self.file)

    @override
    def field_function(self) -> Code:
        return self.file.imports.name("msgspec", "field")

    @override
    def on_wire(self, key: str) -> tuple[Node, ...]:
        return (Pair("name=", literal(key)),)

    @override
    def maybe(self, type_: Node) -> Node:
        arms = type_.operands if isinstance(type_, Chain) else (type_,)
        return Chain((*arms, self.file.imports.name("msgspec", "UnsetType")))
