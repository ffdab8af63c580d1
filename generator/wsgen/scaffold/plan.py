"""What is to be done to a handler class: methods to add, annotations to follow; the leftovers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import Diagnostic, did_you_mean
from wsgen.scaffold.annotations import gives, takes
from wsgen.scaffold.bindings import TYPING, Bindings
from wsgen.scaffold.classes import Function, HandlerClass, functions, is_decorated
from wsgen.scaffold.contract import Contract, Method
from wsgen.scaffold.userfile import UserFile

MENDS: Final = "run `wsgen scaffold --write`"


class CannotEdit(Exception):
    """A file that is left as it is; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyping:
    """Annotations of a method that follow the schema; its body stays.

    Attributes:
        index: which method of the class, in the order of the text.
        message: the annotation of its parameter; None: it stays.
        result: what it returns; None: it stays.
    """

    index: int
    node: Function
    message: ast.expr | None
    result: ast.expr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """What is to be done to one class."""

    node: ast.ClassDef
    missing: tuple[Method, ...] = ()
    retypings: tuple[Retyping, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.retypings)


def plan_class(found: HandlerClass, contract: Contract, bindings: Bindings) -> ClassPlan:
    """Hold a class against its contract."""
    missing = [each for each in contract.methods if each.name not in found.names]
    return ClassPlan(
        node=found.node,
        missing=tuple(missing) if found.whole and not found.foreign else (),
        retypings=tuple(_retypings(found.node, contract, bindings)),
    )


def _retypings(node: ast.ClassDef, contract: Contract, bindings: Bindings) -> Iterator[Retyping]:
    methods = {each.name: each for each in contract.methods}
    for index, function in enumerate(functions(node)):
        if function.name in methods:
            wanted = methods[function.name].node
            message, result = _message(function, wanted, bindings), None
            if function.returns and wanted.returns:
                good = gives(function.returns, wanted.returns, bindings)
                result = None if good else wanted.returns
            if message or result:
                yield Retyping(index=index, node=function, message=message, result=result)


def _message(
    function: Function, wanted: ast.AsyncFunctionDef, bindings: Bindings
) -> ast.expr | None:
    """The annotation that the parameter has to have, if it has another one."""
    given = [*function.args.posonlyargs, *function.args.args]
    expected = wanted.args.posonlyargs
    if len(given) != 2 or len(expected) != 2:
        return None
    annotation, theirs = expected[1].annotation, given[1].annotation
    if annotation is None or theirs is None or takes(theirs, annotation, bindings):
        return None
    return annotation


def describe(file: UserFile, plan: ClassPlan, contract: Contract) -> Iterator[Diagnostic]:
    """What `--check` says of a plan."""
    name, handler = plan.node.name, contract.handler.name.written
    if plan.missing:
        names = ", ".join(f"`{each.name}`" for each in plan.missing)
        message = f"`{name}` lacks {names} of the handler `{handler}`"
        yield Diagnostic("WSG701", message, file.span(plan.node), MENDS)
    for each in plan.retypings:
        parts = [f"takes `{ast.unparse(each.message)}`"] if each.message else []
        parts += [f"returns `{ast.unparse(each.result)}`"] if each.result else []
        message = f"by the schema `{each.node.name}` {' and '.join(parts)}"
        yield Diagnostic("WSG701", message, file.span(each.node), MENDS)


def orphans(
    file: UserFile, found: HandlerClass, contract: Contract, bindings: Bindings
) -> Iterator[Diagnostic]:
    """WSG703 for methods that override nothing any more, unless a further base may have them."""
    known = contract.names | found.inherited
    for function in () if found.foreign else functions(found.node):
        name = function.name
        meant = name.startswith("on_") or name in {"accepted", "handle", "stream"}
        if meant and name not in known and is_decorated(function, (TYPING, "override"), bindings):
            handler = contract.handler.name.written
            message = f"`{name}` overrides nothing: the handler `{handler}` has no such method"
            help_ = did_you_mean(name, contract.names) or "remove it, or give it another name"
            yield Diagnostic("WSG703", message, file.span(function), help_)


def unknown(file: UserFile, found: HandlerClass, contract: Contract) -> Iterator[Diagnostic]:
    """WSG704 for methods that a further base may bring, so that they are not added."""
    missing = [each.name for each in contract.methods if each.name not in found.names]
    if found.foreign and found.whole and missing:
        handler = contract.handler.name.written
        bases, names = ", ".join(found.foreign), ", ".join(f"`{each}`" for each in missing)
        message = f"{names} of the handler `{handler}` may or may not come from `{bases}`"
        help_ = "write them into the class, or leave it: what is missing is told at start"
        yield Diagnostic("WSG704", message, file.span(found.node), help_)
