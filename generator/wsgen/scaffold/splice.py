"""Plans → the new text of a file: lines are replaced and inserted, all others stay as they are."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise

from wsgen.render.imports import Imports
from wsgen.scaffold.plan import CannotEdit, ClassPlan
from wsgen.scaffold.userfile import NotUnderstood, UserFile, parse
from wsgen.scaffold.verify import verify


def splice(file: UserFile, plans: Sequence[ClassPlan], begun: str, imports: Imports) -> UserFile:
    """The file with its plans carried out.

    Args:
        begun: the text of classes that are not there yet, to be put at the end.
        imports: what new code may need; what it does not use is left out.

    Raises:
        CannotEdit: it could not be done without touching something else.
    """
    lines = list(file.lines)
    for start, end, plan in reversed(_extents(file, plans)):
        edited = _edited("".join(lines[start:end]), plan, file)
        lines[start:end] = [edited, *[""] * (end - start - 1)]
    at, gap = _place_of_imports(file, plans)
    added = _lines_of_imports(plans, begun, imports)
    added = [*gap, *added] if added else []
    if begun and "".join(lines)[-1:] not in {"", "\n", "\r"}:
        lines[-1] += file.newline
    lines.append(begun.replace("\n", file.newline))
    lines.insert(at, "".join(f"{each}{file.newline}" for each in added))
    try:
        new = file.changed("".join(lines))
    except NotUnderstood as error:
        raise CannotEdit(f"the result would be wrong: {error}") from None
    verify(file, new, plans, added=range(at + 1, at + len(added) + 1), begun=begun)
    return new


def _edited(code: str, plan: ClassPlan, file: UserFile) -> str:
    from wsgen.scaffold.edit import edit_class  # it takes its time to be imported

    return edit_class(code, plan, newline=file.newline, indent=file.indent)


def _extents(file: UserFile, plans: Sequence[ClassPlan]) -> list[tuple[int, int, ClassPlan]]:
    """The lines of each class, from top to bottom."""
    found = sorted(((*_extent(file, each.node), each) for each in plans), key=lambda e: e[:2])
    for (_, end, _), (start, _, inner) in pairwise(found):
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


def _lines_of_imports(plans: Sequence[ClassPlan], begun: str, imports: Imports) -> list[str]:
    """The import lines that the new code needs."""
    nodes: list[ast.AST] = [parse(begun)]
    for plan in plans:
        nodes += [parse(f"{e.view.override}\n{e.view.head} ...") for e in plan.missing]
        nodes += [e for r in plan.retypings for e in (r.message, r.result) if e is not None]
    used = {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [line for line in imports.only(used).block().split("\n") if line]


def _place_of_imports(file: UserFile, plans: Sequence[ClassPlan]) -> tuple[int, list[str]]:
    """After which line imports are put, and what stands between."""
    first = min((each.node.lineno for each in plans), default=len(file.lines) + 1)
    body = [each for each in file.tree.body if _end(each) < first]
    after = [_end(each) for each in body if _imports_something(each)]
    if after:
        return _whole(body, max(after)), []
    if body and ast.get_docstring(file.tree) is not None:
        return _whole(body, _end(body[0])), [""]
    comments = (i for i, line in enumerate(file.lines) if not line.startswith("#"))
    return next(comments, len(file.lines)), []


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
