"""dependencies.py: what providers and guards look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsgen.ir.api import TOPICS, Api, Dependency, Guard, Handler
from wsgen.ir.names import Name
from wsgen.ir.types import TypeExpr, UnionType
from wsgen.render.code import Code, identifier
from wsgen.render.imports import another
from wsgen.render.layout import Chain, Group, Node, Pair, flat, lay_out
from wsgen.targets.python.docs import sentence
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import argument, attribute
from wsgen.targets.python.types import plain, provided_type
from wsgen.targets.python.views import ProtocolView

Provided: TypeAlias = Dependency | Guard
"""What the application gives to `create_app` besides handlers."""


def provided(api: Api) -> tuple[Provided, ...]:
    """All of it: dependencies, then guards."""
    return (*api.dependencies, *api.guards)


def protocol_name(each: Provided) -> str:
    """The protocol of a provider or guard."""
    return f"{each.name.pascal}{'Provider' if isinstance(each, Dependency) else 'Guard'}"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a provider or guard is given by keyword."""

    api: Api

    def name(self, need: str) -> str:
        """The keyword of a dependency or parameter."""
        for each in self.api.dependencies:
            if each.name.written == need:
                return argument(each.name)
        if self._is_topics(need):
            return need
        return attribute(next(self._parameters(need, self.api.handlers))[0])

    def type(self, need: str, user: str, file: File) -> Node:
        """Its type: of a parameter, all that it is in the handlers that `user` runs in."""
        for each in self.api.dependencies:
            if each.name.written == need:
                return provided_type(each.type, file)
        if self._is_topics(need):
            return file.imports.name(".topics", "Topics")
        users = [e for e in self.api.handlers if any(user == step.name for step in e.steps)]
        types = [type_ for _, type_ in self._parameters(need, users or self.api.handlers)]
        return _merged(plain(UnionType(tuple(types)), file))

    def _is_topics(self, need: str) -> bool:
        return need == TOPICS and bool(self.api.topics)

    def _parameters(
        self, need: str, handlers: Iterable[Handler]
    ) -> Iterator[tuple[Name, TypeExpr]]:
        for handler in handlers:
            for each in handler.parameters:
                if each.name.written == need:
                    yield each.name, each.type


def _merged(node: Node) -> Node:
    """Without what says nothing in an argument: `int` beside `float`; None last."""
    operands = list(node.operands) if isinstance(node, Chain) else [node]
    if "float" in operands:
        operands = [each for each in operands if each != "int"]
    operands.sort(key=lambda each: each == "None")
    return operands[0] if len(operands) == 1 else Chain(tuple(operands))


def protocol(dependency: Provided, file: File, needs: Needs) -> ProtocolView:
    """The signature of a provider or guard."""
    names = [needs.name(each) for each in dependency.needs]
    taken = {*names}
    arguments: list[Node] = [another("self", taken)]
    arguments += [Pair(f"{another('socket', taken)}: ", file.runtime("WebSocket")), "/"]
    if names:
        arguments.append("*")
    for need, name in zip(dependency.needs, names, strict=True):
        type_ = needs.type(need, dependency.name.written, file)
        arguments.append(Pair(f"{identifier(name)}: ", type_))
    head = Group("def __call__(", tuple(arguments), ")")
    name, doc, result = _kind(dependency, file)
    return ProtocolView(
        name=identifier(name),
        base=file.imports.name("typing", "Protocol"),
        doc=doc,
        call=lay_out(head, indent=4, after=f" -> {result}: ..."),
    )


def _kind(each: Provided, file: File) -> tuple[str, str, Code]:
    verb = "Provides" if isinstance(each, Dependency) else "Checks"
    text = sentence(each.doc)
    doc = f"{verb} `{each.name.written}`" + (f": {text}" if text else ".")
    if isinstance(each, Guard):
        return protocol_name(each), doc, file.runtime("Checked")
    type_ = provided_type(each.type, file)
    made = Group(f"{file.runtime('Provided')}[", (type_,), "]", False)
    return protocol_name(each), doc, Code(flat(made))
