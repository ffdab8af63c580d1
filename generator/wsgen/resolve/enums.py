"""Enums, as written → as meant."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.names import Name
from wsgen.ir.types import Enum, EnumMember
from wsgen.resolve.scope import Scope
from wsgen.schema.leaves import is_name
from wsgen.schema.models import EnumSpec
from wsgen.source import Path, Span, Value

_INT64: Final = range(-(2**63), 2**63)


def read_enum(scope: Scope, name: str, *, spec: EnumSpec) -> Enum:
    """An enum; what is wrong with its members is reported, and then it has none."""
    path = ("types", name, "enum")
    tree = scope.unit.tree
    members: list[tuple[EnumMember, Span]] = []
    before = len(scope.found)
    for label, value, place in _members(spec.enum, path):
        at = tree.span(place) if isinstance(place[-1], int) else tree.key_span(place)
        member = _member(label, value, at, scope.found)
        members += [(member, at)] if member else []
    if not spec.enum or not isinstance(spec.enum, (list, dict)):
        message = "an enum is a list of values, or a mapping of names to values"
        help_ = "such as `[member, owner]`, or `{LOW: 1, HIGH: 2}`"
        scope.found.report("WSG210", message, tree.span(path), help=help_)
    _check_distinct(members, lambda each: each.value, "value", scope.found)
    _check_distinct(members, lambda each: each.name.upper, "name", scope.found)
    for member, at in members:
        if type(member.value) is not type(members[0][0].value):
            message = "the members' values are all text, or all whole numbers"
            scope.found.report("WSG210", message, at, help="put numbers in quotes, or remove them")
    is_right = len(scope.found) == before
    return Enum(
        name=Name.of(name),
        members=tuple(member for member, _ in members) if is_right else (),
        open=spec.open,
        doc=spec.doc,
        deprecated=spec.deprecated,
        at=tree.key_span(("types", name)),
    )


def _members(value: Value, path: Path) -> Iterator[tuple[str, Value, Path]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield str(each), each, (*path, index)
    elif isinstance(value, dict):
        for label, each in value.items():
            yield label, each, (*path, label)


def _member(label: str, value: Value, at: Span, found: Collector) -> EnumMember | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        help_ = "put it in quotes" if isinstance(value, (bool, float)) else "remove it"
        found.report("WSG210", "the value of a member is text or a whole number", at, help=help_)
    elif not is_name(label):
        help_ = "use a mapping: `{NAME: value}`"
        found.report("WSG210", f"`{label}` is not a name", at, help=help_)
    elif isinstance(value, int) and value not in _INT64:
        message = "expected a number from −2⁶³ to 2⁶³−1"
        found.report("WSG210", message, at, help="use text for what is larger")
    else:
        return EnumMember(name=Name.of(label), value=value)
    return None


def _check_distinct(
    members: list[tuple[EnumMember, Span]],
    key: Callable[[EnumMember], Hashable],
    what: str,
    found: Collector,
) -> None:
    seen: dict[Hashable, Span] = {}
    for member, at in members:
        first = seen.setdefault(key(member), at)
        if first is not at:
            related = ((first, "the other one"),)
            message = f"two members have the same {what}"
            found.report("WSG210", message, at, help="change one of them", related=related)
