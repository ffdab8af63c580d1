"""Is a file what it was, but for what was planned? Asked before anything is written."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from wsgen.scaffold.classes import Function, classes, functions
from wsgen.scaffold.plan import CannotEdit, ClassPlan
from wsgen.scaffold.userfile import UserFile, parse


def verify(
    old: UserFile, new: UserFile, plans: Sequence[ClassPlan], *, added: range, begun: str
) -> None:
    """Undo the plans in the new tree: it has to be the old one, function by function.

    Args:
        added: the lines of new imports.
        begun: the text of new classes at the end.

    Raises:
        CannotEdit: it is another one.
    """
    tree = parse(new.text)
    body = [each for each in tree.body if each.lineno not in added]
    tree.body = body[: len(body) - len(parse(begun).body)]
    after = dict(zip(map(id, classes(old.tree)), classes(tree), strict=False))
    for plan in plans:
        _undo(plan, after[id(plan.node)])
    if ast.dump(tree) != ast.dump(old.tree):
        raise CannotEdit("something else would change with it")


def _undo(plan: ClassPlan, node: ast.ClassDef) -> None:
    del node.body[len(node.body) - len(plan.missing) :]
    for each in plan.retypings:
        function = functions(node)[each.index]
        function.returns = each.node.returns
        if each.message is not None:
            _message(function).annotation = _message(each.node).annotation


def _message(function: Function) -> ast.arg:
    return [*function.args.posonlyargs, *function.args.args][1]
