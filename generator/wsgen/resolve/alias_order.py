"""The order in which aliases are read: what one stands for comes before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wsgen.diagnostics import Collector
from wsgen.schema import Unit
from wsgen.schema.annotation import TypeNode, names_in
from wsgen.schema.models import AliasSpec, UnionSpec


def aliases_first(units: Sequence[Unit], found: Collector) -> Order:
    """Every type, aliases after what they are made of; those that hold themselves are reported."""
    order = Order({unit.module: unit for unit in units}, found)
    for unit in units:
        for name in unit.document.types:
            order.visit(unit, name)
    return order


@dataclass(slots=True)
class Order:
    """The types of all files in the order in which they are read.

    Attributes:
        endless: those that stand for themselves; without them no circle of aliases is left.
    """

    units: dict[str | None, Unit]
    found: Collector
    done: list[tuple[Unit, str]] = field(default_factory=list[tuple[Unit, str]])
    endless: set[tuple[str | None, str]] = field(default_factory=set[tuple[str | None, str]])
    _state: dict[tuple[str | None, str], str] = field(
        default_factory=dict[tuple[str | None, str], str]
    )

    def visit(self, unit: Unit, name: str) -> None:
        """Add a type, after what it is made of."""
        key = (unit.module, name)
        if self._state.get(key) == "open":
            self.endless.add(key)
            span = unit.tree.key_span(("types", name))
            self.found.report(
                "WSG206", f"`{name}` stands for itself", span, help="go through a record"
            )
            return
        if key in self._state:
            return
        self._state[key] = "open"
        for other, needed in self._needs(unit, name):
            self.visit(other, needed)
        self._state[key] = "done"
        self.done.append((unit, name))

    def _needs(self, unit: Unit, name: str) -> Iterator[tuple[Unit, str]]:
        spec = unit.document.types[name]
        nodes: list[TypeNode] = []
        if isinstance(spec, AliasSpec):
            nodes = [spec.node]
        elif isinstance(spec, UnionSpec):
            nodes = list(spec.arms)
        for node in nodes:
            for used in names_in(node):
                module, dot, symbol = used.rpartition(".")
                target = unit if not dot else self.units.get(unit.imports.get(module, ""))
                if target is not None and symbol in target.document.types:
                    yield target, symbol
