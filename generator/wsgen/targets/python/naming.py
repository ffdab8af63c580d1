"""How names are spelt in Python.

A name stays as the author wrote it wherever Python and the generated module allow it; else it
gets a `_` behind.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection
from typing import Final

from wsgen.ir.names import Name

TYPE_NAMES: Final = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str"})
"""Built-in names that annotations use: in a class body an attribute would hide them."""
CALLED_NAMES: Final = TYPE_NAMES | {"super"}
"""What an argument of a generated function may not hide either."""
MODEL_NAMES: Final = frozenset(
    {
        "construct", "copy", "dict", "from_orm", "json", "model_computed_fields", "model_config",
        "model_construct", "model_copy", "model_dump", "model_dump_json", "model_extra",
        "model_fields", "model_fields_set", "model_json_schema", "model_parametrized_name",
        "model_post_init", "model_rebuild", "model_validate", "model_validate_json",
        "model_validate_strings", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json",
        "update_forward_refs", "validate",
    }
)  # fmt: skip
"""What every model of pydantic has, so that no field may be called so."""

TOPIC_ATTRIBUTES: Final = frozenset({"hub", "of"})
"""What `gen1.Topics` has besides the topics."""


def attribute(name: Name, *, taken: Collection[str] = ()) -> str:
    """Fields of records and messages, and parameters; `taken` is what a base class has."""
    return _free(_lower(name), TYPE_NAMES.union(taken))


def tag_attribute(key: str) -> str:
    """The field of a model that holds the tag."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_").lower()
    return _free(
        name if name[:1].isalpha() else f"tag_{name}".rstrip("_"), TYPE_NAMES | MODEL_NAMES
    )


def argument(name: Name) -> str:
    """Handlers, dependencies and guards: arguments of functions, attributes of handlers."""
    return _free(_lower(name), CALLED_NAMES)


def topic_method(name: Name) -> str:
    """What makes a topic, of the class that has all of them."""
    return _free(_lower(name), TYPE_NAMES | TOPIC_ATTRIBUTES)


def method(name: Name) -> str:
    """The method of a listener that a message goes to."""
    return f"on_{name.snake}"


def class_name(name: Name) -> str:
    """Types, messages, and the stem of a handler's classes."""
    return _free(name.pascal, ())


def exception_name(name: Name) -> str:
    """The exception of a close code: `ROOM_FULL` → `RoomFull`."""
    return _free("".join(word.capitalize() for word in name.words), ())


def member(name: Name) -> str:
    """Members of enums, and the last part of constants."""
    return name.upper


def handler_module(name: Name) -> str:
    """The module of a handler, in `handlers/`."""
    return _free(_lower(name), ())


def library_module(stem: str) -> str:
    """The module of an imported schema."""
    return stem.lower()


def _lower(name: Name) -> str:
    return name.written if name.written == name.written.lower() else name.snake


def _free(text: str, taken: Collection[str]) -> str:
    return f"{text}_" if keyword.iskeyword(text) or text in taken else text
