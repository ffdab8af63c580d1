"""messages.py and the modules of imported schemas: types and messages as msgspec structs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wsgen.ir.api import Wire
from wsgen.ir.types import (
    Alias,
    Enum,
    EnumMember,
    Field,
    LiteralType,
    Message,
    Record,
    Union,
)
from wsgen.render.code import Code, identifier, literal
from wsgen.render.layout import Chain, Group, Node, Pair, assign, lay_out
from wsgen.targets.python.checks import checks_of
from wsgen.targets.python.docs import deprecated, described
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import attribute, class_name, member
from wsgen.targets.python.order import needs_of
from wsgen.targets.python.symbols import Declared
from wsgen.targets.python.types import annotation
from wsgen.targets.python.values import Values, factory, is_mutable
from wsgen.targets.python.views import ClassView, Item, Statement

_DEFAULT_TAG_KEY: Final = "type"


@dataclass(frozen=True, slots=True)
class Models:
    """Writes definitions into one module."""

    file: File
    wire: Wire

    def item(self, declared: Declared) -> Item:
        """One type or message."""
        match declared:
            case Alias() | Union():
                return self._alias(declared, annotation(declared.type, self.file))
            case Enum(open=True):
                return self._alias(declared, self._open(declared))
            case Enum():
                return self._closed(declared)
            case Record(tag=tag, tag_key=key):
                return self._struct(declared, tag, key)
            case Message(tag=tag):
                nested = self.wire.payload is not None
                return self._struct(declared, None if nested else tag, self.wire.tag_key)

    def _alias(self, declared: Alias | Union | Enum, meaning: Node) -> Statement:
        name = identifier(class_name(declared.name))
        kind = self.file.imports.name("typing", "TypeAlias")
        code = assign(name, meaning, kind, indent=0)
        return Statement(code=code, doc=described(declared.doc, declared.deprecated))

    def _open(self, declared: Enum) -> Node:
        values = tuple(each.value for each in declared.members)
        known = annotation(LiteralType(values), self.file)
        return Chain((known, "str" if isinstance(values[0], str) else "int"))

    def _closed(self, declared: Enum) -> ClassView:
        base = "StrEnum" if isinstance(declared.members[0].value, str) else "IntEnum"
        base = self.file.imports.name("enum", base)
        return ClassView(
            head=Code(f"class {identifier(class_name(declared.name))}({base}):"),
            doc=described(declared.doc),
            body=tuple(map(self._member, declared.members)),
            decorators=deprecated(declared.deprecated, self.file),
        )

    def _member(self, each: EnumMember) -> Statement:
        return Statement(code=assign(identifier(member(each.name)), literal(each.value)))

    def _struct(
        self, declared: Record | Message, tag: str | None, tag_key: str | None
    ) -> ClassView:
        imports = self.file.imports
        options: list[Node] = [imports.name("msgspec", "Struct"), "frozen=True", "kw_only=True"]
        if tag is not None:
            options.append(Pair("tag=", literal(tag)))
            if tag_key != _DEFAULT_TAG_KEY:
                options.append(Pair("tag_field=", literal(tag_key)))
        if declared.forbid_extra:
            options.append("forbid_unknown_fields=True")
        name = identifier(class_name(declared.name))
        fields = [(identifier(attribute(each.name)), each) for each in declared.fields]
        return ClassView(
            head=lay_out(Group(f"class {name}(", tuple(options), "):")),
            doc=described(declared.doc),
            body=tuple(self._field(name, each) for name, each in fields),
            checks=checks_of(fields, self.file),
            decorators=deprecated(declared.deprecated, self.file),
        )

    def _field(self, name: Code, each: Field) -> Statement:
        type_ = annotation(each.type, self.file)
        if each.may_be_absent:
            arms = type_.operands if isinstance(type_, Chain) else (type_,)
            type_ = Chain((*arms, self.file.imports.name("msgspec", "UnsetType")))
        code = assign(name, self._default(name, each), type_)
        return Statement(code=code, doc=described(each.doc, each.deprecated))

    def _default(self, name: Code, each: Field) -> Node | None:
        options: list[Node] = []
        value: Node | None = None
        if each.may_be_absent:
            value = self.file.imports.name("msgspec", "UNSET")
        elif each.has_default:
            value = Values(self.file).of(each.type, each.default)
        if each.wire != name:
            options.append(Pair("name=", literal(each.wire)))
        if value is None or (not options and not is_mutable(value) and not self._is_late(each)):
            return value or self._options(options)
        if is_mutable(value) or value in {"[]", "{}"} or self._is_late(each):
            options.append(factory(value))
        else:
            options.append(Pair("default=", value))
        return self._options(options)

    def _options(self, options: list[Node]) -> Node | None:
        if not options:
            return None
        return Group(f"{self.file.imports.name('msgspec', 'field')}(", tuple(options), ")")

    def _is_late(self, each: Field) -> bool:
        """Whether the default is a member of an enum that is imported after the class."""
        found = needs_of(each, self.file.symbols)
        return any(self.file.symbols.module(need) in self.file.late for need in found)
