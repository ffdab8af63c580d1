"""WSG102: two names become one in some language, or on a file system that ignores case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Handler, Kind, Messages
from wsgen.ir.names import Name
from wsgen.ir.types import Record, Reference
from wsgen.source import Span


class _Named(Protocol):
    @property
    def name(self) -> Name: ...
    @property
    def at(self) -> Span: ...


def check(api: Api, found: Collector) -> None:
    """Compare the names that end up side by side, in code and in folders."""
    for module in api.modules:
        _compare([*module.types, *module.messages], found)
        records = [each for each in module.types if isinstance(each, Record)]
        for fields in [each.fields for each in module.messages] + [each.fields for each in records]:
            _compare(fields, found)
            _compare_wire(fields, found)
    for things in (api.handlers, api.dependencies, api.guards, api.topics, api.close_codes):
        _compare(things, found)
    for topic in api.topics:
        _compare(topic.params, found)
    definitions = api.definitions
    for handler in api.handlers:
        _compare_methods(handler, definitions, found)


def _compare(things: Iterable[_Named], found: Collector) -> None:
    """Letters and digits decide: `room_1`, `Room1` and `ROOM1` are one class, file or constant."""
    seen: dict[str, _Named] = {}
    for each in things:
        first = seen.setdefault("".join(each.name.words), each)
        if first is not each:
            message = f"`{each.name.written}` and `{first.name.written}` become one name"
            related = ((first.at, "the other one"),)
            found.report("WSG102", message, each.at, help="rename one of them", related=related)


def _compare_methods(
    handler: Handler, definitions: Mapping[Reference, _Named], found: Collector
) -> None:
    """Messages of several files may share a name, but not a listener's method."""
    if handler.kind is not Kind.LISTENER or not isinstance(handler.from_client, Messages):
        return
    received = (definitions.get(each.message) for each in handler.from_client.received)
    _compare([each for each in received if each is not None], found)


class _OnWire(_Named, Protocol):
    @property
    def wire(self) -> str: ...


def _compare_wire(fields: Iterable[_OnWire], found: Collector) -> None:
    seen: dict[str, _OnWire] = {}
    for each in fields:
        first = seen.setdefault(each.wire, each)
        if first is not each:
            message = f"two fields are called `{each.wire}` on the wire"
            related = ((first.at, "the other one"),)
            found.report("WSG102", message, each.at, help="change one `wire:`", related=related)
