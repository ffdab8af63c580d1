"""WSG306: what a provider or guard takes by name has one type, whichever handler it runs for.

A dependency and a parameter of one name would leave open which of the two is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from wsgen.diagnostics import Collector
from wsgen.ir.api import TOPICS, Api, Handler, Parameter, StepKind
from wsgen.ir.types import (
    UNKNOWN,
    Alias,
    DictType,
    ListType,
    Message,
    NamedType,
    NullableType,
    Reference,
    ScalarType,
    TypeExpr,
)

_Types: TypeAlias = Mapping[Reference, NamedType | Message]


def check(api: Api, found: Collector) -> None:
    """Compare the parameters that each provider and guard gets."""
    types = api.definitions
    dependencies = {each.name.written: each for each in api.dependencies}
    guards = {each.name.written: each for each in api.guards}
    users = [
        *((f"the dependency `{name}`", each.needs, name) for name, each in dependencies.items()),
        *((f"the guard `{name}`", each.needs, name) for name, each in guards.items()),
    ]
    for label, needs, name in users:
        for need in needs:
            given = list(_given(api, name, need))
            if need in dependencies:
                _ambiguous(f"{label} needs `{need}`, which is a dependency", given, found)
            elif need == TOPICS and api.topics:
                _ambiguous(f"{label} needs `{need}`, which are those of the API", given, found)
            else:
                _one_type(label, given, types, found)


def _given(api: Api, user: str, need: str) -> Iterator[Parameter]:
    """The parameter called `need` of every handler that runs the dependency or guard."""
    for handler in api.handlers:
        if user in _steps(handler):
            yield from (each for each in handler.parameters if each.name.written == need)


def _steps(handler: Handler) -> set[str | None]:
    return {step.name for step in handler.steps if step.kind is not StepKind.PARAMETERS}


def _ambiguous(what: str, given: list[Parameter], found: Collector) -> None:
    for parameter in given:
        message = f"{what} and a parameter"
        found.report("WSG306", message, parameter.at, help="rename one of the two")


def _one_type(label: str, given: list[Parameter], types: _Types, found: Collector) -> None:
    for parameter in given[1:]:
        bare = (_bare(parameter.type, types), _bare(given[0].type, types))
        if UNKNOWN not in bare and bare[0] != bare[1]:
            message = f"{label} needs `{parameter.name.written}`, which has another type here"
            related = ((given[0].at, "than here"),)
            help_ = "give both parameters one type, or rename one of them"
            found.report("WSG306", message, parameter.at, help=help_, related=related)


def _bare(type_: TypeExpr, types: _Types) -> TypeExpr:
    """The type without names for it and without bounds, which a signature does not show."""
    match type_:
        case ScalarType(scalar=scalar):
            return ScalarType(scalar)
        case ListType(item=item):
            return ListType(_bare(item, types))
        case DictType(value=value):
            return DictType(_bare(value, types))
        case NullableType(inner=inner):
            bare = _bare(inner, types)
            return bare if isinstance(bare, NullableType) else NullableType(bare)
        case Reference():
            target = types.get(type_)
            return _bare(target.type, types) if isinstance(target, Alias) else type_
        case _:
            return type_
