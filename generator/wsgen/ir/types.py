"""Types as meant: references resolved, constraints merged, no language's spelling."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from wsgen.ir.names import Name
from wsgen.source import Span, Value


class Scalar(StrEnum):
    """The built-in types, by the word that stands in the schema."""

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    BYTES = "bytes"
    UUID = "uuid"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    TIMEDELTA = "timedelta"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Constraints:
    """Bounds of a value. Lengths count code points, bytes or items."""

    ge: Value = None
    gt: Value = None
    le: Value = None
    lt: Value = None
    multiple_of: Value = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def given(self) -> dict[str, Value]:
        """The constraints that are set, in the order of this class."""
        if self == NONE:
            return {}
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value is not None}


NONE = Constraints()


@dataclass(frozen=True, slots=True)
class ScalarType:
    """A built-in type with its constraints."""

    scalar: Scalar
    constraints: Constraints = NONE


@dataclass(frozen=True, slots=True)
class ListType:
    """A list; the constraints bound its length."""

    item: TypeExpr
    constraints: Constraints = NONE


@dataclass(frozen=True, slots=True)
class DictType:
    """A mapping with string keys; the constraints bound its length."""

    value: TypeExpr
    constraints: Constraints = NONE


@dataclass(frozen=True, slots=True)
class LiteralType:
    """One of some constants."""

    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NullableType:
    """A type, or null."""

    inner: TypeExpr


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several types that the wire can tell apart."""

    arms: tuple[TypeExpr, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A named type or message.

    Attributes:
        module: None in the schema itself, else an imported file's module.
    """

    module: str | None
    name: str


UNKNOWN: Final = Reference(None, "")
"""Stands for what could not be read, which has been reported: nothing else is said of it."""

TypeExpr: TypeAlias = (
    ScalarType | ListType | DictType | LiteralType | NullableType | UnionType | Reference
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a record or message.

    Attributes:
        wire: its key on the wire.
        default: the default as the author gave it; meaningful when `has_default`.
        may_be_absent: written `name?`: absence is a value of its own.
    """

    name: Name
    wire: str
    type: TypeExpr
    has_default: bool = False
    default: Value = None
    may_be_absent: bool = False
    doc: str | None = None
    deprecated: str | None = None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name for a type, most often one with constraints."""

    name: Name
    type: TypeExpr
    doc: str | None = None
    deprecated: str | None = None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumMember:
    """A constant of an enum: its name and its value on the wire."""

    name: Name
    value: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    """A closed enum, or an open one, which keeps values that it does not know."""

    name: Name
    members: tuple[EnumMember, ...]
    open: bool = False
    doc: str | None = None
    deprecated: str | None = None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object with fields; with a `tag` it can be told apart in a union."""

    name: Name
    fields: tuple[Field, ...]
    tag: str | None = None
    tag_key: str | None = None
    forbid_extra: bool = False
    doc: str | None = None
    deprecated: str | None = None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """A name for one of several types."""

    name: Name
    type: UnionType
    doc: str | None = None
    deprecated: str | None = None
    at: Span


NamedType: TypeAlias = Alias | Enum | Record | Union


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A tagged record that travels on its own."""

    name: Name
    tag: str
    fields: tuple[Field, ...]
    forbid_extra: bool = False
    doc: str | None = None
    deprecated: str | None = None
    at: Span
