"""Types and messages of one file, as written → as meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wsgen.diagnostics import Collector
from wsgen.ir.names import Name
from wsgen.ir.types import (
    Alias,
    Constraints,
    Field,
    Message,
    NamedType,
    Record,
    TypeExpr,
    Union,
    UnionType,
)
from wsgen.resolve.constraints import Constrainer
from wsgen.resolve.defaults import DefaultCheck, Unfit
from wsgen.resolve.scope import Scope
from wsgen.schema.document import ApiSpec
from wsgen.schema.leaves import is_name
from wsgen.schema.models import (
    AliasSpec,
    FieldSpec,
    MessageSpec,
    RecordSpec,
    UnionSpec,
)
from wsgen.schema.part import ConstraintKeys
from wsgen.source import Path, Span, Value


def constraints_of(spec: ConstraintKeys) -> Constraints:
    """The constraints that stand in a long form."""
    return Constraints(
        ge=spec.ge,
        gt=spec.gt,
        le=spec.le,
        lt=spec.lt,
        multiple_of=spec.multiple_of,
        min_length=spec.min_length,
        max_length=spec.max_length,
        pattern=spec.pattern,
    )


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads what is written `name: TYPE = DEFAULT`, in fields and parameters alike."""

    scope: Scope
    constrainer: Constrainer
    defaults: DefaultCheck
    found: Collector

    def field(self, key: str, spec: FieldSpec, *, path: Path, camel: bool = False) -> Field | None:
        """The field at `path`; None after reporting what is wrong with it."""
        name, optional = (key[:-1], True) if key.endswith("?") else (key, False)
        at = self.scope.unit.tree.key_span(path)
        type_ = self.type(spec, path)
        has_default, default = self.default(spec, type_, path=path)
        if not is_name(name):
            help_ = "letters, digits and `_`, a letter first"
            self.found.report("WSG101", f"`{name}` is not a name", at, help=help_)
            return None
        words = Name.of(name)
        if optional and has_default:
            help_ = "`name?` has no value when it is absent: remove the `?` or the default"
            self.found.report("WSG202", "a field that may be absent has no default", at, help=help_)
        return Field(
            name=words,
            wire=spec.wire or (words.camel if camel else name),
            type=type_,
            has_default=has_default,
            default=default,
            may_be_absent=optional,
            doc=spec.doc,
            deprecated=spec.deprecated,
            at=at,
        )

    def type(self, spec: FieldSpec, path: Path) -> TypeExpr:
        """The type with its constraints."""
        type_path = (*path, "type")
        type_ = self.scope.type(spec.annotation.type, type_path)
        tree = self.scope.unit.tree
        return self.constrainer.apply(
            type_, constraints_of(spec), span_of=lambda key: tree.span((*path, key))
        )

    def default(self, spec: FieldSpec, type_: TypeExpr, *, path: Path) -> tuple[bool, Value]:
        """Whether there is a default, and which."""
        tree = self.scope.unit.tree
        written = spec.annotation
        if not written.has_default and not spec.has_default_key:
            return False, None
        span = tree.span((*path, "default"))
        if written.has_default:
            span = tree.part((*path, "type"), written.default_start, written.default_end)
            if spec.has_default_key:
                at = tree.key_span((*path, "default"))
                self.found.report("WSG202", "two defaults", at, help="remove one of them")
        value = written.default if written.has_default else spec.default
        try:
            self.defaults.check(type_, value)
        except Unfit as error:
            message = f"the default does not fit: {error}"
            self.found.report("WSG202", message, span, help=error.help)
        return True, value


@dataclass(frozen=True, slots=True)
class ModelReader:
    """Reads the types and messages of one file."""

    fields: FieldReader
    api: ApiSpec

    @property
    def _scope(self) -> Scope:
        return self.fields.scope

    def records(self) -> Iterator[NamedType]:
        """Records, in the order of the schema; aliases and enums are there already."""
        for name, spec in self._scope.unit.document.types.items():
            if isinstance(spec, RecordSpec):
                yield self._record(name, spec)

    def _record(self, name: str, spec: RecordSpec) -> Record:
        return Record(
            name=Name.of(name),
            fields=self._fields(("types", name), spec),
            tag=spec.tag,
            tag_key=(spec.tag_key or self.api.tag_key) if spec.tag else None,
            forbid_extra=(spec.extra or self.api.extra) == "forbid",
            doc=spec.doc,
            deprecated=spec.deprecated,
            at=self._span("types", name),
        )

    def messages(self) -> Iterator[Message]:
        """Messages, in the order of the schema."""
        for name, spec in self._scope.unit.document.messages.items():
            words = Name.of(name)
            yield Message(
                name=words,
                tag=spec.tag or words.snake,
                fields=self._fields(("messages", name), spec),
                forbid_extra=(spec.extra or self.api.extra) == "forbid",
                doc=spec.doc,
                deprecated=spec.deprecated,
                at=self._span("messages", name),
            )

    def _fields(self, path: Path, spec: RecordSpec | MessageSpec) -> tuple[Field, ...]:
        found = (
            self.fields.field(
                key, each, path=(*path, "fields", key), camel=self.api.case == "camel"
            )
            for key, each in spec.fields.items()
        )
        return tuple(each for each in found if each is not None)

    def _span(self, section: str, name: str) -> Span:
        return self._scope.unit.tree.key_span((section, name))


def read_alias(scope: Scope, name: str, *, spec: AliasSpec, constrainer: Constrainer) -> Alias:
    """An alias with its own constraints."""
    path = ("types", name)
    type_ = scope.type(spec.node, (*path, "type"))
    tree = scope.unit.tree
    type_ = constrainer.apply(
        type_, constraints_of(spec), span_of=lambda key: tree.span((*path, key))
    )
    return Alias(
        name=Name.of(name),
        type=type_,
        doc=spec.doc,
        deprecated=spec.deprecated,
        at=tree.key_span(path),
    )


def read_union(scope: Scope, name: str, *, spec: UnionSpec) -> Union:
    """A named union."""
    path = ("types", name, "union")
    arms = tuple(scope.type(each, (*path, index)) for index, each in enumerate(spec.arms))
    at = scope.unit.tree.key_span(("types", name))
    return Union(
        name=Name.of(name), type=UnionType(arms), doc=spec.doc, deprecated=spec.deprecated, at=at
    )
