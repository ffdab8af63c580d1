"""WSG102: two names become one in some language, or on a file system that ignores case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.names import Name
from wsgen.ir.types import Record
from wsgen.source import Span


class _Named(Protocol):
    @property
    def name(self) -> Name: ...
    @property
    def at(self) -> Span: ...


def check(api: Api, found: Collector) -> None:
    """Compare the names that end up side by side."""
    for module in (api, *api.libraries):
        _compare([*module.types, *module.messages], lambda name: name.pascal.casefold(), found)
        for owner in (
            *module.messages,
            *(each for each in module.types if isinstance(each, Record)),
        ):
            _compare(owner.fields, lambda name: name.snake, found)
            _compare_wire(owner.fields, found)
    for things in (api.handlers, api.dependencies, api.guards, api.topics):
        _compare(things, lambda name: name.snake, found)
    _compare(api.close_codes, lambda name: name.upper, found)


def _compare(things: Iterable[_Named], spell: Callable[[Name], str], found: Collector) -> None:
    seen: dict[str, _Named] = {}
    for each in things:
        first = seen.setdefault(spell(each.name), each)
        if first is not each:
            message = f"`{each.name.written}` and `{first.name.written}` become one name"
            found.report("WSG102", message, each.at, related=((first.at, "the other one"),))


class _OnWire(_Named, Protocol):
    @property
    def wire(self) -> str: ...


def _compare_wire(fields: Iterable[_OnWire], found: Collector) -> None:
    seen: dict[str, _OnWire] = {}
    for each in fields:
        first = seen.setdefault(each.wire, each)
        if first is not each:
            message = f"two fields are called `{each.wire}` on the wire"
            found.report("WSG102", message, each.at, related=((first.at, "the other one"),))
