"""The imports of one generated module: code names symbols, this works out the lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from wsgen.render.code import Code, identifier
from wsgen.render.layout import WIDTH, Group, lay_out

_STANDARD: Final = frozenset(
    {
        "__future__", "abc", "array", "asyncio", "builtins", "collections", "concurrent",
        "contextlib", "contextvars", "dataclasses", "datetime", "decimal", "email", "enum",
        "fractions", "functools", "http", "ipaddress", "json", "logging", "numbers", "pathlib",
        "queue", "random", "re", "sqlite3", "ssl", "string", "threading", "time", "types",
        "typing", "urllib", "uuid", "zoneinfo",
    }
)  # fmt: skip
"""Written out, so that the order of imports is the same under every Python."""

_BUILT_IN: Final = frozenset(
    {"bool", "bytes", "dict", "float", "int", "isinstance", "list", "object", "str", "super"}
)
"""Built-in names that generated code uses."""


@dataclass(frozen=True, slots=True)
class _Import:
    """One name that a module imports.

    Attributes:
        symbol: empty for `import module`.
    """

    module: str
    symbol: str
    local: str
    typing_only: bool = False
    late: bool = False


@dataclass(slots=True)
class Imports:
    """Collects what a module uses.

    Attributes:
        taken: names that the module itself uses; an import of such a name gets a `_` in front.
        known: what the module imports already: its local name, by module and symbol.
        project: the package that the module belongs with, if it names it absolutely.
        uses_deprecated: whether the module uses what users should no longer use.
    """

    taken: frozenset[str] = frozenset()
    known: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    project: str = ""
    uses_deprecated: bool = False
    _found: dict[tuple[str, str], _Import] = field(default_factory=dict)

    def name(self, module: str, symbol: str, *, alias: str = "", late: bool = False) -> Code:
        """The local name of `from module import symbol`; a late one stands further down."""
        return self._add(_Import(module, symbol, alias or symbol, late=late))

    def module(self, module: str, alias: str) -> Code:
        """The local name of `import module as alias`."""
        return self._add(_Import(module, "", alias))

    def typing_only(self, module: str, qualname: str) -> Code:
        """The local spelling of an application's type, imported for type checkers alone."""
        symbol, dot, rest = qualname.partition(".")
        local = self._add(_Import(module, symbol, symbol, typing_only=True))
        self.name("typing", "TYPE_CHECKING")
        return identifier(local + dot + rest)

    def _add(self, wanted: _Import) -> Code:
        key = (wanted.module, wanted.symbol)
        if key in self.known:
            return identifier(self.known[key])
        if key not in self._found:
            used = {each.local for each in self._found.values()} | self.taken | _BUILT_IN
            local = another(wanted.local, used)
            self._found[key] = _Import(
                wanted.module, wanted.symbol, local, wanted.typing_only, wanted.late
            )
        return identifier(self._found[key].local)

    def __bool__(self) -> bool:
        return bool(self._found)

    def only(self, names: Collection[str]) -> Imports:
        """Those whose local names are used."""
        found = {key: each for key, each in self._found.items() if each.local in names}
        return Imports(project=self.project, _found=found)

    def block(self) -> Code:
        """The imports at the top, in sections, without a blank line around them."""
        early = [each for each in self._found.values() if not each.late]
        parts = self._sections([each for each in early if not each.typing_only], indent=0)
        guarded = self._sections([each for each in early if each.typing_only], indent=4)
        if guarded:
            parts.append("if TYPE_CHECKING:\n" + "\n\n".join(guarded))
        return Code("\n\n".join(parts))

    def late_block(self) -> Code:
        """Imports of modules that import this one, which has to define its classes before."""
        late = [each for each in self._found.values() if each.late]
        return Code("\n\n".join(self._sections(late, indent=0)))

    def _sections(self, imports: Iterable[_Import], indent: int) -> list[str]:
        sections: dict[int, list[_Import]] = {}
        for each in imports:
            sections.setdefault(self._section(each.module), []).append(each)
        return ["\n".join(_lines(found, indent)) for _, found in sorted(sections.items())]

    def _section(self, module: str) -> int:
        if module == "__future__":
            return 0
        root = module.split(".")[0]
        if module.startswith(".") or root == self.project:
            return 3
        return 1 if root in _STANDARD else 2


def another(name: str, used: Collection[str]) -> str:
    """A name that is not used: with a `_` in front, and if need be a number behind."""
    found, number = name, 1
    while found in used:
        found = f"_{name}{number if number > 1 else ''}"
        number += 1
    return found


@cache
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `x2` before `x10`."""
    parts = re.findall(r"[0-9]+|[^0-9]", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def by_kind(symbol: str) -> tuple[object, ...]:
    """Constants, then classes, then the rest: the order of import lists and of `__all__`."""
    constant = len(symbol) > 1 and symbol.isupper()
    return (0 if constant else 1 if symbol[:1].isupper() else 2, natural(symbol))


def _lines(imports: list[_Import], indent: int) -> list[str]:
    statements: list[tuple[tuple[object, ...], str]] = []
    together: dict[str, list[str]] = {}
    for each in imports:
        if not each.symbol:
            line = f"import {each.module} as {each.local}"
            statements.append(((0, natural(each.module)), line))
        elif each.local != each.symbol:
            line = f"from {each.module} import {each.symbol} as {each.local}"
            statements.append((_order(each.module, each.symbol), line))
        else:
            together.setdefault(each.module, []).append(each.symbol)
    for module, symbols in together.items():
        symbols.sort(key=_member)
        statements.append((_order(module, symbols[0]), _from(module, symbols, indent)))
    return [" " * indent + line for _, line in sorted(statements)]


def _order(module: str, symbol: str) -> tuple[object, ...]:
    dots = len(module) - len(module.lstrip("."))
    return (1, -dots, natural(module.lower()), _member(symbol))


def _member(symbol: str) -> tuple[object, ...]:
    return (by_kind(symbol)[0], natural(symbol.lower()), natural(symbol))


def _from(module: str, symbols: list[str], indent: int) -> str:
    line = f"from {module} import " + ", ".join(symbols)
    if indent + len(line) <= WIDTH:
        return line
    group = Group(f"from {module} import (", tuple(symbols), ")", exploded=True)
    return lay_out(group, indent=indent)
