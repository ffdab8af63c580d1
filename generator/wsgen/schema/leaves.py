"""Leaves of a schema: text becomes what its place asks for.

The tree keeps scalars as text; each type here reads one form, and says what it expected.
"""

from __future__ import annotations

import keyword
import re
from typing import Annotated, Any, Final, NoReturn, TypeAlias, cast

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from wsgen.schema.annotation import Annotation, TypeNode, parse_annotation, parse_type
from wsgen.schema.literals import Malformed
from wsgen.source import Path, Value

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_PYTHON_TYPE: Final = re.compile(
    r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII
)
_SIZE: Final = re.compile(r"([0-9]{1,12})\s*(B|KiB|MiB|GiB)?")
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|m|h)")
_RATE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*/\s*(s|m|h)")
_BYTES: Final = {None: 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_GENERIC: Final = {"builtins:list": "list[T]", "builtins:dict": "dict[str, T]"}
APPLICATION_TYPE: Final = 'a class of the application is written "module:Name"'
_NAME_HELP: Final = "letters, digits and `_`, a letter first, at most 64 characters"
_QUOTES_HELP: Final = "put the whole value in quotes"


class Text(str):
    """A scalar of the tree on its way into a model.

    Attributes:
        plain: what it is by the core rules of YAML.
        comment: what YAML took for a comment behind it.
    """

    __slots__ = ("comment", "plain")
    plain: Value
    comment: str | None

    @classmethod
    def of(cls, text: str, plain: Value, *, comment: str | None = None) -> Text:
        """Text whose unquoted reading is `plain`."""
        made = cls(text)
        made.plain = plain
        made.comment = comment
        return made

    @property
    def cut(self) -> bool:
        """Whether what follows looks like a part of the value: `channel #general`."""
        return bool(self.comment) and str(self.comment)[0] not in " \t#!"


def plain(value: object) -> Value:
    """What a value means without knowing what it is for."""
    if isinstance(value, Text):
        _refuse_cut(value)
        return value.plain
    if isinstance(value, list):
        return [plain(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in cast("dict[str, object]", value).items()}
    raise TypeError(f"not of a tree: {value!r}")


def fail(
    code: str,
    message: str,
    *,
    help: str | None = None,
    part: tuple[int, int] | None = None,
    below: Path = (),
) -> NoReturn:
    """Refuse a value with a finding of our own, at a part of it or at something below it."""
    context = {"code": code, "message": message, "help": help, "part": part, "below": below}
    raise PydanticCustomError("wsgen", "{message}", context)


def _refuse_cut(value: Text) -> None:
    if value.cut:
        message = f"YAML takes `#{value.comment}` for a comment"
        fail("WSG007", message, help=f"{_QUOTES_HELP}, or write a space after the `#`")


def text(value: object) -> str:
    """Text, as written."""
    if isinstance(value, Text) and value.plain is not None:
        _refuse_cut(value)
        return str(value)
    if isinstance(value, Text) and value.cut:
        _refuse_cut(value)
    if isinstance(value, list):
        fail("WSG012", "expected text, not a list", help=f"is it text with `[`? {_QUOTES_HELP}")
    if isinstance(value, dict):
        fail("WSG012", "expected text, not a mapping", help=f"is it text with `: `? {_QUOTES_HELP}")
    fail("WSG012", "expected text")


def _key(value: object) -> str:
    key = text(value)
    if not key or not key.isprintable():
        fail("WSG012", "expected a key: at least one character, and none that cannot be printed")
    if '"' in key or "\\" in key:  # msgspec takes no such name for a field
        fail("WSG012", 'a key holds neither `"` nor `\\`')
    return key


def is_name(text: str) -> bool:
    """Whether a text may name something in every language that wsgen writes."""
    return _NAME.fullmatch(text) is not None


def _name(value: object) -> str:
    name = value if isinstance(value, str) else text(value)  # keys of a mapping are plain text
    if not is_name(name):
        fail("WSG101", f"`{name}` is not a name", help=_NAME_HELP)
    return str(name)


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
    match = _SIZE.fullmatch(text(value))
    if not match or int(match[1]) == 0:
        fail("WSG012", "expected a size", help="write `64KiB`, `1MiB` or a number of bytes")
    return int(match[1]) * _BYTES[match[2]]


def _duration(value: object) -> float:
    match = _DURATION.fullmatch(text(value))
    if not match or float(match[1]) == 0:
        fail("WSG012", "expected a duration", help="write `500ms`, `60s`, `5m` or `1h`")
    return float(match[1]) * _SECONDS[match[2]]


def _rate(value: object) -> float:
    match = _RATE.fullmatch(text(value))
    if not match or float(match[1]) == 0:
        fail("WSG012", "expected a rate", help="write `20/s` or `100/m`")
    return float(match[1]) / _SECONDS[match[2]]


def _dependency_type(value: object) -> str | TypeNode:
    path = text(value)
    if ":" not in path.split("[")[0]:
        return _schemas_type(path, value)
    words = re.split(r"[.:]", path)
    if path in _GENERIC:
        fail("WSG012", f"`{path}` says nothing of its items", help=f"write `{_GENERIC[path]}`")
    if "[" in path:
        help_ = "give the type a name in that module, and write the name here"
        fail("WSG012", "a class of the application stands without `[…]`", help=help_)
    if not _PYTHON_TYPE.fullmatch(path) or any(map(keyword.iskeyword, words)):
        fail("WSG012", "expected a type", help=APPLICATION_TYPE)
    return path


def _schemas_type(path: str, value: object) -> TypeNode:
    module, _, name = path.rpartition(".")
    if "." in module and _PYTHON_TYPE.fullmatch(f"{module}:{name}"):
        fail("WSG012", "expected a type", help=f'did you mean "{module}:{name}"?')
    return _type(value)


def _annotation(value: object) -> Annotation:
    try:
        return parse_annotation(text(value))
    except Malformed as error:
        _refuse_type(error, value)


def _type(value: object) -> TypeNode:
    try:
        return parse_type(text(value))
    except Malformed as error:
        _refuse_type(error, value)


def _refuse_type(error: Malformed, value: object) -> NoReturn:
    help_ = error.help
    if isinstance(value, Text) and value.comment is not None:
        help_ = f"YAML takes what follows ` #` for a comment: {_QUOTES_HELP}"
    fail("WSG201", error.message, help=help_, part=(error.start, error.end))


def _backend(value: object) -> str:
    name = text(value)
    if name == "pydantic":
        help_ = "remove `models:`; the models are made with msgspec"
        fail("WSG014", "models of pydantic are not supported yet", help=help_)
    if name != "msgspec":
        fail("WSG012", "expected `msgspec`")
    return name


def _listed(value: object) -> object:
    """A list, or one item that stands for a list of it."""
    return [value] if isinstance(value, Text) and value.plain is not None else value


def _not_empty(value: Value) -> Value:
    if not value:
        fail("WSG011", "nothing stands in the list", help="name at least one")
    return value


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
_NAME_SCHEMA: Final = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}$"}
_KEY_SCHEMA: Final = {"type": "string", "pattern": '^[^"\\\\]+$'}
_SIZE_SCHEMA: Final = {"type": ["string", "integer"], "examples": ["64KiB", "1MiB"]}
_DURATION_SCHEMA: Final = {"type": "string", "examples": ["60s", "500ms"]}
_RATE_SCHEMA: Final = {"type": "string", "examples": ["20/s", "100/m"]}
_DEPENDENCY_TYPE_SCHEMA: Final = {"type": "string", "examples": ["myapp.auth:User", "User"]}
_TEXT_SCHEMA: Final = {"type": ["string", "number", "boolean"]}

String: TypeAlias = Annotated[str, PlainValidator(text), WithJsonSchema(_TEXT_SCHEMA)]
Key: TypeAlias = Annotated[str, PlainValidator(_key), WithJsonSchema(_KEY_SCHEMA)]
NameText: TypeAlias = Annotated[str, PlainValidator(_name), WithJsonSchema(_NAME_SCHEMA)]
Integer: TypeAlias = Annotated[int, PlainValidator(_int), WithJsonSchema({"type": "integer"})]
Boolean: TypeAlias = Annotated[bool, PlainValidator(_bool), WithJsonSchema({"type": "boolean"})]
Size: TypeAlias = Annotated[int, PlainValidator(_size), WithJsonSchema(_SIZE_SCHEMA)]
Duration: TypeAlias = Annotated[float, PlainValidator(_duration), WithJsonSchema(_DURATION_SCHEMA)]
Rate: TypeAlias = Annotated[float, PlainValidator(_rate), WithJsonSchema(_RATE_SCHEMA)]
DependencyTypeText: TypeAlias = Annotated[
    Any, PlainValidator(_dependency_type), WithJsonSchema(_DEPENDENCY_TYPE_SCHEMA)
]
"""A `TypeNode`, or the text `module:Name`."""
Backend: TypeAlias = Annotated[str, PlainValidator(_backend), WithJsonSchema({"enum": ["msgspec"]})]
AnnotationText: TypeAlias = Annotated[
    Any, PlainValidator(_annotation), WithJsonSchema(_TYPE_SCHEMA)
]
"""An `Annotation`."""
TypeText: TypeAlias = Annotated[Any, PlainValidator(_type), WithJsonSchema(_TYPE_SCHEMA)]
"""A `TypeNode`."""
Bound: TypeAlias = Annotated[
    Any, PlainValidator(plain), WithJsonSchema({"type": ["number", "string"]})
]
Anything: TypeAlias = Annotated[Any, PlainValidator(plain), WithJsonSchema({})]
OneOrMore: Final = BeforeValidator(_listed)
NotEmpty: Final = AfterValidator(_not_empty)
