"""Plans → the new text of a file: lines are replaced and inserted, all others stay as they are."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from wsgen.render.imports import Imports
from wsgen.scaffold.classes import Function, functions
from wsgen.scaffold.plan import CannotEdit, ClassPlan
from wsgen.scaffold.userfile import NotUnderstood, UserFile, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be done to one file.

    Attributes:
        plans: for classes that are there.
        begun: the text of classes that are not, to be put at the end; each is one statement.
        imports: what new code may need; what it does not use is left out.
    """

    plans: tuple[ClassPlan, ...]
    begun: str
    imports: Imports


def splice(file: UserFile, changes: Changes) -> UserFile:
    """The file with its changes.

    Raises:
        CannotEdit: it could not be done without touching something else.
    """
    lines = list(file.lines)
    for start, end, plan in reversed(_extents(file, changes.plans)):
        from wsgen.scaffold.edit import edit_class

        code = "".join(lines[start:end])
        edited = edit_class(code, plan, newline=file.newline, indent=file.indent)
        lines[start:end] = [edited, *[""] * (end - start - 1)]
    if changes.begun:
        end = "" if not lines or lines[-1].endswith(("\n", "\r")) else file.newline
        lines.append(end + changes.begun.replace("\n", file.newline))
    at = _place_of_imports(file, changes.plans)
    imports = _imports(changes)
    if imports:
        before = file.newline if at and not file.lines[at - 1].endswith(("\n", "\r")) else ""
        lines.insert(at, before + file.newline.join([*imports, ""]))
    try:
        new = file.changed("".join(lines))
    except NotUnderstood as error:
        raise CannotEdit(f"the result would be wrong: {error}") from None
    _verify(file, new, changes, range(at + 1, at + len(imports) + 1))
    return new


def _extents(file: UserFile, plans: Sequence[ClassPlan]) -> list[tuple[int, int, ClassPlan]]:
    """The lines of each class, from top to bottom."""
    found = sorted(((*_extent(file, each.node), each) for each in plans), key=lambda e: e[:2])
    for (_, end, _), (start, _, inner) in zip(found, found[1:], strict=False):
        if start < end:
            raise CannotEdit(f"`{inner.node.name}` stands within another class that is to change")
    return found


def _extent(file: UserFile, node: ast.ClassDef) -> tuple[int, int]:
    """The lines of a class, with the comments that end its last method."""
    start, end = node.lineno - 1, node.end_lineno or node.lineno
    column = node.body[0].col_offset
    for index in range(end, len(file.lines)):
        line = file.lines[index].lstrip(" \t")
        inside = len(file.lines[index]) - len(line) > column
        if line.startswith("#") and inside:
            end = index + 1
        elif line.strip():
            break
    return start, end


def _imports(changes: Changes) -> list[str]:
    """The import lines that the new code needs."""
    nodes: list[ast.AST] = [parse(changes.begun)]
    for plan in changes.plans:
        nodes += [parse(f"{e.view.override}\n{e.view.head} ...") for e in plan.missing]
        nodes += [e for r in plan.retypings for e in (r.message, r.result) if e is not None]
    used = {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [line for line in changes.imports.only(used).block().split("\n") if line]


def _place_of_imports(file: UserFile, plans: Sequence[ClassPlan]) -> int:
    """After which line imports are put."""
    first = min((each.node.lineno for each in plans), default=len(file.lines) + 1)
    body = [each for each in file.tree.body if _end(each) < first]
    after = [_end(each) for each in body if _imports_something(each)]
    if after:
        return _whole(body, max(after))
    if body and ast.get_docstring(file.tree) is not None:
        return _whole(body, _end(body[0]))
    return next((i for i, line in enumerate(file.lines) if not line.startswith("#")), 0)


def _whole(body: Sequence[ast.stmt], line: int) -> int:
    """A line's number, or where the statement ends that begins on that line as well."""
    for each in body:
        if each.lineno <= line:
            line = max(line, _end(each))
    return line


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _imports_something(node: ast.stmt) -> bool:
    """An import, or a block of imports."""
    if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
        return False
    first = node.body[0] if isinstance(node, ast.If | ast.Try) else node
    return isinstance(first, ast.Import | ast.ImportFrom)


def _verify(old: UserFile, new: UserFile, changes: Changes, added: range) -> None:
    """Undo the changes in the new tree: it has to be the old one, function by function."""
    tree = parse(new.text)
    begun = len(parse(changes.begun).body)
    body = [each for each in tree.body if each.lineno not in added]
    tree.body = body[: len(body) - begun]
    after = dict(zip(map(id, _classes(old.tree)), _classes(tree), strict=False))
    for plan in changes.plans:
        _undo(plan, after[id(plan.node)])
    if ast.dump(tree) != ast.dump(old.tree):
        raise CannotEdit("something else would change with it")


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _undo(plan: ClassPlan, node: ast.ClassDef) -> None:
    del node.body[len(node.body) - len(plan.missing) :]
    for each in plan.retypings:
        function = functions(node)[each.index]
        function.returns = each.node.returns
        if each.message is not None:
            _message(function).annotation = _message(each.node).annotation


def _message(function: Function) -> ast.arg:
    return [*function.args.posonlyargs, *function.args.args][1]
