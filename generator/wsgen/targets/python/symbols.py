"""Where each named type lives in the generated package, and which modules import each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from wsgen.ir.api import Api
from wsgen.ir.types import (
    Alias,
    DictType,
    Enum,
    Field,
    ListType,
    Message,
    NamedType,
    NullableType,
    Record,
    Reference,
    TypeExpr,
    Union,
    UnionType,
)
from wsgen.targets.python.naming import class_name, library_module

Declared: TypeAlias = NamedType | Message

ROOT: Final = "messages"
"""The module of the schema's own types and messages."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """Every type and message of the package, by reference.

    Attributes:
        modules: IR module → Python module.
        circles: Python modules that import each other, each with all of its circle.
    """

    declared: Mapping[Reference, Declared]
    modules: Mapping[str | None, str]
    circles: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @classmethod
    def of(cls, api: Api) -> Symbols:
        """Look at the whole API once."""
        modules: dict[str | None, str] = {None: ROOT}
        declared = dict(_declared(None, (*api.types, *api.messages, api.error)))
        for library in api.libraries:
            modules[library.module] = library_module(library.module)
            declared |= dict(_declared(library.module, (*library.types, *library.messages)))
        symbols = cls(declared, modules)
        return cls(declared, modules, _circles(symbols, api))

    def module(self, reference: Reference) -> str:
        """The Python module that defines a type."""
        return self.modules[reference.module]

    def class_name(self, reference: Reference) -> str:
        """What it is called there."""
        return class_name(self.declared[reference].name)

    def expand(self, type_: TypeExpr) -> TypeExpr:
        """What a type comes to when aliases and named unions are followed at its outside."""
        while isinstance(type_, Reference):
            target = self.declared[type_]
            if not isinstance(target, (Alias, Union)):
                break
            type_ = target.type
        return type_


def references(type_: TypeExpr) -> Iterator[Reference]:
    """The names that a type mentions."""
    match type_:
        case Reference():
            yield type_
        case ListType(item=inner) | DictType(value=inner) | NullableType(inner=inner):
            yield from references(inner)
        case UnionType(arms=arms):
            for arm in arms:
                yield from references(arm)
        case _:
            return


def fields_of(declared: Declared) -> tuple[Field, ...]:
    """The fields of what has fields."""
    return declared.fields if isinstance(declared, (Record, Message)) else ()


def mentioned(declared: Declared) -> Iterator[Reference]:
    """The names that a definition mentions."""
    if isinstance(declared, (Alias, Union)):
        yield from references(declared.type)
    elif not isinstance(declared, Enum):
        for each in declared.fields:
            yield from references(each.type)


def _declared(
    module: str | None, found: tuple[Declared, ...]
) -> Iterator[tuple[Reference, Declared]]:
    return ((Reference(module, each.name.written), each) for each in found)


def _circles(symbols: Symbols, api: Api) -> dict[str, frozenset[str]]:
    """Modules that reach themselves through imports."""
    edges: dict[str, set[str]] = {module: set() for module in symbols.modules.values()}
    for reference, declared in symbols.declared.items():
        home = symbols.module(reference)
        edges[home] |= {symbols.module(each) for each in mentioned(declared)} - {home}
    edges[ROOT] |= {symbols.modules[each.module] for each in api.libraries if each.messages}
    reached = {module: _reach(module, edges) for module in edges}
    return {
        module: frozenset(other for other in reached[module] if module in reached[other])
        for module in edges
    }


def _reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [*edges[start]]
    for module in queue:  # grows while it is walked
        if module not in found:
            found.add(module)
            queue += sorted(edges[module])
    return found
