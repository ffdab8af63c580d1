"""One class of the user's, edited as a concrete syntax tree, so that nothing else in it moves.

The only module that imports libcst, and it is imported when there is something to edit.
"""

from __future__ import annotations

import ast
from typing import Final

import libcst as cst
from typing_extensions import override

from wsgen.render.render import render_text
from wsgen.scaffold.contract import Method
from wsgen.scaffold.plan import CannotEdit, ClassPlan, Retyping

_STUB: Final = "scaffold/stub.py.j2"
_STEP: Final = " " * 4
_AROUND: Final = "if 1:"
"""What an indented class is put under, for as long as it is edited."""


def edit_class(code: str, plan: ClassPlan, *, newline: str, indent: str) -> str:
    """The lines of a class, with what the plan adds; `indent` is one step of the file.

    Raises:
        CannotEdit: libcst does not read it, or would not write the rest as it stands.
    """
    before = _AROUND + newline if code[:1] in {" ", "\t"} else ""
    code = before + code
    try:
        module = cst.parse_module(code, cst.PartialParserConfig(default_newline=newline))
    except cst.ParserSyntaxError as error:
        raise CannotEdit(f"libcst does not understand it: {error.message}") from None
    edited = module.visit(_Edit(plan, module.default_indent, indent)).code
    if not edited.startswith(code) and module.code != code:
        raise CannotEdit("libcst would not write the rest of it as it stands")
    return edited.removeprefix(before)


class _Edit(cst.CSTTransformer):
    """Changes the outermost class, and looks into no other and into no function."""

    def __init__(self, plan: ClassPlan, default: str, indent: str) -> None:
        super().__init__()
        self._plan = plan
        self._default = default
        self._indent = indent
        self._retypings = {each.index: each for each in plan.retypings}
        self._depth = 0
        self._functions = 0

    @override
    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.ClassDef):
            self._depth += 1
            return self._depth == 1
        return not isinstance(node, cst.FunctionDef)

    @override
    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        if isinstance(updated_node, cst.ClassDef):
            self._depth -= 1
            if not self._depth and self._plan.missing:
                return updated_node.with_changes(body=self._completed(updated_node.body))
        elif isinstance(updated_node, cst.FunctionDef) and self._depth == 1:
            retyping = self._retypings.get(self._functions)
            self._functions += 1
            if retyping is not None:
                return updated_node.with_changes(**_retyped(updated_node, retyping))
        return updated_node

    def _completed(self, body: cst.BaseSuite) -> cst.IndentedBlock:
        """The body of the class, with the new methods at its end."""
        if isinstance(body, cst.IndentedBlock):
            unit = self._default if body.indent is None else body.indent
            stubs = [_stub(each, unit) for each in self._plan.missing]
            return body.with_changes(body=[*body.body, *stubs])
        assert isinstance(body, cst.SimpleStatementSuite)
        stubs = [_stub(each, self._indent) for each in self._plan.missing]
        line = cst.SimpleStatementLine(body.body, trailing_whitespace=body.trailing_whitespace)
        return cst.IndentedBlock([line, *stubs], indent=self._indent)


def _stub(method: Method, unit: str) -> cst.FunctionDef:
    """The tree of a new method, indented as its class is."""
    lines = render_text(_STUB, method.view).strip("\n").split("\n")
    parsed = cst.parse_module("".join(f"{_reindented(each, unit)}\n" for each in lines))
    (stub,) = parsed.body
    assert isinstance(stub, cst.FunctionDef)
    body = stub.body.with_changes(indent=unit)
    return stub.with_changes(body=body, leading_lines=[cst.EmptyLine(indent=False)])


def _reindented(line: str, unit: str) -> str:
    """A line of a template, one step further out, with steps of the user's."""
    code = line.lstrip(" ")
    return unit * ((len(line) - len(code)) // len(_STEP) - 1) + code


def _retyped(function: cst.FunctionDef, retyping: Retyping) -> dict[str, cst.CSTNode]:
    """The parts of a function that change."""
    found: dict[str, cst.CSTNode] = {}
    if retyping.result is not None:
        found["returns"] = _annotated(function.returns, retyping.result)
    if retyping.message is not None:
        parameters = function.params
        given = [*parameters.posonly_params, *parameters.params]
        annotation = _annotated(given[1].annotation, retyping.message)
        given[1] = given[1].with_changes(annotation=annotation)
        count = len(parameters.posonly_params)
        found["params"] = parameters.with_changes(
            posonly_params=given[:count], params=given[count:]
        )
    return found


def _annotated(annotation: cst.Annotation | None, wanted: ast.expr) -> cst.Annotation:
    """The annotation with another type, in quotes if it was in quotes."""
    assert annotation is not None
    old = annotation.annotation
    if "#" in cst.Module([]).code_for_node(old):
        raise CannotEdit("a comment stands within an annotation that is to change")
    text = ast.unparse(wanted)
    quoted = isinstance(old, cst.SimpleString | cst.ConcatenatedString) and text != "None"
    new = cst.SimpleString(f'"{text}"') if quoted else cst.parse_expression(text)
    return annotation.with_changes(annotation=new)
