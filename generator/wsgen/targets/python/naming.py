"""How names are spelt in Python.

A name stays as the author wrote it wherever Python and the generated module allow it; else it
gets a `_` behind.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection
from typing import Final

from wsgen.ir.names import Name

TYPE_NAMES: Final = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str"})
"""Built-in names that annotations use: in a class body an attribute would hide them."""
CALLED_NAMES: Final = TYPE_NAMES | {"super"}
"""What an argument of a generated function may not hide either."""

TOPIC_ATTRIBUTES: Final = frozenset({"hub", "of"})
"""What `gen1.Topics` has besides the topics."""


def attribute(name: Name) -> str:
    """Fields of records and messages, and parameters."""
    return _free(_lower(name), TYPE_NAMES)


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
