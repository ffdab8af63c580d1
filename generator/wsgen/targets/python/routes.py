"""routes.py: the routing table, a URL builder for each handler, and the application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wsgen.ir.api import TOPICS, Api, Handler, Parameter, Source
from wsgen.ir.types import ListType, NullableType
from wsgen.render.code import Code, identifier, literal
from wsgen.render.imports import another
from wsgen.render.layout import Chain, Group, Node, Pair, assign, lay_out, signature
from wsgen.targets.python.docs import described
from wsgen.targets.python.endpoints import EndpointClass
from wsgen.targets.python.file import File
from wsgen.targets.python.handlers import HandlerClasses
from wsgen.targets.python.naming import argument, attribute, handler_module
from wsgen.targets.python.protocols import protocol_name, provided
from wsgen.targets.python.types import plain
from wsgen.targets.python.views import FunctionView, RoutesView

_HANDLERS: Final = "Handlers are classes, or functions that make one for each connection."

_TOPICS: Final = "Topics go by `memory://`, `redis://…` or `nats://…`."


def app_name(api: Api) -> str:
    """The class of the application."""
    return f"{api.name.pascal}App"


def url_name(handler: Handler) -> str:
    """The URL builder of a handler."""
    return f"url_for_{handler.name.snake}"


@dataclass(frozen=True, slots=True)
class Routes:
    """Writes routes.py."""

    api: Api
    file: File

    def view(self) -> RoutesView:
        """The whole module."""
        return RoutesView(
            table=self._table(),
            table_doc="The paths of each handler.",
            urls=tuple(map(self._url, self.api.handlers)),
            app=Code(f"class {identifier(app_name(self.api))}({self._base()}):"),
            app_doc=f"The ASGI application of {self.api.name.written}.",
            create=self._create(),
        )

    def _base(self) -> Code:
        if not self.api.topics:
            return self.file.runtime("App")
        topics = self.file.imports.name(".topics", "Topics")
        return Code(f"{self.file.runtime('TopicsApp')}[{topics}]")

    def _table(self) -> Code:
        route = self.file.runtime("Route")
        final = self.file.imports.name("typing", "Final")
        if not self.api.handlers:
            kind = Group(f"{final}[", (f"dict[str, {route}]",), "]", trailing=False)
            return assign("ROUTES", Code("{}"), kind, indent=0)
        items = [
            Pair(
                f"{literal(e.name.written)}: ",
                Group(f"{route}(", tuple(map(literal, e.paths)), ")"),
            )
            for e in self.api.handlers
        ]
        return assign("ROUTES", Group("{", tuple(items), "}", exploded=True), final, indent=0)

    def _url(self, handler: Handler) -> FunctionView:
        shown = [e for e in handler.parameters if e.source in {Source.PATH, Source.QUERY}]
        names = {attribute(each.name) for each in shown}
        base = another("base", names)
        arguments: list[Node] = [f'{base}: str = ""', "/"]
        if shown:
            arguments.append("*")
        arguments += [self._url_argument(each) for each in shown]
        made: list[Node] = [base]
        for source in (Source.PATH, Source.QUERY):
            found = [each for each in shown if each.source is source]
            if found:
                made.append(Pair(f"{source.value}=", _mapping(found)))
        call = Group(f"ROUTES[{literal(handler.name.written)}].url(", tuple(made), ")")
        return FunctionView(
            head=signature(
                f"def {identifier(url_name(handler))}", tuple(arguments), Code("str"), indent=0
            ),
            doc=f"The URL of `{handler.name.written}`, below `{base}`.",
            result=lay_out(call, indent=4, before="return "),
        )

    def _url_argument(self, each: Parameter) -> Node:
        """Where the server has a default, None leaves the parameter out."""
        name = identifier(attribute(each.name))
        target = self.file.symbols.expand(each.type)
        inner = target.inner if isinstance(target, NullableType) else target
        listed = self.file.symbols.expand(inner)
        type_: Node = plain(inner, self.file)
        if isinstance(listed, ListType):
            sequence = self.file.imports.name("collections.abc", "Sequence")
            item = plain(listed.item, self.file)
            type_ = Group(f"{sequence}[", (item,), "]", trailing=False)
        if not each.has_default:
            return Pair(f"{name}: ", type_)
        if isinstance(target, ListType):
            return _defaulting(name, type_, "()")
        arms = type_.operands if isinstance(type_, Chain) else (type_,)
        return _defaulting(name, Chain((*arms, Code("None"))), "None")

    def _create(self) -> FunctionView:
        names = {argument(each.name) for each in self.api.handlers}
        names |= {argument(each.name) for each in provided(self.api)}
        names |= {TOPICS}
        options = another("options", names)
        unpack = self.file.imports.name("typing_extensions", "Unpack")
        kinds = [*map(self._handler_argument, self.api.handlers), *self._provided_arguments()]
        if self.api.topics:
            kinds.append('topics: str = "memory://"')
        if kinds:
            kinds.insert(0, "*")
        kinds.append(f"**{options}: {unpack}[{self.file.runtime('AppOptions')}]")
        endpoints = Group("[", tuple(map(self._endpoint, self.api.handlers)), "]", exploded=True)
        call: list[Node] = [Code("ROUTES"), endpoints if self.api.handlers else Code("[]")]
        if self.api.topics:
            call.append(f"{self.file.imports.name('.topics', 'Topics')}(topics)")
        call.append(f"**{options}")
        name = identifier(app_name(self.api))
        head = Group("def create_app(", tuple(kinds), ")", exploded=len(kinds) > 1)
        doc = described(self.api.doc, otherwise=f"The application of {self.api.name.written}.")
        return FunctionView(
            head=lay_out(head, after=f" -> {name}:"),
            doc="\n\n".join((str(doc), *self._remarks())),
            result=lay_out(Group(f"{name}(", tuple(call), ")"), indent=4, before="return "),
        )

    def _remarks(self) -> tuple[str, ...]:
        """What the arguments of `create_app` are."""
        said = ((_HANDLERS, self.api.handlers), (_TOPICS, self.api.topics))
        return tuple(remark for remark, things in said if things)

    def _module(self, handler: Handler) -> str:
        return f".handlers.{handler_module(handler.name)}"

    def _handler_argument(self, handler: Handler) -> Node:
        name = self.file.imports.name(self._module(handler), f"{handler.name.pascal}Handler")
        callable_ = self.file.imports.name("collections.abc", "Callable")
        maker = Group(f"{callable_}[", ("[]", name), "]")
        return Pair(f"{identifier(argument(handler.name))}: ", maker)

    def _provided_arguments(self) -> list[Node]:
        found: list[Node] = []
        for each in provided(self.api):
            kind = self.file.imports.name(".dependencies", protocol_name(each))
            found.append(f"{identifier(argument(each.name))}: {kind}")
        return found

    def _endpoint(self, handler: Handler) -> Node:
        name = self.file.imports.name(self._module(handler), f"{handler.name.pascal}Endpoint")
        classes = HandlerClasses(self.api, handler, self.file)
        keywords = EndpointClass(self.api, classes).keywords()
        given = (f"{identifier(key)}={identifier(argument(each.name))}" for key, each in keywords)
        return Group(f"{name}(", (identifier(argument(handler.name)), *given), ")")


def _defaulting(name: Code, type_: Node, default: str) -> Node:
    """An argument with a default; too long a type is broken before it."""
    if isinstance(type_, Group):
        return Group(
            f"{name}: {type_.head}", type_.items, f"{type_.tail} = {default}", type_.trailing
        )
    operands = type_.operands if isinstance(type_, Chain) else (type_,)
    return Chain((Pair(f"{name}: ", operands[0]), *operands[1:-1], *_last(operands, default)))


def _last(operands: Sequence[Node], default: str) -> tuple[Node, ...]:
    return (f"{operands[-1]} = {default}",) if len(operands) > 1 else ()


def _mapping(parameters: list[Parameter]) -> Node:
    items = (
        Pair(f"{literal(each.wire)}: ", identifier(attribute(each.name))) for each in parameters
    )
    return Group("{", tuple(items), "}")
