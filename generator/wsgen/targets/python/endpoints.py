"""The endpoint of a handler: options, guards, parameters and providers in order."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from wsgen.ir.api import TOPICS, Api, Dependency, Guard, Kind, Messages, Step, StepKind, Topic
from wsgen.ir.names import Name
from wsgen.render.code import Code, identifier, literal
from wsgen.render.imports import another
from wsgen.render.layout import Group, Node, Pair, assign, lay_out, signature, table
from wsgen.targets.python.handlers import HandlerClasses, method_names, tuple_of
from wsgen.targets.python.naming import argument, attribute, exception_name, topic_method
from wsgen.targets.python.protocols import Provided, protocol_name, provided
from wsgen.targets.python.types import provided_type
from wsgen.targets.python.views import EndpointView

_BASES: Final = {
    Kind.LISTENER: "ListenerEndpoint",
    Kind.STREAM: "StreamEndpoint",
    Kind.WEBSOCKET: "WebSocketEndpoint",
}
_BODY: Final = 8
_ORDER: Final = "guards, parameters and providers in order, then the handler"


@dataclass(frozen=True, slots=True)
class EndpointClass:
    """Writes the endpoint of one handler."""

    api: Api
    classes: HandlerClasses

    def view(self, reading: Node) -> EndpointView:
        """The class; `reading` is the expression that reads all parameters."""
        handler, file, name = self.classes.handler, self.classes.file, self.classes.name
        base = Group(f"{file.runtime(_BASES[handler.kind])}[", (name("Handler"),), "]", False)
        kind = "async def open"
        arguments = ("self", Pair("handshake: ", file.runtime("Handshake")), "/")
        return EndpointView(
            head=lay_out(Group(f"class {name('Endpoint')}(", (base,), "):")),
            doc=f"Serves `{handler.name.written}`: {_ORDER}.",
            constants=self._constants(),
            init=self._init(),
            keeps=self._keeps(),
            override=Code(f"@{file.imports.name('typing_extensions', 'override')}"),
            open=signature(kind, arguments, name("Handler")),
            opening=(*self._topics(), *(self._step(each, reading) for each in self._steps())),
            gives=tuple(self._gifts()),
        )

    def _steps(self) -> list[Step]:
        handler = self.classes.handler
        return [e for e in handler.steps if e.kind is not StepKind.PARAMETERS or handler.parameters]

    def _topics(self) -> tuple[Code, ...]:
        if not self.api.topics:
            return ()
        topics = self.classes.file.imports.name("..topics", "Topics")
        return (Code(f"topics = {topics}.of(handshake)"),)

    def _constants(self) -> tuple[Code, ...]:
        head = f"{self.classes.file.runtime('Options')}("
        found = [assign("options", table(head, self._options(), ")"))]
        handler, file = self.classes.handler, self.classes.file
        if handler.kind is Kind.LISTENER and isinstance(handler.from_client, Messages):
            names = method_names(handler)
            items = [Pair(f"{file.named(e)}: ", literal(names[e])) for e in names]
            found.append(assign("methods", table("{", items, "}"), self._methods_type()))
        return tuple(found)

    def _methods_type(self) -> Node:
        return self.classes.file.imports.name("typing", "ClassVar")

    def _options(self) -> list[Node]:
        handler, file = self.classes.handler, self.classes.file
        found: list[Node] = [Pair("name=", literal(handler.name.written))]
        if handler.origins != "same":
            origins = handler.origins
            listed = literal(origins) if isinstance(origins, str) else _texts(origins)
            found.append(Pair("origins=", listed))
        if handler.subprotocols:
            found.append(Pair("subprotocols=", _texts(handler.subprotocols)))
        if handler.close_codes:
            names = (exception_name(Name.of(each)) for each in handler.close_codes)
            classes = (file.of("close_codes", name) for name in names)
            found.append(Pair("close_codes=", tuple_of(tuple(classes))))
        limits = [(e.name, getattr(handler.limits, e.name)) for e in fields(handler.limits)]
        given = tuple(
            Pair(f"{name}=", literal(value)) for name, value in limits if value is not None
        )
        if given:
            found.append(Pair("limits=", Group(f"{file.runtime('Limits')}(", given, ")")))
        if handler.on_invalid != "close":
            found.append(Pair("on_invalid=", literal(handler.on_invalid)))
        if handler.on_reject != "deny":
            found.append(Pair("on_reject=", literal(handler.on_reject)))
        return found

    def keywords(self) -> list[tuple[str, Provided]]:
        """The keyword arguments of the endpoint: the providers and guards that the handler runs."""
        names = {step.name for step in self.classes.handler.steps}
        used = [each for each in provided(self.api) if each.name.written in names]
        return [(_keyword(each), each) for each in used]

    def _init(self) -> Code | None:
        keywords = self.keywords()
        if not keywords:
            return None
        file = self.classes.file
        names = {name for name, _ in keywords}
        made = file.imports.name("collections.abc", "Callable")
        handler = another("handler", names)
        arguments: list[Node] = [
            "self",
            Pair(f"{handler}: ", Group(f"{made}[", ("[]", self.classes.name("Handler")), "]")),
            "*",
        ]
        arguments += [f"{identifier(name)}: {self._protocol(each)}" for name, each in keywords]
        return signature("def __init__", tuple(arguments), Code("None"))

    def _protocol(self, each: Provided) -> Code:
        return self.classes.file.imports.name("..dependencies", protocol_name(each))

    def _keeps(self) -> tuple[Code, ...]:
        keywords = self.keywords()
        if not keywords:
            return ()
        handler = another("handler", {name for name, _ in keywords})
        return (
            Code(f"super().__init__({handler})"),
            *(self._keep(name, each) for name, each in keywords),
        )

    def _keep(self, name: str, each: Provided) -> Code:
        file = self.classes.file
        if isinstance(each, Guard):
            made = Group(f"{file.runtime('Guard')}(", (identifier(name),), ")")
            return assign(f"self.{_attribute(each)}", made, indent=_BODY)
        type_ = provided_type(each.type, file)
        provider = file.runtime("Provider")
        made = Group(f"{provider}(", (identifier(name),), ")")
        kind = Group(f"{provider}[", (type_,), "]", False)
        return assign(f"self.{_attribute(each)}", made, kind, indent=_BODY)

    def _step(self, step: Step, reading: Node) -> Code:
        if step.kind is StepKind.PARAMETERS:
            return assign("params", reading, indent=_BODY)
        each = next(e for _, e in self.keywords() if e.name.written == step.name)
        arguments = ("handshake", *map(self._need, each.needs))
        call = Group(f"await self.{_attribute(each)}(", arguments, ")")
        if isinstance(each, Guard):
            return lay_out(call, indent=_BODY)
        return assign(identifier(argument(each.name)), call, indent=_BODY)

    def _need(self, need: str) -> Node:
        for each in self.api.dependencies:
            if each.name.written == need:
                name = identifier(argument(each.name))
                return Code(f"{name}={name}")
        if need == TOPICS and self.api.topics:
            return Code("topics=topics")
        for parameter in self.classes.handler.parameters:
            if parameter.name.written == need:
                name = identifier(attribute(parameter.name))
                return Code(f"{name}=params.{name}")
        raise AssertionError(f"a need that nothing meets passed the rules: {need}")

    def _gifts(self) -> list[Code]:
        found = [Code(f"handler.socket = {self.classes.name('Socket')}(socket)")]
        if self.classes.handler.parameters:
            found.append(Code("handler.params = params"))
        if self.api.topics:
            found.append(Code("handler.topics = topics"))
        for each in self.api.dependencies:
            if each.name.written in self.classes.handler.dependencies:
                name = identifier(argument(each.name))
                found.append(Code(f"handler.{name} = {name}"))
        named = {each.name.written: each for each in self.api.topics}
        found += [self._subscription(named[each]) for each in self.classes.handler.subscribe]
        return found

    def _subscription(self, topic: Topic) -> Code:
        names = [identifier(attribute(each.name)) for each in topic.params]
        values = tuple(Code(f"{each}=params.{each}") for each in names)
        head = f"await topics.{identifier(topic_method(topic.name))}("
        return lay_out(Group(head, values, ").subscribe(handler.socket)"), indent=_BODY)


def _keyword(each: Provided) -> str:
    name = argument(each.name)
    return f"{name}_" if name in {"self", "handler"} else name


def _attribute(each: Provided) -> str:
    verb = "provide" if isinstance(each, Dependency) else "check"
    return f"_{verb}_{each.name.snake}"


def _texts(texts: tuple[str, ...]) -> Node:
    return tuple_of(tuple(map(literal, texts)))
