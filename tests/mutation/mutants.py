"""Mutants of a module: one small change each, which some test ought to notice.

A mutant is a line, what was changed there, and the whole changed source. What means nothing at run
time is left alone: annotations, docstrings, decorators, `__all__`, `__slots__`, type aliases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Mutant", "mutants_of"]

_COMPARISONS: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.FloorDiv,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.Div: ast.Mult,
}  # fmt: skip
_ENUMS: Final = ("Phase", "Event", "WebSocketState")
_REPEATED: Final = re.compile(r"\{(\d+,)?(\d+)\}")
_CODEC: Final = re.compile(r"(utf|latin)-\d+")
_SKIPPED: Final = frozenset({"__all__", "__slots__"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module.

    Attributes:
        line: where, in the original.
        text: that line.
        change: what was done, such as `== → !=`.
        source: of the whole module.
    """

    line: int
    text: str
    change: str
    source: str

    @property
    def key(self) -> str:
        """What stays when other lines come and go."""
        return f"{self.text}  [{self.change}]"


@dataclass(frozen=True, slots=True)
class _Site:
    line: int
    change: str
    apply: Callable[[], None]


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in order."""
    lines = source.splitlines()
    for number in range(len(_sites(ast.parse(source)))):
        tree = ast.parse(source)
        site = _sites(tree)[number]
        site.apply()
        text = lines[site.line - 1].strip()
        yield Mutant(site.line, text, site.change, ast.unparse(ast.fix_missing_locations(tree)))


def _sites(tree: ast.Module) -> list[_Site]:
    members = {
        each.name: [
            target.id
            for line in each.body
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        ]
        for each in tree.body
        if isinstance(each, ast.ClassDef) and each.name in _ENUMS
    }
    found: list[_Site] = []
    _visit(tree, found, members)
    return found


def _visit(node: ast.AST, found: list[_Site], members: Mapping[str, list[str]]) -> None:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "keywords"} and not (
            isinstance(node, ast.Call)
        ):
            continue
        children: list[Any] = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _means_nothing(child, node):
                continue
            put = _putter(node, name, index if isinstance(value, list) else None)
            found.extend(_changes(child, put, members))
            _visit(child, found, members)


def _putter(node: ast.AST, name: str, index: int | None) -> Callable[[Any], None]:
    def put(new: Any) -> None:
        if index is None:
            setattr(node, name, new)
        else:
            getattr(node, name)[index] = new

    return put


def _means_nothing(child: ast.AST, parent: ast.AST) -> bool:
    match child:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in _SKIPPED or _is_type_variable(child.value)
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.ImportFrom() | ast.Import():
            return True
        case ast.FunctionDef(decorator_list=[ast.Name(id="overload")]):
            return True
        case ast.AnnAssign(value=None):
            return True
        case ast.Call(func=ast.Name(id="cast")):
            return True
        case ast.Subscript():  # `_Node[T]()`: a type, not an index
            return isinstance(parent, ast.Call) and parent.func is child
        case _:
            return False


def _is_type_variable(value: ast.AST) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar"


def _changes(
    node: ast.AST, put: Callable[[Any], None], members: Mapping[str, list[str]]
) -> Iterator[_Site]:
    for change, new in (*_of_statement(node), *_of_expression(node, members)):
        yield _Site(node.lineno, change, lambda new=new: put(new))  # type: ignore[attr-defined,misc]
    if isinstance(node, ast.Dict):
        for index, key in enumerate(node.keys):
            if key is not None:
                yield _Site(key.lineno, f"without {ast.unparse(key)}", _dropping(node, index))


def _dropping(node: ast.Dict, index: int) -> Callable[[], None]:
    def drop() -> None:
        del node.keys[index], node.values[index]

    return drop


def _of_statement(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not _turns(test):
            changed = type(node)(**{**dict(ast.iter_fields(node)), "test": _negated(test)})
            yield "the condition is turned round", ast.copy_location(changed, node)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "returns None", ast.copy_location(ast.Return(ast.Constant(None)), node)
        case ast.Continue():
            yield "continue → break", ast.copy_location(ast.Break(), node)
        case ast.Break():
            yield "break → pass", ast.copy_location(ast.Pass(), node)
        case ast.Raise() | ast.Expr() | ast.AugAssign() | ast.Delete():
            yield "is left out", ast.copy_location(ast.Pass(), node)
        case ast.Assign(targets=[ast.Attribute()]):
            yield "is left out", ast.copy_location(ast.Pass(), node)
        case _:
            pass


def _turns(test: ast.expr) -> bool:
    """Whether a mutant of the expression turns it round already."""
    return isinstance(test, ast.UnaryOp) or (isinstance(test, ast.Compare) and len(test.ops) == 1)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _of_expression(
    node: ast.AST, members: Mapping[str, list[str]]
) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare(left, [op, *ops], comparators):
            other = _COMPARISONS[type(op)]
            changed: ast.AST = ast.Compare(left, [other(), *ops], comparators)
            yield f"{_word(op)} → {_word(other())}", ast.copy_location(changed, node)
        case ast.BoolOp(op, values):
            new = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield f"{_word(op)} → {_word(new)}", ast.copy_location(ast.BoolOp(new, values), node)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield "without its sign", operand
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            operator = _OPERATORS[type(op)]()
            changed = ast.BinOp(left, operator, right)
            yield f"{_word(op)} → {_word(operator)}", ast.copy_location(changed, node)
        case ast.Attribute(ast.Name(id=name), member) if member in members.get(name, ()):
            following = members[name][(members[name].index(member) + 1) % len(members[name])]
            changed = ast.Attribute(ast.Name(name, ast.Load()), following, ast.Load())
            yield f"{name}.{member} → {name}.{following}", ast.copy_location(changed, node)
        case ast.Constant(value=value):
            for text, new_value in _of_constant(value):
                yield text, ast.copy_location(ast.Constant(new_value), node)
        case _:
            pass


def _of_constant(value: object) -> Iterator[tuple[str, Any]]:
    match value:
        case bool():
            yield f"{value} → {not value}", not value
        case int():
            yield f"{value} → {value + 1}", value + 1
        case str():
            more = "x" if _CODEC.fullmatch(value) else "!"  # Python would ignore the other
            yield f"{value!r} + {more!r}", value + more
            for each in _REPEATED.finditer(value):
                longer = f"{{{each[1] or ''}{int(each[2]) + 1}}}"
                yield f"{each[0]} → {longer}", value[: each.start()] + longer + value[each.end() :]
        case bytes():
            yield f"{value!r} + b'!'", value + b"!"
        case _:
            pass


def _word(op: ast.AST) -> str:
    return type(op).__name__.lower()
