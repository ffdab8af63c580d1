"""Documents → Api: references found, constraints merged, orders planned, rules checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wsgen.diagnostics import Collector, Diagnostic, did_you_mean
from wsgen.ir.api import (
    Api,
    CloseCode,
    Dependency,
    Guard,
    Library,
    Parameter,
    PythonType,
    Topic,
    Wire,
)
from wsgen.ir.api import Source as ParameterSource
from wsgen.ir.names import Name
from wsgen.ir.types import Alias, Field, Message, NamedType, Scalar, ScalarType
from wsgen.ir.types import LiteralType
from wsgen.resolve.constraints import Constrainer
from wsgen.resolve.defaults import DefaultCheck
from wsgen.resolve.handlers import HandlerReader
from wsgen.resolve.alias_order import aliases_first
from wsgen.resolve.models import FieldReader, ModelReader, read_alias, read_enum, read_union
from wsgen.resolve.rules import check_all
from wsgen.resolve.scope import Scope
from wsgen.schema import Unit
from wsgen.schema.document import AliasSpec, ApiSpec, EnumSpec, UnionSpec
from wsgen.source import Path, Span

ERROR_TAG = "error"
ERROR_CODES = ("malformed", "invalid_message", "unknown_type", "wrong_frame", "rate_limited")


def resolve(units: Sequence[Unit]) -> tuple[Api | None, tuple[Diagnostic, ...]]:
    """What a schema and its imports mean, or everything that is wrong with them."""
    root = units[0]
    found = Collector()
    if root.document.api is None:
        found.report("WSG011", "`api` is missing", root.tree.root.span, help="add `api: {name: …}`")
        return None, found.diagnostics
    api = _Resolver(units, root.document.api, found).api()
    if not found.diagnostics:
        check_all(api, found)
    return api, found.diagnostics


@dataclass(slots=True)
class _Resolver:
    units: Sequence[Unit]
    spec: ApiSpec
    found: Collector
    types: dict[tuple[str | None, str], NamedType] = field(default_factory=dict)
    aliases: dict[tuple[str | None, str], Alias] = field(default_factory=dict)

    @property
    def root(self) -> Unit:
        return self.units[0]

    def api(self) -> Api:
        for unit, name in aliases_first(self.units, self.found):
            self._simple_type(unit, name)
        for unit in self.units:
            self._records(unit)
        dependencies = self._dependencies()
        guards = self._guards(dependencies)
        document = self.root.document
        scope = self._scope(self.root)
        handlers = HandlerReader(scope, self._fields(self.root), dependencies, guards, self.found)
        return Api(
            name=Name.of(self.spec.name),
            version=self.spec.version,
            doc=self.spec.doc,
            source=self.root.source.path.name,
            wire=self._wire(),
            libraries=tuple(map(self._library, self.units[1:])),
            types=self._types_of(self.root),
            messages=self._messages(self.root),
            error=self._error(),
            close_codes=tuple(self._close_codes()),
            dependencies=tuple(dependencies.values()),
            guards=tuple(guards.values()),
            topics=tuple(self._topics()),
            handlers=tuple(handlers.read(key, each) for key, each in document.handlers.items()),
            extensions=dict(document.extensions),
        )

    def _wire(self) -> Wire:
        binary = self.spec.codec == "msgpack"
        if binary and self.spec.frame == "text":
            span = self.root.tree.span(("api", "frame"))
            self.found.report(
                "WSG012", "msgpack travels in binary frames", span, help="remove `frame:`"
            )
        return Wire(
            codec=self.spec.codec,
            frame=self.spec.frame or ("binary" if binary else "text"),
            tag_key=self.spec.tag_key,
            payload=self.spec.envelope.payload,
            correlation_key=self.spec.correlation_key,
        )

    def _scope(self, unit: Unit) -> Scope:
        return Scope(unit, {each.module: each for each in self.units}, self.found)

    def _constrainer(self) -> Constrainer:
        return Constrainer(self.aliases, self.found)

    def _fields(self, unit: Unit) -> FieldReader:
        return FieldReader(
            self._scope(unit), self._constrainer(), DefaultCheck(self.types), self.found
        )

    def _simple_type(self, unit: Unit, name: str) -> None:
        scope = self._scope(unit)
        spec = unit.document.types[name]
        made: NamedType | None = None
        if isinstance(spec, EnumSpec):
            made = read_enum(scope, name, spec)
        elif isinstance(spec, UnionSpec):
            made = read_union(scope, name, spec)
        elif isinstance(spec, AliasSpec):
            made = read_alias(scope, name, spec, self._constrainer())
        if made is not None:
            self.types[unit.module, name] = made
        if isinstance(made, Alias):
            self.aliases[unit.module, name] = made

    def _records(self, unit: Unit) -> None:
        for record in ModelReader(self._fields(unit), self.spec).records():
            self.types[unit.module, record.name.written] = record

    def _types_of(self, unit: Unit) -> tuple[NamedType, ...]:
        made = (self.types.get((unit.module, name)) for name in unit.document.types)
        return tuple(each for each in made if each is not None)

    def _messages(self, unit: Unit) -> tuple[Message, ...]:
        return tuple(ModelReader(self._fields(unit), self.spec).messages())

    def _library(self, unit: Unit) -> Library:
        api = unit.document.api
        return Library(
            module=unit.module or "",
            source=unit.source.path.name,
            types=self._types_of(unit),
            messages=self._messages(unit),
            doc=api.doc if api else None,
        )

    def _error(self) -> Message:
        at = self.root.source.start
        text = ScalarType(Scalar.STR)
        fields = (
            Field(name=Name.of("code"), wire="code", type=LiteralType(ERROR_CODES), at=at, doc="What kind of mistake it is."),
            Field(name=Name.of("detail"), wire="detail", type=text, at=at, doc="What was expected, in words."),
            Field(name=Name.of("path"), wire="path", type=text, at=at, has_default=True, default="$",
                  doc="Where in the message, such as `$.text`."),
        )  # fmt: skip
        doc = "What the client sent was not understood; the connection goes on."
        return Message(name=Name.of("Error"), tag=ERROR_TAG, fields=fields, doc=doc, at=at)

    def _span(self, *path: str) -> Span:
        return self.root.tree.key_span(path)

    def _close_codes(self) -> list[CloseCode]:
        return [
            CloseCode(name=Name.of(key), code=each.code, reason=each.reason, status=each.status, retry=each.retry,
                      doc=each.doc, at=self._span("close_codes", key))
            for key, each in self.root.document.close_codes.items()
        ]  # fmt: skip

    def _dependencies(self) -> dict[str, Dependency]:
        made: dict[str, Dependency] = {}
        for key, each in self.root.document.dependencies.items():
            module, _, qualname = each.type.partition(":")
            made[key] = Dependency(
                name=Name.of(key), type=PythonType(module, qualname), needs=tuple(each.needs), doc=each.doc,
                at=self._span("dependencies", key),
            )  # fmt: skip
        self._check_cycles(made)
        return made

    def _check_cycles(self, made: Mapping[str, Dependency]) -> None:
        for name, dependency in made.items():
            reached: list[str] = []
            queue = list(dependency.needs)
            for need in queue:  # grows while it is walked
                if need in made and need not in reached:
                    reached.append(need)
                    queue += made[need].needs
            if name in reached:
                self.found.report("WSG310", f"the dependency `{name}` needs itself", dependency.at)

    def _guards(self, dependencies: Mapping[str, Dependency]) -> dict[str, Guard]:
        document = self.root.document
        known = {*dependencies, *self._parameter_names()}
        for section, specs in (
            ("dependencies", document.dependencies),
            ("guards", document.guards),
        ):
            for key, each in specs.items():
                for index, need in enumerate(each.needs):
                    if need not in known:
                        span = self.root.tree.span((section, key, "needs", index))
                        message = f"`{need}` is neither a dependency nor a parameter of any handler"
                        self.found.report("WSG306", message, span, help=did_you_mean(need, known))
        return {
            key: Guard(
                name=Name.of(key),
                needs=tuple(each.needs),
                doc=each.doc,
                at=self._span("guards", key),
            )
            for key, each in document.guards.items()
        }

    def _parameter_names(self) -> set[str]:
        names: set[str] = set()
        for each in self.root.document.handlers.values():
            names |= {*each.query, *each.cookie, *(key.replace("-", "_") for key in each.header)}
            for path in each.path:
                names |= {part[1:-1].split(":")[0] for part in path.split("/") if part[:1] == "{"}
        return names

    def _topics(self) -> list[Topic]:
        scope = self._scope(self.root)
        topics: list[Topic] = []
        for key, each in self.root.document.topics.items():
            path: Path = ("topics", key)
            references = [
                scope.reference(name, (*path, "messages", i), messages=True)
                for i, name in enumerate(each.messages)
            ]
            messages = tuple(reference for reference in references if reference is not None)
            params = [self._topic_param((*path, "params", name), name) for name in each.params]
            topics.append(
                Topic(name=Name.of(key), params=tuple(p for p in params if p), messages=messages, on_slow=each.on_slow,
                      queue=each.queue, doc=each.doc, at=self._span(*path))
            )  # fmt: skip
        return topics

    def _topic_param(self, path: Path, name: str) -> Parameter | None:
        spec = self.root.document.topics[str(path[1])].params[name]
        made = self._fields(self.root).field(name, spec, path)
        if made is None:
            return None
        return Parameter(
            name=made.name, source=ParameterSource.PATH, wire=made.wire, type=made.type, at=made.at
        )
