"""WSG103: a name is taken where this one would stand in generated code.

One table of what is taken; keywords and the like are no trouble, they get a `_` in Python.
"""

from __future__ import annotations

import keyword
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.names import Name
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
    "origins": "create_app(origins=…)",
    "topics": "create_app(topics=…)",
}
HANDLER: Final = {
    name: f"the attribute `{name}` of every handler"
    for name in (
        "accepted", "background", "connection_lifespan", "disconnected", "exception_handlers", "handle",
        "handler", "handshake", "middleware", "opt", "params", "self", "socket", "stream", "topics",
    )
}  # fmt: skip
MODULES: Final = {
    name: f"the generated module `{name}`"
    for name in ("close_codes", "handlers", "messages", "routes", "topics")
}
TYPES: Final = {"Error": "the built-in error message", "WIRE": "the constant `WIRE` of messages.py"}
PACKAGES: Final = {
    name: f"the library `{name}`"
    for name in ("abc", "collections", "dataclasses", "datetime", "decimal", "enum", "msgspec", "pydantic",
                 "typing", "typing_extensions", "uuid", "wsgen", "wsgen_runtime")
}  # fmt: skip


def check(api: Api, found: Collector) -> None:
    """Compare names with what stands beside them."""
    _arguments(api, found)
    for dependency in api.dependencies:
        _refuse(dependency.name, dependency.name.snake, HANDLER, dependency.at, found)
        if dependency.name.snake.startswith("on_"):
            taken = {dependency.name.snake: "a method of a listener"}
            _refuse(dependency.name, dependency.name.snake, taken, dependency.at, found)
    for named in (*api.types, *api.messages):
        _refuse(named.name, named.name.pascal, TYPES, named.at, found)
    for code in api.close_codes:
        _refuse(
            code.name, code.name.pascal, {"CloseCode": "the enum of close codes"}, code.at, found
        )
    place = api.error.at
    _refuse(api.name, api.name.written, PACKAGES, place, found)
    if keyword.iskeyword(api.name.written):
        found.report(
            "WSG103", f"`{api.name.written}` is a word of Python", place, help="rename the API"
        )
    for library in api.libraries:
        _refuse(Name.of(library.module), library.module, MODULES, place, found)


def _arguments(api: Api, found: Collector) -> None:
    """Handlers, dependencies and guards are arguments of one function."""
    seen = dict(CREATE_APP)
    sections = (("handler", api.handlers), ("dependency", api.dependencies), ("guard", api.guards))
    for what, things in sections:
        for each in things:
            _refuse(each.name, each.name.snake, seen, each.at, found)
            seen.setdefault(each.name.snake, f"the {what} `{each.name.written}`")


def _refuse(name: Name, spelling: str, taken: dict[str, str], at: Span, found: Collector) -> None:
    if spelling in taken:
        message = f"`{name.written}` would stand beside {taken[spelling]}"
        found.report("WSG103", message, at, help="choose another name")
