"""WSG103: a name is taken where this one would stand: in generated code, on the wire, on a disk.

One table of what is taken. Keywords and the like are no trouble: a language that has them as words
gets another spelling, such as a `_` behind it in Python.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.names import Name
from wsgen.ir.types import Message, Record, Scalar
from wsgen.source import Span

CREATE_APP: Final = {
    "debug": "create_app(debug=…)",
    "exception_handlers": "create_app(exception_handlers=…)",
    "handlers": "create_app(handlers=…)",
    "http": "create_app(http=…)",
    "lifespan": "create_app(lifespan=…)",
    "limits": "create_app(limits=…)",
    "max_connections": "create_app(max_connections=…)",
    "middleware": "create_app(middleware=…)",
    "mount_path": "create_app(mount_path=…)",
    "observer": "create_app(observer=…)",
    "origins": "create_app(origins=…)",
    "topics": "create_app(topics=…)",
}
_ATTRIBUTES: Final = (
    "accepted", "background", "cancel_on_disconnect", "connection_lifespan", "disconnected",
    "exception_handlers", "handle", "handler", "handshake", "middleware", "missed", "opt",
    "params", "release", "self", "socket", "stream", "topics",
)  # fmt: skip
_LIBRARIES: Final = (
    "abc", "collections", "dataclasses", "datetime", "decimal", "enum", "msgspec", "pydantic",
    "typing", "typing_extensions", "uuid", "wsgen", "wsgen_runtime",
)  # fmt: skip
_FILES: Final = ("close_codes", "dependencies", "handlers", "messages", "routes", "topics")
_DEVICES: Final = (
    "aux", "con", "nul", "prn",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
)  # fmt: skip
HANDLER: Final = {name: f"the attribute `{name}` of every handler" for name in _ATTRIBUTES}
MODULES: Final = {name: f"the generated module `{name}`" for name in _FILES}
DEVICES: Final = {name: f"the device `{name.upper()}` of Windows" for name in _DEVICES}
PACKAGES: Final = {name: f"the library `{name}`" for name in _LIBRARIES}
TYPES: Final = {"error": "the built-in error message", "wire": "the constant `WIRE` of messages.py"}
WORDS: Final = {name: f"the built-in type `{name}`" for name in (*Scalar, "dict", "list")}
KEYS: Final = {"__proto__": "the prototype of every object of JavaScript"}
CLOSE_CODES: Final = {"closecode": "the enum of close codes"}


def check(api: Api, found: Collector) -> None:
    """Compare names with what stands beside them."""
    _arguments(api, found)
    for dependency in api.dependencies:
        name = dependency.name
        _refuse(name, name.snake, HANDLER, dependency.at, found)
        if name.snake.startswith("on_"):
            _refuse(name, name.snake, {name.snake: "a method of a listener"}, dependency.at, found)
    for module in api.modules:
        for named in (*module.types, *module.messages):
            _refuse(named.name, "".join(named.name.words), TYPES, named.at, found)
            _refuse(named.name, named.name.written, WORDS, named.at, found)
            for field in named.fields if isinstance(named, (Record, Message)) else ():
                _refuse(field.name, field.wire, KEYS, field.at, found)
    for code in api.close_codes:
        _refuse(code.name, "".join(code.name.words), CLOSE_CODES, code.at, found)
    for handler in api.handlers:
        _refuse(handler.name, handler.name.written.casefold(), DEVICES, handler.at, found)
    _refuse(api.name, api.name.written.casefold(), DEVICES | PACKAGES, api.name_at, found)
    if keyword.iskeyword(api.name.written):
        message = f"`{api.name.written}` is a word of Python"
        found.report("WSG103", message, api.name_at, help="rename the API")
    for library in api.libraries:
        taken = (DEVICES | MODULES).get(library.module.casefold())
        if taken is not None:
            message = f"`{library.source}` would stand beside {taken}"
            found.report("WSG103", message, library.imported_at, help="rename the file")


def _arguments(api: Api, found: Collector) -> None:
    """Handlers, dependencies and guards are arguments of one function."""
    seen = dict(CREATE_APP)
    sections = (("handler", api.handlers), ("dependency", api.dependencies), ("guard", api.guards))
    for what, things in sections:
        for each in things:
            _refuse(each.name, each.name.snake, seen, each.at, found)
        for each in things:
            seen.setdefault(each.name.snake, f"the {what} `{each.name.written}`")


def _refuse(
    name: Name, spelling: str, taken: Mapping[str, str], at: Span, found: Collector
) -> None:
    if spelling in taken:
        message = f"`{name.written}` would stand beside {taken[spelling]}"
        found.report("WSG103", message, at, help="choose another name")
