"""What every mapping with fixed keys has in common."""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wsgen.schema.leaves import Anything, Bound, Integer, Pattern, String, Text, fail
from wsgen.source import Value

Raw: TypeAlias = dict[str, object]
"""A mapping of the tree on its way into a model."""


HIDDEN_KEYS: Final = frozenset({"<x>", "<messages>", "<raw>"})
"""Where the models keep what is not written under a key of its own."""


def raw_mapping(data: object) -> Raw:
    """A mapping, or a finding."""
    if not isinstance(data, dict):
        fail("WSG012", "expected a mapping", help="write `key: value` pairs")
    return cast("Raw", data)


def _typed_mapping(data: object) -> Raw:
    """The long form of what may also be a type alone."""
    if not isinstance(data, dict):
        help_ = "such as `str`, or `{type: str, …}` with more about it"
        fail("WSG012", "expected a type", help=help_)
    return cast("Raw", data)


class Part(BaseModel):
    """A mapping with fixed keys; keys of other tools start with `x-` and are kept."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
        populate_by_name=False,
    )
    short_form: ClassVar[str | None] = None
    """The key that a plain text stands for, where one may be written instead of the mapping."""

    extensions: dict[str, Anything] = Field(
        default_factory=dict[str, Value], alias="<x>", exclude=True
    )

    @model_validator(mode="before")
    @classmethod
    def _normalise(cls, data: object) -> Raw:
        """Long forms of short ones, and `x-…` keys apart from the others."""
        if isinstance(data, Text) and cls.short_form and data.plain is not None:
            return {cls.short_form: data}
        if isinstance(data, Text) and not cls.short_form and data.plain is None:
            return {}
        given = _typed_mapping(data) if cls.short_form else raw_mapping(data)
        for key in HIDDEN_KEYS & given.keys():
            fail("WSG010", f"unknown key `{key}`", help="remove it", below=(key,))
        own: Raw = {key: value for key, value in given.items() if not key.startswith("x-")}
        extra = {key: value for key, value in given.items() if key.startswith("x-")}
        return own | ({"<x>": extra} if extra else {})


class Documented(Part):
    """What has docs of its own."""

    doc: String | None = None
    """What it is, for code, docs and clients (Markdown)."""
    deprecated: String | None = None
    """Why it should no longer be used, and what to use instead."""


class ConstraintKeys(Part):
    """Bounds of a value."""

    ge: Bound = None
    """Greater than or equal to."""
    gt: Bound = None
    """Greater than."""
    le: Bound = None
    """Less than or equal to."""
    lt: Bound = None
    """Less than."""
    multiple_of: Bound = None
    """A multiple of this number."""
    min_length: Integer | None = None
    """Least number of characters, bytes or items."""
    max_length: Integer | None = None
    """Greatest number of characters, bytes or items."""
    pattern: Pattern | None = None
    """A regular expression that is found somewhere in the text; `$` is the very end."""
