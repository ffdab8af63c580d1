"""How types and messages are written."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, TypeAlias, cast

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from wsgen.schema.annotation import Annotation, TypeNode
from wsgen.schema.leaves import (
    AnnotationText,
    Anything,
    Boolean,
    Key,
    NotEmpty,
    OneOrMore,
    TagText,
    TypeText,
)
from wsgen.schema.part import ConstraintKeys, Documented


class FieldSpec(Documented, ConstraintKeys):
    """A field: `name: TYPE`, `name: TYPE = DEFAULT`, or the long form with constraints."""

    short_form: ClassVar[str | None] = "type"

    type: AnnotationText
    """The type, and with `=` a default."""
    default: Anything = None
    """The value when it is absent."""
    wire: Key | None = None
    """The key on the wire, where it differs from the name."""

    @property
    def annotation(self) -> Annotation:
        """The type and default of the short form."""
        return cast("Annotation", self.type)

    @property
    def has_default_key(self) -> bool:
        """Whether `default:` is written."""
        return "default" in self.model_fields_set


Fields: TypeAlias = Annotated[
    dict[str, FieldSpec],
    Field(json_schema_extra={"propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}[?]?$"}}),
]
HeaderFields: TypeAlias = Annotated[
    dict[str, FieldSpec],
    Field(json_schema_extra={"propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"}}),
]
Extra: TypeAlias = Literal["ignore", "forbid"]


class AliasSpec(Documented, ConstraintKeys):
    """A name for a type, with constraints."""

    short_form: ClassVar[str | None] = "type"

    type: TypeText
    """The type that it stands for."""

    @property
    def node(self) -> TypeNode:
        """The type that it stands for."""
        return cast("TypeNode", self.type)


class EnumSpec(Documented):
    """Constants: a list of values, or a mapping of names to values."""

    enum: Annotated[
        Anything,
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "array", "items": {"type": ["string", "integer"]}},
                    {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
                ]
            }
        ),
    ]
    """The values, as a list, or a mapping of names to strings or ints."""
    open: Boolean = False
    """Keep values that are not listed, instead of refusing them."""


class RecordSpec(Documented):
    """An object with fields."""

    fields: Fields
    """The fields, by name; `name?` may be absent."""
    tag: TagText | None = None
    """Its value of the tag key, where it stands in a union."""
    tag_key: Key | None = None
    """The tag key of its union; the API's by default."""
    extra: Extra | None = None
    """What happens to keys that are not fields; the API's way by default."""


class UnionSpec(Documented):
    """A name for one of several types."""

    union: Annotated[list[TypeText], OneOrMore, NotEmpty]
    """The arms: tagged records, or types of different JSON kinds."""

    @property
    def arms(self) -> tuple[TypeNode, ...]:
        """The types that it may be."""
        return tuple(cast("list[TypeNode]", self.union))


AnySpec: TypeAlias = AliasSpec | EnumSpec | RecordSpec | UnionSpec
_KINDS: Final = {"enum": "<enum>", "fields": "<fields>", "union": "<union>"}
KIND_TAGS: Final = ("<type>", *_KINDS.values())
"""How pydantic is told which kind of type stands in a place."""


def _kind_of_type(data: object) -> str:
    if isinstance(data, dict):
        return next((tag for key, tag in _KINDS.items() if key in data), "<type>")
    return "<type>"


TypeSpec: TypeAlias = Annotated[
    Annotated[AliasSpec, Tag("<type>")]
    | Annotated[EnumSpec, Tag("<enum>")]
    | Annotated[RecordSpec, Tag("<fields>")]
    | Annotated[UnionSpec, Tag("<union>")],
    Discriminator(_kind_of_type),
]


class MessageSpec(Documented):
    """A tagged record that travels on its own."""

    fields: Fields = Field(default_factory=dict[str, FieldSpec])
    """The fields, by name; `name?` may be absent."""
    tag: TagText | None = None
    """Its value of the tag key; the name in snake_case by default."""
    extra: Extra | None = None
    """What happens to keys that are not fields; the API's way by default."""
