"""Documents → Api: references found, constraints merged, orders planned, rules checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from wsgen.diagnostics import Collector, Diagnostic
from wsgen.ir.api import Api, Library, Wire
from wsgen.ir.names import Name
from wsgen.ir.types import UNKNOWN, Alias, Message, NamedType, Union, UnionType
from wsgen.resolve.alias_order import aliases_first
from wsgen.resolve.builtin import error_message
from wsgen.resolve.constraints import Constrainer
from wsgen.resolve.declarations import DeclarationReader
from wsgen.resolve.defaults import DefaultCheck
from wsgen.resolve.enums import read_enum
from wsgen.resolve.handlers import HandlerReader
from wsgen.resolve.models import FieldReader, ModelReader, read_alias, read_union
from wsgen.resolve.parameters import ParameterReader, all_names
from wsgen.resolve.rules import check_all
from wsgen.resolve.scope import Scope
from wsgen.schema import Unit
from wsgen.schema.document import ApiSpec
from wsgen.schema.extensions import extensions_of
from wsgen.schema.models import AliasSpec, EnumSpec, UnionSpec

_Key: TypeAlias = tuple[str | None, str]
_NAMELESS: Final = "api"


def resolve(units: Sequence[Unit]) -> tuple[Api, tuple[Diagnostic, ...]]:
    """What a schema and its imports mean, and everything that is wrong with them.

    Where something is wrong, the API is not for use: UNKNOWN stands for what could not be read.
    """
    root = units[0]
    found = Collector()
    if root.document.api is None:
        help_ = "add `api: {name: …}`"
        found.report("WSG011", "`api` is missing", root.tree.root.span, help=help_)
    if not root.tree.names(("handlers",)):
        help_ = "add a handler, or import this file from the schema that has them"
        found.report("WSG011", "no handler: nothing would answer", root.source.start, help=help_)
    api = _Resolver(units, root.document.api or ApiSpec(name=_NAMELESS), found).api()
    check_all(api, found)
    return api, found.diagnostics


@dataclass(slots=True)
class _Resolver:
    """Reads each part against the others."""

    units: Sequence[Unit]
    spec: ApiSpec
    found: Collector
    types: dict[_Key, NamedType] = field(default_factory=dict[_Key, NamedType])
    aliases: dict[_Key, Alias] = field(default_factory=dict[_Key, Alias])

    @property
    def root(self) -> Unit:
        return self.units[0]

    def api(self) -> Api:
        self._simple_types()
        for unit in self.units:
            for record in ModelReader(self._fields(unit), self.spec).records():
                self.types[unit.module, record.name.written] = record
        scope, fields = self._scope(self.root), self._fields(self.root)
        names = all_names(self.root.tree)
        parameters = ParameterReader(fields, self.found)
        declared = DeclarationReader(scope, parameters, names, self.found)
        dependencies, guards = declared.dependencies(), declared.guards()
        handlers = HandlerReader(scope, fields, dependencies, guards, names, self.found)
        document = self.root.document
        start = self.root.source.start
        return Api(
            name=Name.of(self.spec.name),
            version=self.spec.version,
            doc=self.spec.doc,
            source=self.root.source.path.name,
            models=self.spec.models,
            wire=self._wire(),
            libraries=tuple(map(self._library, self.units[1:])),
            types=self._types_of(self.root),
            messages=self._messages(self.root),
            error=error_message(start),
            close_codes=tuple(declared.close_codes()),
            dependencies=tuple(dependencies.values()),
            guards=tuple(guards.values()),
            topics=tuple(declared.topics()),
            handlers=tuple(handlers.read(key, each) for key, each in document.handlers.items()),
            extensions=extensions_of(document),
            at=start,
            name_at=self.root.tree.span(("api", "name")),
        )

    def _wire(self) -> Wire:
        binary = self.spec.codec == "msgpack"
        if binary and self.spec.frame == "text":
            span = self.root.tree.span(("api", "frame"))
            message = "msgpack travels in binary frames"
            self.found.report("WSG012", message, span, help="remove `frame:`")
        if binary and self.spec.models == "pydantic":
            span = self.root.tree.span(("api", "codec"))
            message = "models of pydantic travel as JSON"
            help_ = "remove `codec:`, or let msgspec make the models"
            self.found.report("WSG012", message, span, help=help_)
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
        defaults = DefaultCheck(self.types)
        return FieldReader(self._scope(unit), self._constrainer(), defaults, self.found)

    def _simple_types(self) -> None:
        order = aliases_first(self.units, self.found)
        for module, name in order.endless:
            at = order.units[module].tree.key_span(("types", name))
            self.aliases[module, name] = Alias(name=Name.of(name), type=UNKNOWN, at=at)
        for unit, name in order.done:
            self._simple_type(unit, name, is_endless=(unit.module, name) in order.endless)

    def _simple_type(self, unit: Unit, name: str, *, is_endless: bool) -> None:
        scope = self._scope(unit)
        spec = unit.document.types[name]
        made: NamedType | None = None
        if isinstance(spec, EnumSpec):
            made = read_enum(scope, name, spec=spec)
        elif isinstance(spec, UnionSpec):
            made = read_union(scope, name, spec=spec)
        elif isinstance(spec, AliasSpec):
            made = read_alias(scope, name, spec=spec, constrainer=self._constrainer())
        if is_endless and isinstance(made, Alias):
            made = replace(made, type=UNKNOWN)
        elif is_endless and isinstance(made, Union):
            made = replace(made, type=UnionType((UNKNOWN,)))
        if made is not None:
            self.types[unit.module, name] = made
        if isinstance(made, Alias):
            self.aliases[unit.module, name] = made

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
            at=unit.source.start,
            imported_at=unit.imported_at,
            extensions=extensions_of(unit.document),
        )
