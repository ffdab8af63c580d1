"""The order of definitions in a module: the schema's, but each after what it needs to be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wsgen.ir.types import (
    Alias,
    DictType,
    Enum,
    Field,
    ListType,
    NullableType,
    Reference,
    TypeExpr,
    Union,
    UnionType,
)
from wsgen.targets.python.symbols import Declared, Symbols, fields_of, references


def needs(declared: Declared, symbols: Symbols) -> Iterator[Reference]:
    """What has to exist when a definition runs; annotations of fields are read later."""
    if isinstance(declared, (Alias, Union)):
        yield from references(declared.type)
    for each in fields_of(declared):
        yield from needs_of(each, symbols)


def needs_of(field: Field, symbols: Symbols) -> Iterator[Reference]:
    """The closed enums whose members may stand in the default of a field."""
    if field.has_default and field.default not in (None, [], {}):
        yield from _closed(field.type, symbols)


def _closed(type_: TypeExpr, symbols: Symbols) -> Iterator[Reference]:
    for reference in references(type_):
        target = symbols.declared[reference]
        if isinstance(target, (Alias, Union)):
            yield from _closed(target.type, symbols)
        elif isinstance(target, Enum) and not target.open:
            yield reference


def in_order(found: Iterable[Reference], symbols: Symbols) -> list[Reference]:
    """References to one module's definitions, in the order in which they are written."""
    wanted = list(found)
    known = set(wanted)
    done: dict[Reference, None] = {}

    def visit(reference: Reference) -> None:
        if reference in done or reference not in known:
            return
        known.discard(reference)
        for each in needs(symbols.declared[reference], symbols):
            visit(each)
        done[reference] = None

    for reference in wanted:
        visit(reference)
    return list(done)


def late_modules(module: str, symbols: Symbols) -> frozenset[str]:
    """The modules that this one imports after its classes, since they import it as well."""
    return symbols.circles[module] - {module}


def late_definitions(
    ordered: Iterable[Reference], symbols: Symbols, late: frozenset[str]
) -> set[Reference]:
    """The aliases that are made of what is imported late."""
    found: set[Reference] = set()
    for reference in ordered:
        declared = symbols.declared[reference]
        if isinstance(declared, (Alias, Union)) and any(
            each in found or symbols.module(each) in late for each in references(declared.type)
        ):
            found.add(reference)
    return found


def inlined(type_: TypeExpr, symbols: Symbols, late: frozenset[str]) -> TypeExpr:
    """A type with what the aliases of late modules stand for: they may not be there yet."""
    match type_:
        case Reference():
            target = symbols.declared[type_]
            if symbols.module(type_) in late and isinstance(target, (Alias, Union)):
                return inlined(target.type, symbols, late)
            return type_
        case ListType(item=item, constraints=constraints):
            return ListType(inlined(item, symbols, late), constraints)
        case DictType(value=value, constraints=constraints):
            return DictType(inlined(value, symbols, late), constraints)
        case NullableType(inner=inner):
            return NullableType(inlined(inner, symbols, late))
        case UnionType(arms=arms):
            return UnionType(tuple(inlined(arm, symbols, late) for arm in arms))
        case _:
            return type_
