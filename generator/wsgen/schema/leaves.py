"""Leaves of a schema: text becomes what its place asks for.

The tree keeps scalars as text; each type here reads one form, and says what it expected.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, NoReturn

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from wsgen.schema.annotation import Annotation, Malformed, TypeNode, parse_annotation, parse_type
from wsgen.source import Value

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_PYTHON_TYPE: Final = re.compile(
    r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII
)
_SIZE: Final = re.compile(r"([0-9]{1,12})\s*(B|KiB|MiB|GiB)?")
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|m|h)")
_RATE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*/\s*(s|m|h)")
_BYTES: Final = {None: 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Text(str):
    """A scalar of the tree on its way into a model: text, and what it is by the core rules of YAML."""

    __slots__ = ("plain",)
    plain: Value

    @classmethod
    def of(cls, text: str, plain: Value) -> Text:
        """Text whose unquoted reading is `plain`."""
        made = cls(text)
        made.plain = plain
        return made


def plain(value: object) -> Value:
    """What a value means without knowing what it is for."""
    if isinstance(value, Text):
        return value.plain
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    raise TypeError(f"not of a tree: {value!r}")


def fail(
    code: str, message: str, *, help: str | None = None, part: tuple[int, int] | None = None
) -> NoReturn:
    """Refuse a value with a finding of our own."""
    context = {"code": code, "message": message, "help": help, "part": part}
    raise PydanticCustomError("wsgen", "{message}", context)


def _text(value: object) -> str:
    if not isinstance(value, Text) or value.plain is None:
        fail("WSG012", "expected text")
    return str(value)


def is_name(text: str) -> bool:
    """Whether a text may name something in every language that wsgen writes."""
    return _NAME.fullmatch(text) is not None


def _name(value: object) -> str:
    text = str(value)  # keys of a mapping are plain text
    if not is_name(text):
        fail(
            "WSG101",
            f"`{text}` is not a name",
            help="letters, digits and `_`, a letter first, at most 64 characters",
        )
    return text


def _int(value: object) -> int:
    number = value.plain if isinstance(value, Text) else None
    if isinstance(number, bool) or not isinstance(number, int):
        fail("WSG012", "expected a whole number")
    return number


def _bool(value: object) -> bool:
    flag = value.plain if isinstance(value, Text) else None
    if not isinstance(flag, bool):
        fail("WSG012", "expected `true` or `false`")
    return flag


def _size(value: object) -> int:
    match = _SIZE.fullmatch(_text(value))
    if not match:
        fail("WSG012", "expected a size", help="write `64KiB`, `1MiB` or a number of bytes")
    return int(match[1]) * _BYTES[match[2]]


def _duration(value: object) -> float:
    match = _DURATION.fullmatch(_text(value))
    if not match or float(match[1]) == 0:
        fail("WSG012", "expected a duration", help="write `500ms`, `60s`, `5m` or `1h`")
    return float(match[1]) * _SECONDS[match[2]]


def _rate(value: object) -> float:
    match = _RATE.fullmatch(_text(value))
    if not match or float(match[1]) == 0:
        fail("WSG012", "expected a rate", help="write `20/s` or `100/m`")
    return float(match[1]) / _SECONDS[match[2]]


def _python_type(value: object) -> str:
    text = _text(value)
    if not _PYTHON_TYPE.fullmatch(text):
        fail(
            "WSG012",
            "expected a Python type",
            help='write "module:Type", such as "myapp.auth:User"',
        )
    return text


def _annotation(value: object) -> Annotation:
    try:
        return parse_annotation(_text(value))
    except Malformed as error:
        fail("WSG201", error.message, help=error.help, part=(error.start, error.end))


def _type(value: object) -> TypeNode:
    try:
        return parse_type(_text(value))
    except Malformed as error:
        fail("WSG201", error.message, help=error.help, part=(error.start, error.end))


def _listed(value: object) -> object:
    """A list, or one item that stands for a list of it."""
    return [value] if isinstance(value, Text) and value.plain is not None else value


_TYPE_SCHEMA: Final = {
    "type": "string",
    "description": "A type, written like a Python annotation.",
    "examples": [
        "str",
        "int",
        "uuid",
        "datetime",
        "list[str]",
        "dict[str, int]",
        "str | None",
        'Literal["a", "b"]',
    ],
}

String = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string"})]
NameText = Annotated[
    str,
    PlainValidator(_name),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}$"}),
]
Integer = Annotated[int, PlainValidator(_int), WithJsonSchema({"type": "integer"})]
Boolean = Annotated[bool, PlainValidator(_bool), WithJsonSchema({"type": "boolean"})]
Size = Annotated[
    int,
    PlainValidator(_size),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["64KiB", "1MiB"]}),
]
Duration = Annotated[
    float,
    PlainValidator(_duration),
    WithJsonSchema({"type": "string", "examples": ["60s", "500ms"]}),
]
Rate = Annotated[
    float, PlainValidator(_rate), WithJsonSchema({"type": "string", "examples": ["20/s", "100/m"]})
]
PythonTypeText = Annotated[
    str,
    PlainValidator(_python_type),
    WithJsonSchema({"type": "string", "examples": ["myapp.auth:User"]}),
]
AnnotationText = Annotated[Any, PlainValidator(_annotation), WithJsonSchema(_TYPE_SCHEMA)]
TypeText = Annotated[Any, PlainValidator(_type), WithJsonSchema(_TYPE_SCHEMA)]
"""A `TypeNode`."""
Bound = Annotated[Any, PlainValidator(plain), WithJsonSchema({"type": ["number", "string"]})]
Anything = Annotated[Any, PlainValidator(plain), WithJsonSchema({})]
OneOrMore = BeforeValidator(_listed)
