"""What the names of a module stand for, as far as its imports and plain assignments say."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

Symbol: TypeAlias = tuple[str, ...]
"""A dotted name from its root: `("uuid", "UUID")`."""
OWN: Final = "<package>"
"""The root of symbols of the generated package, wherever that lies."""
TYPING: Final = "typing"
_FAMILY: Final = ("typing", "typing_extensions", "collections.abc")
"""Modules that share names; `typing` stands for all of them."""


@dataclass(slots=True)
class Bindings:
    """The imports of one file, and the names that it gives to what it has already.

    Attributes:
        package: the folder of the generated package.
        file: where the file lies, which relative imports count from.
        bound: every name that the module itself binds, by imports or otherwise.
        prefix: how the file calls the package; None: it imports nothing of it.
        stars: the lines of `from … import *` that may bring handlers.
    """

    package: Path
    file: Path
    bound: frozenset[str] = frozenset()
    prefix: str | None = None
    stars: list[int] = field(default_factory=list[int])
    _names: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    _assigned: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    _reusable: dict[str, tuple[Symbol, int]] = field(default_factory=dict[str, tuple[Symbol, int]])

    @classmethod
    def of(cls, tree: ast.Module, package: Path, file: Path) -> Bindings:
        """Look at a whole module, the imports at its top level first."""
        found = cls(package, file, frozenset(bound_by(tree.body)))
        lazy = any(map(_makes_lazy, tree.body))
        for node, typing_only in _top_level(tree.body):
            found._add(node, reusable=lazy or not typing_only)
            found._add_assigned(node)
        for node in statements(tree.body):
            found._add(node, reusable=False)
        return found

    def resolve(self, node: ast.expr) -> Symbol | None:
        """What a name or attribute stands for; None if it cannot be told."""
        raw = self._raw(node)
        return None if raw is None else self._canonical(raw)

    def followed(self, node: ast.expr) -> ast.expr:
        """What a name was given to by plain assignments, such as `Base = RoomHandler`."""
        seen = set(self._names)
        while isinstance(node, ast.Name) and node.id in self._assigned and node.id not in seen:
            seen.add(node.id)
            node = self._assigned[node.id]
        return node

    def imports(self, name: str) -> bool:
        """Whether a name is bound by an import."""
        return name in self._names

    def known(self, prefix: str, *, before: int) -> dict[tuple[str, str], str]:
        """What new code may use as it is: local names, by the module and symbol they stand for.

        Args:
            before: the line of that code; what is imported further down is not there yet.
        """
        found: dict[tuple[str, str], str] = {}
        for local, (raw, line) in self._reusable.items():
            if local.isascii() and line < before:
                for key in self._keys(self._canonical(raw), prefix):
                    found.setdefault(key, local)
        return found

    @staticmethod
    def _keys(symbol: Symbol, prefix: str) -> Iterator[tuple[str, str]]:
        *modules, name = symbol
        if symbol[0] == OWN:
            yield within(prefix, *modules[1:]), name
        elif modules == [TYPING]:
            yield from ((module, name) for module in _FAMILY)
        else:
            yield ".".join(modules), name
            yield ".".join(symbol), ""

    def _raw(self, node: ast.expr) -> Symbol | None:
        match self.followed(node):
            case ast.Name(id=name) if name in self._names:
                return self._names[name]
            case ast.Name(id=name):
                return None if name in self.bound else ("builtins", name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._raw(value)
                return None if owner is None else (*owner, attribute)
            case _:
                return None

    def _canonical(self, raw: Symbol) -> Symbol:
        """Without the ways that lead to the package, and with one name for `typing` and its kin."""
        folder = self.package.parts
        for length in range(min(len(raw), len(folder)), 0, -1):
            if folder[-length:] == raw[:length]:
                return (OWN, *raw[length:])
        for module in _FAMILY:
            parts = tuple(module.split("."))
            if raw[: len(parts)] == parts:
                return (TYPING, *raw[len(parts) :])
        return raw

    def _add(self, node: ast.stmt, *, reusable: bool) -> None:
        if isinstance(node, ast.Import):
            for each in node.names:
                parts = tuple(each.name.split("."))
                self._note_prefix(parts, parts, 0)
                root = each.name.split(".", 1)[0]  # without `as`, it is all that is bound
                self._names.setdefault(each.asname or root, parts if each.asname else (root,))
                if reusable:
                    self._reusable.setdefault(each.asname or each.name, (parts, node.lineno))
        elif isinstance(node, ast.ImportFrom):
            self._add_from(node, reusable=reusable)

    def _add_assigned(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=ast.Name() | ast.Attribute() as value):
                names = [each.id for each in targets if isinstance(each, ast.Name)]
            case ast.AnnAssign(
                target=ast.Name(id=name), value=ast.Name() | ast.Attribute() as value
            ):
                names = [name]
            case _:
                return
        for name in names:
            self._assigned.setdefault(name, value)

    def _add_from(self, node: ast.ImportFrom, *, reusable: bool) -> None:
        parts = tuple(node.module.split(".")) if node.module else ()
        for each in node.names:
            written = (*parts, each.name)
            raw = (*self._folder(node.level), *written)
            self._note_prefix(raw, written, node.level)
            if each.name != "*":
                self._names.setdefault(each.asname or each.name, raw)
                if reusable:
                    self._reusable.setdefault(each.asname or each.name, (raw, node.lineno))
            elif self._canonical(raw)[:2] == (OWN, "handlers") and node.lineno not in self.stars:
                self.stars.append(node.lineno)

    def _folder(self, level: int) -> Symbol:
        """Where a relative import begins."""
        folders = self.file.parents
        return folders[min(level, len(folders)) - 1].parts if level else ()

    def _note_prefix(self, raw: Symbol, written: Symbol, level: int) -> None:
        root, *inside = self._canonical(raw)
        if self.prefix is None and root == OWN:
            outside = max(0, len(inside) - len(written))
            above = written[: max(0, len(written) - len(inside))]
            self.prefix = "." * (level + outside) + ".".join(above)


def _makes_lazy(node: ast.stmt) -> bool:
    """Whether annotations are not evaluated, so that names for checkers will do in them."""
    names = node.names if isinstance(node, ast.ImportFrom) and node.module == "__future__" else []
    return any(each.name == "annotations" for each in names)


def within(prefix: str, *parts: str) -> str:
    """A module of the package, as a file names it that calls the package `prefix`."""
    inside = ".".join(parts)
    return prefix + ("." if inside and not prefix.endswith(".") else "") + inside


def bound_by(body: Sequence[ast.AST]) -> Iterator[str]:
    """The names that statements bind in their own scope."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name.split(".")[0] for each in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name
                yield from bound_by(list(ast.iter_child_nodes(node)))
            case ast.Lambda():
                pass
            case _:
                yield from bound_by(list(ast.iter_child_nodes(node)))


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements, and those in their blocks, functions and classes."""
    for node in body:
        yield node
        for block in blocks(node):
            yield from statements(block)


def blocks(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The blocks of a compound statement, in the order of the text."""
    match node:
        case ast.Try(body=body) | ast.TryStar(body=body):
            yield body
            yield from (each.body for each in node.handlers)
            yield from (node.orelse, node.finalbody)
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            yield from (node.body, node.orelse)
        case ast.With() | ast.AsyncWith() | ast.ClassDef() | ast.FunctionDef():
            yield node.body
        case ast.AsyncFunctionDef():
            yield node.body
        case ast.Match():
            yield from (each.body for each in node.cases)
        case _:
            pass


def _top_level(
    body: Sequence[ast.stmt], *, typing_only: bool = False
) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a module, those in its blocks as well; and which are for checkers alone."""
    for node in body:
        yield node, typing_only
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            checked = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for block in blocks(node):
                yield from _top_level(block, typing_only=typing_only or checked)
