"""Handlers, as written → as meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import Collector, did_you_mean
from wsgen.ir.api import (
    TOPICS,
    Dependency,
    Guard,
    Handler,
    Kind,
    Limits,
    Messages,
    Parameter,
    Payload,
    Raw,
    Received,
)
from wsgen.ir.names import Name
from wsgen.ir.types import UNKNOWN, Reference
from wsgen.resolve.models import FieldReader
from wsgen.resolve.parameters import ParameterReader, names_of
from wsgen.resolve.scope import Scope
from wsgen.resolve.steps import Planner
from wsgen.schema import Unit
from wsgen.schema.document import HandlerSpec, LimitsSpec, PayloadSpec, ReceivedSpec
from wsgen.source import Path, Span, Tree

_SECTIONS: Final = {
    "close code": "close_codes",
    "dependency": "dependencies",
    "guard": "guards",
    "topic": "topics",
}
_TWICE: Final = "remove one of them"
_LAST_PORT: Final = 65535
_ORIGIN: Final = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class HandlerReader:
    """Reads handlers against what the rest of the schema defines.

    Attributes:
        all_parameters: the names of the parameters of all handlers.
    """

    scope: Scope
    fields: FieldReader
    dependencies: Mapping[str, Dependency]
    guards: Mapping[str, Guard]
    all_parameters: set[str]
    found: Collector

    @property
    def _tree(self) -> Tree:
        return self.scope.unit.tree

    def read(self, key: str, spec: HandlerSpec) -> Handler:
        """The handler, complete as far as it can be understood."""
        path: Path = ("handlers", key)
        at = self._tree.key_span(path)
        parameters = ParameterReader(self.fields, self.found).read(path, spec)
        document = self.scope.unit.document
        uses = _Uses(self.scope.unit, path, self.found)
        dependencies = uses.known("dependency", spec.dependencies, self.dependencies)
        guards = uses.known("guard", spec.guards, self.guards)
        return Handler(
            name=Name.of(key),
            kind=Kind(spec.kind),
            paths=tuple(spec.path),
            parameters=parameters,
            origins=self._origins(spec, path),
            subprotocols=tuple(spec.subprotocols),
            dependencies=dependencies,
            guards=guards,
            steps=self._planner(path, parameters).plan(dependencies, guards, span=at),
            from_client=self._payload(spec.from_client, (*path, "from_client")),
            from_server=self._pushed(spec.from_server, (*path, "from_server")),
            subscribe=uses.known("topic", spec.subscribe, document.topics),
            close_codes=uses.known("close code", spec.close_codes, document.close_codes),
            limits=_limits(spec.limits),
            on_invalid=spec.on_invalid or "close",
            on_reject=spec.on_reject,
            doc=spec.doc,
            deprecated=spec.deprecated,
            at=at,
            places=self._places(path, spec),
        )

    def _places(self, path: Path, spec: HandlerSpec) -> dict[str, Span]:
        keys = {key: self._tree.key_span((*path, key)) for key in sorted(spec.model_fields_set)}
        lists = {"path": spec.path, "origins": spec.origins, "subprotocols": spec.subprotocols}
        items = {
            f"{key}.{index}": self._tree.span((*path, key, index))
            for key, values in lists.items()
            for index in range(len(values))
            if key in keys
        }
        return keys | items

    def _planner(self, path: Path, parameters: Iterable[Parameter]) -> Planner:
        names = {each.name.written for each in parameters}
        missing = self.all_parameters - names_of(self._tree, path)
        missing.difference_update(self._tree.names(("dependencies",)))
        given = {TOPICS} if self.scope.unit.document.topics else set[str]()
        return Planner(self.dependencies, self.guards, given, names, missing - given, self.found)

    def _origins(self, spec: HandlerSpec, path: Path) -> str | tuple[str, ...]:
        if spec.origins in (["same"], ["any"]):
            return spec.origins[0]
        for index, origin in enumerate(spec.origins):
            match = _ORIGIN.fullmatch(origin)
            if match is None or int(match[2] or 0) > _LAST_PORT:
                span = self._tree.span((*path, "origins", index))
                help_ = "write `same`, `any`, or a list of origins such as https://app.example.com"
                self.found.report("WSG309", f"`{origin}` is not an origin", span, help=help_)
        return tuple(each.lower() for each in spec.origins)

    def _payload(self, spec: PayloadSpec | None, path: Path) -> Payload | None:
        if spec is None:
            return None
        if spec.raw_type is not None:
            return Raw(self.scope.type(spec.raw_type, path))
        received = (self._received(name, each, path) for name, each in spec.messages.items())
        return Messages(tuple(received))

    def _received(self, name: str, spec: ReceivedSpec, path: Path) -> Received:
        place = (*path, name)
        message = self.scope.reference(name, place, span=self._tree.key_span(place), messages=True)
        replies: list[Reference] = []
        for index, each in enumerate(spec.reply):
            reply_path = (*place, "reply", index)
            reply = self.scope.reference(each, reply_path, messages=True)
            if reply in replies and reply != UNKNOWN:
                span = self._tree.span(reply_path)
                self.found.report("WSG302", f"`{each}` stands twice", span, help=_TWICE)
            else:
                replies.append(reply)
        return Received(message=message, replies=tuple(replies))

    def _pushed(self, spec: PayloadSpec | None, path: Path) -> tuple[Reference, ...] | Raw:
        payload = self._payload(spec, path)
        if spec is None or payload is None:
            return ()
        if isinstance(payload, Raw):
            return payload
        for name, each in spec.messages.items():
            if each.reply:
                help_ = "write it at the message that the client sends"
                span = self._tree.key_span((*path, name, "reply"))
                self.found.report("WSG305", "`reply` belongs under `from_client`", span, help=help_)
        return tuple(each.message for each in payload.received)


@dataclass(frozen=True, slots=True)
class _Uses:
    """Looks up what a handler names."""

    unit: Unit
    path: Path
    found: Collector

    def known(self, what: str, names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
        """The names that are defined, each once; of those with mistakes nothing is said."""
        known = list(known)
        section = _SECTIONS[what]
        key = "subscribe" if section == "topics" else section
        found: list[str] = []
        for index, name in enumerate(names):
            span = self.unit.tree.span((*self.path, key, index))
            if name in found:
                self.found.report("WSG302", f"`{name}` stands twice", span, help=_TWICE)
            elif name in known:
                found.append(name)
            elif not self.unit.declares(section, name):
                self._unknown(what, name, known, span)
        return tuple(found)

    def _unknown(self, what: str, name: str, known: Iterable[str], span: Span) -> None:
        help_ = did_you_mean(name, known) or f"define it under `{_SECTIONS[what]}:`, or remove it"
        self.found.report("WSG302", f"unknown {what} `{name}`", span, help=help_)


def _limits(spec: LimitsSpec) -> Limits:
    return Limits(
        max_message=spec.max_message,
        rate=spec.rate,
        idle_timeout=spec.idle_timeout,
        handshake_timeout=spec.handshake_timeout,
        close_timeout=spec.close_timeout,
    )
