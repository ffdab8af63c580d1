"""WSG401: what no handler and no topic comes to, by whichever way.

References are taken as written: what an alias bounds further is no longer named in the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector
from wsgen.schema import Unit
from wsgen.schema.annotation import TypeNode, names_in
from wsgen.schema.document import (
    DependencySpec,
    Document,
    GuardSpec,
    HandlerSpec,
    PayloadSpec,
    TopicSpec,
)
from wsgen.schema.models import AliasSpec, FieldSpec, MessageSpec, RecordSpec, UnionSpec

_Key: TypeAlias = tuple[str, str]
"""A section of the schema, and a name in it."""
_Uses: TypeAlias = Mapping[_Key, Sequence[_Key]]
_WORDS: Final = {
    "types": ("type", "use it, or remove it"),
    "messages": ("message", "list it in a handler, or remove it"),
    "close_codes": ("close code", "list it in the handlers that use it, or remove it"),
    "dependencies": ("dependency", "list it in the handlers that use it, or remove it"),
    "guards": ("guard", "list it in the handlers that it protects, or remove it"),
}


def check(units: Sequence[Unit], found: Collector) -> None:
    """Look at the schema's own definitions; imported files may have other users."""
    root = units[0]
    document = root.document
    uses = {
        (section, name): list(_References(root, document).of(spec))
        for section in _WORDS
        for name, spec in getattr(document, section).items()
    }
    used = [
        key
        for unit in units
        for spec in _starts(unit)
        for key in _References(unit, document).of(spec)
    ]
    for section, name in _first(uses, _reached(used, uses)):
        what, help_ = _WORDS[section]
        at = root.tree.key_span((section, name))
        found.report("WSG401", f"the {what} `{name}` is not used", at, help=help_)


def _starts(unit: Unit) -> Iterator[object]:
    """What is used by itself: of the schema handlers and topics, of an imported file everything."""
    document = unit.document
    if unit.module is None:
        yield from (*document.handlers.values(), *document.topics.values())
    else:
        yield from (*document.types.values(), *document.messages.values())


def _reached(start: Iterable[_Key], uses: _Uses) -> set[_Key]:
    reached: set[_Key] = set()
    queue = list(start)
    for key in queue:  # grows while it is walked
        if key not in reached:
            reached.add(key)
            queue += uses.get(key, ())
    return reached


def _first(uses: _Uses, used: set[_Key]) -> Iterator[_Key]:
    """Of what is not used the beginnings: the rest is named by one of them."""
    behind = {key: _reached(uses[key], uses) for key in uses if key not in used}
    told: set[_Key] = set()
    for key, reached in behind.items():
        others = (each for each in behind if key in behind[each] and each not in reached)
        if key not in told and next(others, None) is None:
            told |= reached
            yield key


@dataclass(frozen=True, slots=True)
class _References:
    """What the parts of a file refer to in the schema, whose document is `root`."""

    unit: Unit
    root: Document

    def of(self, spec: object) -> Iterator[_Key]:
        """What one definition names."""
        match spec:
            case AliasSpec():
                yield from self._type(spec.node)
            case UnionSpec():
                yield from (key for arm in spec.arms for key in self._type(arm))
            case RecordSpec() | MessageSpec():
                yield from self._fields(spec.fields)
            case DependencySpec(meant=meant, needs=needs):
                yield from (() if isinstance(meant, str) else self._type(meant))
                yield from _named("dependencies", needs)
            case GuardSpec(needs=needs):
                yield from _named("dependencies", needs)
            case TopicSpec(messages=messages, params=params):
                yield from self._names(messages)
                yield from self._fields(params)
            case HandlerSpec():
                yield from self._handler(spec)
            case _:
                return

    def _handler(self, spec: HandlerSpec) -> Iterator[_Key]:
        yield from _named("guards", spec.guards)
        yield from _named("dependencies", spec.dependencies)
        yield from _named("close_codes", spec.close_codes)
        for parameters in (spec.query, spec.header, spec.cookie):
            yield from self._fields(parameters)
        for payload in (spec.from_client, spec.from_server):
            yield from () if payload is None else self._payload(payload)

    def _payload(self, spec: PayloadSpec) -> Iterator[_Key]:
        if spec.raw_type is not None:
            yield from self._type(spec.raw_type)
        for name, received in spec.messages.items():
            yield from self._names([name, *received.reply])

    def _fields(self, fields: Mapping[str, FieldSpec]) -> Iterator[_Key]:
        return (key for each in fields.values() for key in self._type(each.annotation.type))

    def _type(self, node: TypeNode) -> Iterator[_Key]:
        return self._names(names_in(node))

    def _names(self, names: Iterable[str]) -> Iterator[_Key]:
        """Those of types and messages that the schema itself defines."""
        for name in names:
            alias, dot, symbol = name.rpartition(".")
            module = self.unit.imports.get(alias, alias) if dot else self.unit.module
            if module is None:
                yield ("messages" if symbol in self.root.messages else "types", symbol)


def _named(section: str, names: Iterable[str]) -> Iterator[_Key]:
    return ((section, name) for name in names)
