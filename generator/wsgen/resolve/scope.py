"""What names mean: the types and messages of each file, and through aliases those of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import Collector, closest, did_you_mean
from wsgen.ir.types import (
    UNKNOWN,
    DictType,
    ListType,
    LiteralType,
    NullableType,
    Reference,
    Scalar,
    ScalarType,
    TypeExpr,
    UnionType,
)
from wsgen.schema import Unit
from wsgen.schema.annotation import AnyOf, DictOf, ListOf, Named, OneOf, TypeNode, other_word
from wsgen.source import Path, Span

ERROR_NAME: Final = "Error"
"""The built-in error message."""
_IMPORT: Final = "import a file under that name, or correct it"
_SCALARS: Final = {each.value: each for each in Scalar}


@dataclass(frozen=True, slots=True)
class Scope:
    """Looks names up from within one file; what is not there is reported and UNKNOWN.

    Attributes:
        otherwise: what to do about a name that is like no other.
    """

    unit: Unit
    units: Mapping[str | None, Unit]
    found: Collector
    otherwise: str | None = None

    def type(self, node: TypeNode, path: Path) -> TypeExpr:
        """The type that stands at `path`."""
        match node:
            case Named():
                return self._named(node, path)
            case ListOf(item=item):
                return ListType(self.type(item, path))
            case DictOf(value=value):
                return DictType(self.type(value, path))
            case OneOf(values=values):
                return LiteralType(values)
            case AnyOf():
                return self._union(node, path)

    def _union(self, node: AnyOf, path: Path) -> TypeExpr:
        known: list[TypeExpr] = []
        for written in node.arms:
            arm = self.type(written, path)
            if arm in known and arm != UNKNOWN:
                span = self.unit.tree.part(path, written.start, written.end)
                help_ = "remove one of the two"
                self.found.report("WSG205", "an arm of the union stands twice", span, help=help_)
            else:
                known.append(arm)
        inner = known[0] if len(known) == 1 else UnionType(tuple(known))
        return NullableType(inner) if node.nullable else inner

    def _named(self, node: Named, path: Path) -> TypeExpr:
        if node.name in _SCALARS:
            return ScalarType(_SCALARS[node.name])
        span = self.unit.tree.part(path, node.start, node.end)
        return self.reference(node.name, path, span=span)

    def reference(
        self, name: str, path: Path, *, span: Span | None = None, messages: bool = False
    ) -> Reference:
        """The type or message called `name`; with `messages` a message alone will do."""
        span = span or self.unit.tree.span(path)
        module, dot, symbol = name.rpartition(".")
        if not dot:
            return self._symbol(self.unit, None, name, span, messages=messages)
        if module not in self.unit.imports:
            help_ = did_you_mean(module, self.unit.imports) or self.otherwise or _IMPORT
            if not self.unit.declares("imports", module):
                self.found.report("WSG204", f"nothing is imported as `{module}`", span, help=help_)
            return UNKNOWN
        target = self.units.get(self.unit.imports[module])
        if target is None:
            return UNKNOWN
        return self._symbol(target, module, symbol, span, messages=messages)

    def _symbol(
        self, unit: Unit, alias: str | None, name: str, span: Span, *, messages: bool
    ) -> Reference:
        document = unit.document
        if name in document.messages or (name in document.types and not messages):
            return Reference(unit.module, name)
        sections = ("messages",) if messages else ("messages", "types")
        if any(unit.declares(section, name) for section in sections):
            return UNKNOWN
        what = "message" if messages else "type"
        shown = f"{alias}.{name}" if alias else name
        section = "messages" if messages else "types"
        help_ = self._hint(unit, name, messages=messages) or self.otherwise
        help_ = help_ or f"define it under `{section}:`, or correct the name"
        self.found.report("WSG204", f"unknown {what} `{shown}`", span, help=help_)
        return UNKNOWN

    @staticmethod
    def _hint(unit: Unit, name: str, *, messages: bool) -> str | None:
        document = unit.document
        if messages and name in document.types:
            return f"`{name}` is a type; messages stand under `messages:`"
        if name == ERROR_NAME:
            return "the built-in error message is added by itself where `on_invalid: reply` stands"
        word = None if messages else other_word(name)
        if word is not None:
            return f"did you mean `{word}`?"
        close = closest(
            name, [*document.messages, *(() if messages else (*document.types, *_SCALARS))]
        )
        if close is None:
            return None
        for section, names in (("types", document.types), ("messages", document.messages)):
            if close in names:
                place = unit.tree.key_span((section, close))
                return f"did you mean `{close}` ({place})?"
        return f"did you mean `{close}`?"
