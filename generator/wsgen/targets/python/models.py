"""messages.py and the modules of imported schemas: types and messages, for any library of models.

What they differ in is abstract here: `structs` is for msgspec, `pydantic_models` for pydantic.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

from wsgen.ir.api import Wire
from wsgen.ir.types import Alias, Enum, EnumMember, Field, Message, Record, Union
from wsgen.render.code import Code, identifier, literal
from wsgen.render.layout import Chain, Group, Node, Pair, assign, lay_out
from wsgen.targets.python.docs import deprecated, described
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import class_name, member
from wsgen.targets.python.order import needs_of
from wsgen.targets.python.symbols import Declared
from wsgen.targets.python.types import Speller
from wsgen.targets.python.values import Values, factory, is_mutable
from wsgen.targets.python.views import ClassView, Item, Statement

_EMPTY: Final = {"[]", "{}"}


@dataclass(frozen=True, slots=True)
class Models(ABC):
    """Writes definitions into one module.

    Attributes:
        may_share_empty: whether `[]` may stand as a default; linters know of structs that it may.
    """

    may_share_empty: ClassVar[bool]
    file: File
    wire: Wire

    @property
    @abstractmethod
    def wire_class(self) -> Code:
        """The class of the runtime that reads and writes messages."""

    @property
    @abstractmethod
    def speller(self) -> Speller:
        """Spells the types of fields."""

    @staticmethod
    @abstractmethod
    def attribute(each: Field) -> str:
        """What a field is called in Python."""

    @abstractmethod
    def bases(self, declared: Record | Message) -> tuple[Node, ...]:
        """What stands between the brackets of a class."""

    @abstractmethod
    def tag(self, declared: Record | Message) -> tuple[Statement, ...]:
        """The field of the tag, where it is one."""

    @abstractmethod
    def checks(self, fields: list[tuple[Code, Field]]) -> tuple[Code, ...]:
        """The lines of `__post_init__`, where there are any."""

    @abstractmethod
    def field_function(self) -> Code:
        """The function that describes a field."""

    @abstractmethod
    def on_wire(self, key: str) -> tuple[Node, ...]:
        """The arguments that say what a field is called on the wire."""

    @abstractmethod
    def maybe(self, type_: Node) -> Node:
        """The type of a field that may be absent."""

    def tag_key(self, declared: Declared) -> str | None:
        """The key of the tag that a class carries; in a nested envelope, messages carry none."""
        match declared:
            case Message():
                return self.wire.tag_key if self.wire.payload is None else None
            case Record(tag=str(), tag_key=key):
                return key
            case _:
                return None

    def item(self, declared: Declared) -> Item:
        """One type or message."""
        match declared:
            case Alias() | Union():
                return self._alias(declared, self.speller.spell(declared.type))
            case Enum(open=True):
                return self._alias(declared, self._open(declared))
            case Enum():
                return self._closed(declared)
            case Record() | Message():
                return self._class(declared)

    def _alias(self, declared: Alias | Union | Enum, meaning: Node) -> Statement:
        name = identifier(class_name(declared.name))
        kind = self.file.imports.name("typing", "TypeAlias")
        code = assign(name, meaning, kind, indent=0)
        return Statement(code=code, doc=described(declared.doc, declared.deprecated))

    def _open(self, declared: Enum) -> Node:
        values = tuple(each.value for each in declared.members)
        known = self.speller.literal(values)
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

    def _class(self, declared: Record | Message) -> ClassView:
        name = identifier(class_name(declared.name))
        fields = [(identifier(self.attribute(each)), each) for each in declared.fields]
        return ClassView(
            head=lay_out(Group(f"class {name}(", self.bases(declared), "):")),
            doc=described(declared.doc),
            body=(*self.tag(declared), *(self._field(name, each) for name, each in fields)),
            checks=self.checks(fields),
            decorators=deprecated(declared.deprecated, self.file),
        )

    def _field(self, name: Code, each: Field) -> Statement:
        type_ = self.speller.spell(each.type)
        if each.may_be_absent:
            type_ = self.maybe(type_)
        code = assign(name, self._default(name, each), type_)
        return Statement(code=code, doc=described(each.doc, each.deprecated))

    def _default(self, name: Code, each: Field) -> Node | None:
        value: Node | None = None
        if each.may_be_absent:
            value = self.file.imports.name("msgspec", "UNSET")
        elif each.has_default:
            value = Values(self.file).of(each.type, each.default)
        options = self.on_wire(each.wire) if each.wire != name else ()
        if value is None:
            return self.described(*options) if options else None
        shared = self.may_share_empty and not options and value in _EMPTY
        if is_mutable(value) or self._is_late(each) or (value in _EMPTY and not shared):
            return self.described(*options, factory(value))
        return self.described(*options, Pair("default=", value)) if options else value

    def described(self, *options: Node) -> Node:
        """What is said of a field besides its type."""
        return Group(f"{self.field_function()}(", options, ")")

    def _is_late(self, each: Field) -> bool:
        """Whether the default is a member of an enum that is imported after the class."""
        found = needs_of(each, self.file.symbols)
        return any(self.file.symbols.module(need) in self.file.late for need in found)
