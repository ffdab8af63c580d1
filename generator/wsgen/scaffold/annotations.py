"""Is an annotation of the user's as good as the schema's?

A parameter may take more, a result may be less. What is not plainly made of messages and built-in
types (an alias of the user's, say) is left to the type checker.
"""

from __future__ import annotations

import ast
from typing import Final

from wsgen.scaffold.bindings import OWN, TYPING, Bindings, Symbol

_ANYTHING: Final = frozenset({("builtins", "object"), (TYPING, "Any")})
_NOTHING: Final = frozenset({(TYPING, "Never"), (TYPING, "NoReturn")})
_NONE: Final[Symbol] = ("None",)
_PLAIN: Final = (
    _ANYTHING
    | _NOTHING
    | {("builtins", name) for name in ("bool", "bytes", "float", "int", "str")}
    | {("datetime", name) for name in ("date", "datetime", "time", "timedelta")}
    | {("decimal", "Decimal"), ("uuid", "UUID")}
)
_ITERATORS: Final = {(TYPING, "AsyncIterator"), (TYPING, "AsyncGenerator")}


def takes(given: ast.expr, wanted: ast.expr, bindings: Bindings) -> bool:
    """Whether a parameter takes all that it has to, as far as can be told."""
    ours, theirs = _arms(wanted, bindings), _arms(given, bindings)
    return ours is None or theirs is None or ours <= theirs or bool(theirs & _ANYTHING)


def gives(given: ast.expr, wanted: ast.expr, bindings: Bindings) -> bool:
    """Whether a result is nothing but what it may be, as far as can be told."""
    if isinstance(wanted, ast.Subscript):
        item = _iterated(given, bindings)
        return item is None or gives(item, wanted.slice, bindings)
    ours, theirs = _arms(wanted, bindings), _arms(given, bindings)
    if ours is None or theirs is None or theirs - _NOTHING <= ours:
        return True
    return ("builtins", "object") in ours or (TYPING, "Any") in theirs


def _iterated(node: ast.expr, bindings: Bindings) -> ast.expr | None:
    """What an asynchronous iterator gives."""
    node = _unquoted(node) or node
    if not isinstance(node, ast.Subscript) or bindings.resolve(node.value) not in _ITERATORS:
        return None
    return node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice


def _arms(node: ast.expr, bindings: Bindings) -> frozenset[Symbol] | None:
    """The arms of a union, or of a single type; None if there is one that is not known."""
    match node:
        case ast.Constant(value=None):
            return frozenset({_NONE})
        case ast.Constant(value=str()):
            inner = _unquoted(node)
            return None if inner is None else _arms(inner, bindings)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _all_arms([left, right], bindings)
        case ast.Subscript(value=value, slice=inner):
            return _subscripted(bindings.resolve(value), inner, bindings)
        case _:
            symbol = bindings.resolve(node)
            known = symbol is not None and (symbol[0] == OWN or symbol in _PLAIN)
            return frozenset({symbol}) if known and symbol is not None else None


def _subscripted(
    head: Symbol | None, inner: ast.expr, bindings: Bindings
) -> frozenset[Symbol] | None:
    if head == (TYPING, "Optional"):
        return _all_arms([inner, ast.Constant(None)], bindings)
    if head == (TYPING, "Union"):
        nodes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return _all_arms(nodes, bindings)
    return None


def _all_arms(nodes: list[ast.expr], bindings: Bindings) -> frozenset[Symbol] | None:
    found: frozenset[Symbol] = frozenset()
    for node in nodes:
        arms = _arms(node, bindings)
        if arms is None:
            return None
        found |= arms
    return found


def _unquoted(node: ast.expr) -> ast.expr | None:
    """What stands in quotes."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    try:
        return ast.parse(node.value.strip(), mode="eval").body
    except SyntaxError:
        return None
