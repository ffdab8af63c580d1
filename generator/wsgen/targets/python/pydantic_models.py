"""Messages and records as models of pydantic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from wsgen.ir.types import Field, LiteralType, Message, Record
from wsgen.render.code import Code, identifier, literal
from wsgen.render.layout import Group, Node, Pair, assign
from wsgen.targets.python.model_types import ModelSpeller
from wsgen.targets.python.models import Models
from wsgen.targets.python.naming import MODEL_NAMES, attribute, tag_attribute
from wsgen.targets.python.views import Statement


@dataclass(frozen=True, slots=True)
class PydanticModels(Models):
    """Writes models: frozen, strict, their tag a field."""

    may_share_empty: ClassVar[bool] = False

    @property
    @override
    def wire_class(self) -> Code:
        return self.file.pydantic("Wire")

    @property
    @override
    def speller(self) -> ModelSpeller:
        return ModelSpeller(self.file, self.tag_key)

    @staticmethod
    @override
    def attribute(each: Field) -> str:
        return attribute(each.name, taken=MODEL_NAMES)

    @override
    def bases(self, declared: Record | Message) -> tuple[Node, ...]:
        bases: tuple[Node, ...] = (self.file.pydantic("Model"), "frozen=True")
        return (*bases, 'extra="forbid"') if declared.forbid_extra else bases

    @override
    def tag(self, declared: Record | Message) -> tuple[Statement, ...]:
        key = self.tag_key(declared)
        if key is None:
            return ()
        name = identifier(tag_attribute(key))
        value = literal(declared.tag)
        default: Node = value
        if name != key:
            default = self.described(*self.on_wire(key), Pair("default=", value))
        type_ = self.speller.spell(LiteralType((str(declared.tag),)))
        return (Statement(code=assign(name, default, type_)),)

    @override
    def checks(self, fields: list[tuple[Code, Field]]) -> tuple[Code, ...]:
        return ()

    @override
    def field_function(self) -> Code:
        return self.file.imports.name("pydantic", "Field")

    @override
    def on_wire(self, key: str) -> tuple[Node, ...]:
        text = literal(key)
        return (Pair("validation_alias=", text), Pair("serialization_alias=", text))

    @override
    def maybe(self, type_: Node) -> Node:
        return Group(f"{self.file.pydantic('Maybe')}[", (type_,), "]", trailing=False)
