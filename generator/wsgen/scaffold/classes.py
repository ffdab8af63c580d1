"""The classes of a file that derive from a generated handler."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from wsgen.scaffold.bindings import (
    OWN,
    TYPING,
    Bindings,
    Symbol,
    blocks,
    bound_by,
    statements,
)

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

BASE: Final = "Handler"
"""How the names of generated base classes end."""
_EMPTY: Final = {("builtins", "object"), ("abc", "ABC"), (TYPING, "Generic"), (TYPING, "Protocol")}
"""Bases that bring no methods of a handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerClass:
    """A class that derives from a generated one, by itself or by classes of the same file.

    Attributes:
        base: the generated class, as it was resolved.
        defined: the names that the class itself binds.
        inherited: the names that it inherits within the file.
        foreign: bases that are not known here, so that nobody can say what they bring.
        whole: whether it is meant to be complete: not abstract, and nothing here derives from it.
    """

    node: ast.ClassDef
    base: Symbol
    defined: frozenset[str]
    inherited: frozenset[str]
    foreign: tuple[str, ...]
    whole: bool

    @property
    def names(self) -> frozenset[str]:
        """All that it is known to have."""
        return self.defined | self.inherited


@dataclass(frozen=True, slots=True)
class _Ancestry:
    """What is known of the bases of a class.

    Attributes:
        generated: the generated classes among them, in the order in which they stand.
        local: the classes of this file.
        foreign: the rest.
    """

    generated: tuple[Symbol, ...]
    local: tuple[ast.ClassDef, ...]
    foreign: tuple[str, ...]


def handler_classes(tree: ast.Module, bindings: Bindings) -> Iterator[HandlerClass]:
    """Those classes, wherever they stand in the file."""
    nodes = classes(tree)
    local = {node.name: node for node in nodes if not bindings.imports(node.name)}
    bases = [bindings.followed(base) for node in nodes for base in node.bases]
    used = {base.id for base in bases if isinstance(base, ast.Name)}
    for node in nodes:
        found = _ancestry(node, bindings, local)
        if not found.generated:
            continue
        inherited = {name for each in found.local for name in bound_by(each.body)}
        yield HandlerClass(
            node=node,
            base=found.generated[0],
            defined=frozenset(bound_by(node.body)),
            inherited=frozenset(inherited),
            foreign=found.foreign,
            whole=node.name not in used and not _is_abstract(node, bindings),
        )


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    """All classes of a file, wherever they stand, in the order of the text."""
    return [node for node in statements(tree.body) if isinstance(node, ast.ClassDef)]


def functions(node: ast.ClassDef) -> tuple[Function, ...]:
    """The methods of a class in the order of the text, those in its blocks as well."""
    return tuple(_functions(node.body))


def _functions(body: Sequence[ast.stmt]) -> Iterator[Function]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif not isinstance(node, ast.ClassDef):
            for block in blocks(node):
                yield from _functions(block)


def _ancestry(
    node: ast.ClassDef, bindings: Bindings, local: Mapping[str, ast.ClassDef]
) -> _Ancestry:
    generated: dict[Symbol, None] = {}
    foreign: dict[str, None] = {}
    seen: dict[str, ast.ClassDef] = {}
    waiting = list(node.bases)
    while waiting:
        base = waiting.pop(0)
        unsubscripted = base.value if isinstance(base, ast.Subscript) else base
        unsubscripted = bindings.followed(unsubscripted)
        symbol = bindings.resolve(unsubscripted)
        name = unsubscripted.id if isinstance(unsubscripted, ast.Name) else ""
        if symbol is not None and symbol[0] == OWN and symbol[-1].endswith(BASE):
            generated[symbol] = None
        elif name in local and local[name] is not node:
            if name not in seen:
                seen[name] = local[name]
                waiting += local[name].bases
        elif symbol not in _EMPTY:
            foreign[ast.unparse(base)] = None
    return _Ancestry(tuple(generated), tuple(seen.values()), tuple(foreign))


def _is_abstract(node: ast.ClassDef, bindings: Bindings) -> bool:
    if any(bindings.resolve(base) == ("abc", "ABC") for base in node.bases):
        return True
    if any(bindings.resolve(each.value) == ("abc", "ABCMeta") for each in node.keywords):
        return True
    return any(is_decorated(each, ("abc", "abstractmethod"), bindings) for each in functions(node))


def is_decorated(function: Function, symbol: Symbol, bindings: Bindings) -> bool:
    """Whether a decorator is the one that is meant."""
    return any(bindings.resolve(each) == symbol for each in function.decorator_list)
