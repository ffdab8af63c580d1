"""What generated models of pydantic are made of: the same on the wire as the structs of msgspec.

Types that pydantic reads or writes in another way than msgspec are read and written by msgspec.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, TypeAlias, TypeVar, get_args

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core
from typing_extensions import override

from wsgen_runtime import _json
from wsgen_runtime._checks import finite
from wsgen_runtime._codec import explained
from wsgen_runtime._model_errors import TYPE, JsonSchema

T = TypeVar("T")

_OTHER_KIND: Final = re.compile(r"Expected `([^`]+)`, got `[^`]+`")
"""What msgspec says where it expected another kind."""


@dataclass(frozen=True, slots=True, eq=False)  # annotations are hashed
class _AsInStructs:
    """Reads a type from JSON, and writes it, as msgspec does.

    Attributes:
        type: what msgspec reads, and a constructor takes.
        json_schema: what stands in a JSON Schema.
    """

    type: type[object]
    json_schema: JsonSchema

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core.json_or_python_schema(
            # "after any": in a union, what pydantic knows by itself goes first
            json_schema=core.no_info_after_validator_function(self._read, core.any_schema()),
            python_schema=core.is_instance_schema(self.type),
            serialization=core.plain_serializer_function_ser_schema(
                msgspec.to_builtins, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return dict(self.json_schema)

    def _read(self, value: object) -> object:
        try:
            return msgspec.convert(value, self.type)
        except msgspec.ValidationError as error:
            detail = explained(error, "").detail
            kind = _OTHER_KIND.fullmatch(detail)
            if kind is not None:
                raise PydanticCustomError(TYPE, "expected {kind}", {"kind": kind[1]}) from None
            raise ValueError(detail) from None


def _aware(value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError("Expected `datetime` with a timezone component")
    return value


def _day(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime):  # a subclass of date
        raise ValueError("Expected `date`, got `datetime`")
    return value


def _exact(value: object) -> object:
    if isinstance(value, (bool, float)):  # True == 1 == 1.0
        raise PydanticCustomError("enum", "expected a constant")
    return value


def _finite(value: object) -> object:
    if not _json.finite(value):
        raise ValueError("Number out of range")
    return value


def _text(format_: str) -> JsonSchema:
    return {"type": "string", "format": format_}


Exact: Final = BeforeValidator(_exact)
"""For constants that are whole numbers, which pydantic takes true and 1.0 for."""

Bytes: TypeAlias = Annotated[
    bytes, _AsInStructs(bytes, {"type": "string", "contentEncoding": "base64"})
]
Date: TypeAlias = Annotated[dt.date, _AsInStructs(dt.date, _text("date")), AfterValidator(_day)]
Datetime: TypeAlias = Annotated[
    dt.datetime,
    _AsInStructs(dt.datetime, _text("date-time")),
    AfterValidator(_aware),
]
"""A date and time with a zone."""
Decimal: TypeAlias = Annotated[
    decimal.Decimal,
    _AsInStructs(decimal.Decimal, {"type": ["string", "number"]}),
    AfterValidator(finite),
]
Object: TypeAlias = Annotated[object, AfterValidator(_finite)]
"""Anything that JSON can say."""
Time: TypeAlias = Annotated[dt.time, _AsInStructs(dt.time, _text("time"))]
Timedelta: TypeAlias = Annotated[dt.timedelta, _AsInStructs(dt.timedelta, _text("duration"))]
UUID: TypeAlias = Annotated[uuid.UUID, _AsInStructs(uuid.UUID, _text("uuid"))]


class _MayBeAbsent:
    """`T | UnsetType`: in JSON nothing stands for `UNSET`, and it is never written."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        present: Any = None
        for each in get_args(source):
            if each is not UnsetType:
                present = each if present is None else present | each
        value = handler.generate_schema(present)
        unset = core.is_instance_schema(UnsetType)
        return core.json_or_python_schema(
            json_schema=value, python_schema=core.union_schema([value, unset])
        )


def _is_unset(value: object) -> bool:
    return value is UNSET


Maybe: TypeAlias = Annotated[T | UnsetType, _MayBeAbsent(), Field(exclude_if=_is_unset)]
"""The type of a field that may be absent, which is `UNSET` then."""


class Model(BaseModel, frozen=True):
    """A message or record. Frozen; made, and so imported, without building its validator."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True,
        allow_inf_nan=False,
        ser_json_inf_nan="constants",  # so that an encoder finds them
        regex_engine="python-re",  # the patterns are those of the structs
        defer_build=True,
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
        protected_namespaces=(),
    )

    @classmethod
    @override
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, object] | None = None,
    ) -> bool | None:
        """Build the validator from the names of the module, never of who happens to be first."""
        return super().model_rebuild(
            force=force,
            raise_errors=raise_errors,
            _types_namespace=vars(sys.modules[cls.__module__]),
        )

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return handler(_without_unset(schema))


def _without_unset(schema: Any) -> Any:
    """A schema whose fields do not have `UNSET` as their default, which JSON cannot say."""
    match schema:
        case {"type": "default", "default": default, **rest} if default is UNSET:
            return {**rest, "type": "default", "default_factory": UnsetType}
        case {"schema": inner, **rest}:
            return {**rest, "schema": _without_unset(inner)}
        case {"type": "model-fields", "fields": {**fields}, **rest}:
            said = {name: _without_unset(field) for name, field in fields.items()}
            return {**rest, "type": "model-fields", "fields": said}
        case _:
            return schema
