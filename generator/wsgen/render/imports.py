"""The imports of one generated module: code names symbols, this works out the lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from wsgen.render.code import Code, identifier
from wsgen.render.layout import Group, lay_out

_RUNTIME = {"msgspec", "pydantic", "typing_extensions", "wsgen_runtime"}


@dataclass(slots=True)
class Imports:
    """Collects what a module uses.

    Attributes:
        taken: names that the module itself defines; an import of such a name gets a `_` in front.
    """

    taken: frozenset[str]
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _typing_only: set[tuple[str, str]] = field(default_factory=set)

    def name(self, module: str, symbol: str) -> Code:
        """The local name of `from module import symbol`."""
        return self._local(module, symbol)

    def module(self, module: str, alias: str) -> Code:
        """The local name of `import module as alias`."""
        return self._local(module, "", alias)

    def typing_only(self, module: str, qualname: str) -> Code:
        """The local spelling of an application's type, imported for type checkers alone."""
        symbol, dot, rest = qualname.partition(".")
        local = self._local(module, symbol)
        self._typing_only.add((module, symbol))
        self.name("typing", "TYPE_CHECKING")
        return identifier(local + dot + rest)

    def _local(self, module: str, symbol: str, alias: str = "") -> Code:
        key = (module, symbol)
        if key not in self._names:
            local = alias or symbol
            while local in self.taken or local in self._names.values():
                local = f"_{local}"
            self._names[key] = local
        return identifier(self._names[key])

    def __str__(self) -> str:
        """The import block, sections in the usual order, without a blank line around it."""
        sections: dict[int, list[str]] = defaultdict(list)
        for module, lines in sorted(self._lines(typing_only=False).items(), key=_order):
            sections[_section(module)] += lines
        blocks = ["\n".join(lines) for _, lines in sorted(sections.items())]
        if self._typing_only:
            lines = sorted(self._lines(typing_only=True).items(), key=_order)
            body = "\n".join(f"    {line}" for _, each in lines for line in each)
            blocks.append("if TYPE_CHECKING:\n" + body)
        return "\n\n".join(blocks)

    def _lines(self, *, typing_only: bool) -> dict[str, list[str]]:
        symbols: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key, local in self._names.items():
            if (key in self._typing_only) == typing_only:
                symbols[key[0]].append((key[1], local))
        indent = 4 if typing_only else 0
        return {module: _statements(module, found, indent) for module, found in symbols.items()}


def _order(entry: tuple[str, list[str]]) -> tuple[bool, str]:
    module, lines = entry
    return (lines[0].startswith("from "), module)


def _section(module: str) -> int:
    if module == "__future__":
        return 0
    if module.startswith("."):
        return 3
    return 2 if module.split(".")[0] in _RUNTIME else 1


def _statements(module: str, symbols: list[tuple[str, str]], indent: int) -> list[str]:
    plain = [f"import {module}" + _as(module, local) for symbol, local in symbols if not symbol]
    named = sorted(((s, local) for s, local in symbols if s), key=_case)
    if not named:
        return plain
    items = tuple(symbol + _as(symbol, local) for symbol, local in named)
    line = f"from {module} import " + ", ".join(items)
    if indent + len(line) <= 88:
        return [*plain, line]
    group = Group(f"from {module} import (", items, ")", exploded=True)
    return [*plain, lay_out(group, indent=indent)]


def _case(entry: tuple[str, str]) -> tuple[int, str]:
    """Constants, then classes, then the rest: isort's order of members."""
    symbol = entry[0]
    return (0 if symbol.isupper() else 1 if symbol[:1].isupper() else 2, symbol)


def _as(name: str, local: str) -> str:
    return "" if name == local else f" as {local}"


