"""Handlers, as written → as meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import Collector, did_you_mean
from wsgen.ir.api import (
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
from wsgen.ir.api import Source as ParameterSource
from wsgen.ir.names import Name
from wsgen.ir.types import Reference, Scalar, ScalarType
from wsgen.resolve.models import FieldReader
from wsgen.resolve.paths import BadPath, PathParameter, parse_path
from wsgen.resolve.scope import Scope
from wsgen.resolve.steps import Planner
from wsgen.schema.document import HandlerSpec, PayloadSpec
from wsgen.source import Path, Span

_OPEN_SECTIONS: Final = (ParameterSource.QUERY, ParameterSource.HEADER, ParameterSource.COOKIE)


@dataclass(frozen=True, slots=True)
class HandlerReader:
    """Reads handlers against what the rest of the schema defines."""

    scope: Scope
    fields: FieldReader
    dependencies: Mapping[str, Dependency]
    guards: Mapping[str, Guard]
    found: Collector

    def read(self, key: str, spec: HandlerSpec) -> Handler:
        """The handler, complete as far as it can be understood."""
        path: Path = ("handlers", key)
        at = self.scope.unit.tree.key_span(path)
        parameters = (*self._path_parameters(path, spec), *self._open_parameters(path, spec))
        self._check_unique(parameters)
        dependencies = self._known(
            spec.dependencies, self.dependencies, (*path, "dependencies"), "dependency"
        )
        guards = self._known(spec.guards, self.guards, (*path, "guards"), "guard")
        document = self.scope.unit.document
        return Handler(
            name=Name.of(key),
            kind=Kind(spec.kind),
            paths=tuple(spec.path),
            parameters=parameters,
            origins=self._origins(spec, path),
            subprotocols=tuple(spec.subprotocols),
            dependencies=dependencies,
            guards=guards,
            steps=self._planner(parameters).plan(dependencies, guards, at),
            from_client=self._payload(spec.from_client, (*path, "from_client")),
            from_server=self._pushed(spec.from_server, (*path, "from_server")),
            subscribe=self._known(spec.subscribe, document.topics, (*path, "subscribe"), "topic"),
            close_codes=self._known(
                spec.close_codes, document.close_codes, (*path, "close_codes"), "close code"
            ),
            limits=Limits(**spec.limits.model_dump()),
            on_invalid=spec.on_invalid or "close",
            on_reject=spec.on_reject,
            doc=spec.doc,
            deprecated=spec.deprecated,
            at=at,
        )

    def _planner(self, parameters: Iterable[Parameter]) -> Planner:
        by_name = {each.name.written: each for each in parameters}
        return Planner(self.dependencies, self.guards, by_name, self.found)

    def _span(self, path: Path) -> Span:
        return self.scope.unit.tree.span(path)

    def _known(
        self, names: Iterable[str], known: Iterable[str], path: Path, what: str
    ) -> tuple[str, ...]:
        known = list(known)
        found: list[str] = []
        for index, name in enumerate(names):
            if name in known and name not in found:
                found.append(name)
            elif name in found:
                self.found.report("WSG302", f"`{name}` stands twice", self._span((*path, index)))
            else:
                help_ = did_you_mean(name, known)
                self.found.report(
                    "WSG302", f"unknown {what} `{name}`", self._span((*path, index)), help=help_
                )
        return tuple(found)

    def _path_parameters(self, path: Path, spec: HandlerSpec) -> list[Parameter]:
        found: list[tuple[PathParameter, ...]] = []
        for index, template in enumerate(spec.path):
            span = self._span((*path, "path", index))
            try:
                found.append(parse_path(template))
            except BadPath as error:
                self.found.report("WSG303", error.message, span, help=error.help)
                continue
            if {*found[-1]} != {*found[0]}:
                self.found.report("WSG303", "the paths of a handler have the same parameters", span)
        span = self._span((*path, "path"))
        return [self._path_parameter(each, span) for each in (found[0] if found else ())]

    def _path_parameter(self, parameter: PathParameter, span: Span) -> Parameter:
        scalar = Scalar.STR if parameter.converter == "path" else Scalar(parameter.converter)
        return Parameter(
            name=Name.of(parameter.name),
            source=ParameterSource.PATH,
            wire=parameter.name,
            converter=parameter.converter,
            type=ScalarType(scalar),
            at=span,
        )

    def _open_parameters(self, path: Path, spec: HandlerSpec) -> Iterable[Parameter]:
        sections = {
            ParameterSource.QUERY: spec.query,
            ParameterSource.HEADER: spec.header,
            ParameterSource.COOKIE: spec.cookie,
        }
        for source in _OPEN_SECTIONS:
            for key, field_spec in sections[source].items():
                place = (*path, source.value, key)
                name = key.replace("-", "_") if source is ParameterSource.HEADER else key
                field = self.fields.field(name, field_spec, place)
                if field is None:
                    continue
                if field.may_be_absent:
                    help_ = "write `T | None = None`"
                    self.found.report(
                        "WSG307", "a parameter has a default instead of `?`", field.at, help=help_
                    )
                header_name = (
                    key.replace("_", "-").lower() if source is ParameterSource.HEADER else key
                )
                yield Parameter(
                    name=field.name,
                    source=source,
                    wire=field_spec.wire or header_name,
                    type=field.type,
                    has_default=field.has_default,
                    default=field.default,
                    doc=field.doc,
                    deprecated=field.deprecated,
                    at=field.at,
                )

    def _check_unique(self, parameters: Iterable[Parameter]) -> None:
        seen: dict[str, Parameter] = {}
        for each in parameters:
            first = seen.setdefault(each.name.snake, each)
            if first is not each:
                related = ((first.at, "first given here"),)
                message = f"two parameters are called `{each.name.snake}`"
                self.found.report("WSG102", message, each.at, related=related)

    def _origins(self, spec: HandlerSpec, path: Path) -> str | tuple[str, ...]:
        if spec.origins in (["same"], ["any"]):
            return spec.origins[0]
        for index, origin in enumerate(spec.origins):
            scheme, separator, host = origin.partition("://")
            if not separator or not host or "/" in host or scheme not in {"http", "https"}:
                help_ = "write `same`, `any`, or a list of origins such as https://app.example.com"
                self.found.report(
                    "WSG309",
                    f"`{origin}` is not an origin",
                    self._span((*path, "origins", index)),
                    help=help_,
                )
        return tuple(each.lower() for each in spec.origins)

    def _payload(self, spec: PayloadSpec | None, path: Path) -> Payload | None:
        if spec is None:
            return None
        if spec.raw_type is not None:
            return self._raw(spec, path)
        received: list[Received] = []
        for index, (name, each) in enumerate(spec.messages.items()):
            place = self._key_place(path, index, name)
            message = self.scope.reference(name, path, place, messages=True)
            reply_path = (*path, name, "reply")
            replies = [
                self.scope.reference(reply, (*reply_path, i), messages=True)
                for i, reply in enumerate(each.reply)
            ]
            if message is not None:
                known = tuple(reply for reply in replies if reply is not None)
                received.append(Received(message=message, replies=known))
        return Messages(tuple(received))

    def _key_place(self, path: Path, index: int, name: str) -> Span:
        """Where a message is named: an item of a list, or a key."""
        tree = self.scope.unit.tree
        return (
            tree.key_span((*path, name))
            if tree.span((*path, index)) == tree.span(path)
            else tree.span((*path, index))
        )

    def _pushed(self, spec: PayloadSpec | None, path: Path) -> tuple[Reference, ...] | Raw:
        payload = self._payload(spec, path)
        if isinstance(payload, Raw):
            return payload
        if payload is None:
            return ()
        for each in payload.received:
            if each.replies:
                help_ = "the client's message has the reply"
                self.found.report(
                    "WSG305", "`reply` belongs under `from_client`", self._span(path), help=help_
                )
        return tuple(each.message for each in payload.received)

    def _raw(self, spec: PayloadSpec, path: Path) -> Raw | None:
        assert spec.raw_type is not None
        type_ = self.scope.type(spec.raw_type, path)
        return Raw(type_) if type_ is not None else None
