"""handlers/<name>.py: the params, socket and base class of one handler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wsgen.ir.api import Api, Handler, Kind, Messages, Raw
from wsgen.ir.names import Name
from wsgen.ir.types import Reference
from wsgen.render.code import Code, identifier
from wsgen.render.layout import Chain, Group, Node, Pair, assign, flat, lay_out, signature
from wsgen.targets.python.converters import Readers, parameter_type
from wsgen.targets.python.docs import described
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import argument, attribute, method
from wsgen.targets.python.types import plain, provided_type
from wsgen.targets.python.values import Values, factory, is_mutable
from wsgen.targets.python.views import ClassView, MethodView, Statement, StubView

_BASES: Final = {
    Kind.LISTENER: "ListenerHandler",
    Kind.STREAM: "StreamHandler",
    Kind.WEBSOCKET: "WebSocketHandler",
}
_STREAM: Final = "The messages to send, in order; the connection closes when they end."
_HANDLE: Final = "Talk to the client; the connection closes when this returns."
_OPTIONAL: Final = {
    Kind.LISTENER: "`accepted()`, `disconnected(close)`",
    Kind.STREAM: "`accepted()`, `disconnected(close)`",
    Kind.WEBSOCKET: "`disconnected(close)`",
}
_BESIDE: Final = "`self.background(work)` runs beside."
_MISSED: Final = "\n`missed(topic)` is told where messages of a topic may have been lost."
_ON_MESSAGE: Final = "The client sent something."


def received(handler: Handler) -> tuple[Reference, ...]:
    """The messages that a handler takes."""
    payload = handler.from_client
    return tuple(e.message for e in payload.received) if isinstance(payload, Messages) else ()


def method_names(handler: Handler) -> dict[Reference, str]:
    """The method of a listener for each message."""
    return {each: method(Name.of(each.name)) for each in received(handler)}


@dataclass(frozen=True, slots=True)
class HandlerClasses:
    """Writes the classes that an application sees."""

    api: Api
    handler: Handler
    file: File

    def name(self, kind: str) -> Code:
        """The class that is the handler's `Params`, `Socket`, `Handler` or `Endpoint`."""
        return identifier(f"{self.handler.name.pascal}{kind}")

    @property
    def _params(self) -> Code:
        return self.name("Params") if self.handler.parameters else Code("None")

    def params(self) -> ClassView | None:
        """The struct of parameters: a dataclass takes thirty times as long to be defined."""
        if not self.handler.parameters:
            return None
        bases = (self.file.imports.name("msgspec", "Struct"), "frozen=True", "kw_only=True")
        return ClassView(
            head=lay_out(Group(f"class {self._params}(", bases, "):")),
            doc=f"What the client gives with the opening request of `{self.handler.name.written}`.",
            body=tuple(self._parameter(index) for index in range(len(self.handler.parameters))),
        )

    def _parameter(self, index: int) -> Statement:
        each = self.handler.parameters[index]
        value: Node | None = None
        if each.has_default:
            value = Values(self.file).of(each.type, each.default)
        if value is not None and _is_made(value):
            field = self.file.imports.name("msgspec", "field")
            value = Group(f"{field}(", (factory(value),), ")")
        name = identifier(attribute(each.name))
        code = assign(name, value, parameter_type(each, self.file))
        return Statement(code=code, doc=described(each.doc, each.deprecated))

    def readers(self) -> tuple[Node, tuple[Code, ...]]:
        """The expression that reads all parameters, and the constants that it uses."""
        found = [(each, Readers(self.file).of(each)) for each in self.handler.parameters]
        items = (Pair(f"{identifier(attribute(e.name))}=", r.expression) for e, r in found)
        made = Group(f"{self._params}(", tuple(items), ")", exploded=len(found) > 1)
        return made, tuple(r.constant for _, r in found if r.constant is not None)

    def incoming(self) -> Node:
        """The type of what the client sends."""
        if isinstance(self.handler.from_client, Raw):
            return plain(self.handler.from_client.type, self.file)
        return self._union(received(self.handler))

    def outgoing(self) -> Node:
        """The type of what the server sends."""
        if isinstance(self.handler.from_server, Raw):
            return plain(self.handler.from_server.type, self.file)
        return self._union(self.api.sent_by(self.handler))

    def _union(self, references: tuple[Reference, ...]) -> Node:
        if not references:
            return self.file.imports.name("typing", "Never")
        names = tuple(map(self.file.named, references))
        return Chain(names)

    def socket(self) -> ClassView:
        """The socket, typed in both directions."""
        base = Group(
            f"{self.file.runtime('TypedSocket')}[", (self.incoming(), self.outgoing()), "]"
        )
        return ClassView(
            head=lay_out(Group(f"class {self.name('Socket')}(", (base,), "):")),
            doc=f"A connection to `{self.handler.name.written}`, typed in both directions.",
            body=tuple(Statement(code=each) for each in self._codecs()),
        )

    def _codecs(self) -> tuple[Code, ...]:
        wire = self.file.of("messages", "WIRE")
        codecs: list[Code] = []
        payload = self.handler.from_client
        if isinstance(payload, Raw):
            codecs.append(self._raw_codec("decoder", payload))
        elif payload is not None:
            names = tuple(map(self.file.named, received(self.handler)))
            requests = tuple(self.file.named(e.message) for e in payload.received if e.replies)
            asked = (Pair("requests=", tuple_of(requests)),) if requests else ()
            codecs.append(assign("decoder", Group(f"{wire}.decoder(", (*names, *asked), ")")))
        if isinstance(self.handler.from_server, Raw):
            codecs.append(self._raw_codec("encoder", self.handler.from_server))
        elif sent := tuple(map(self.file.named, self.api.sent_by(self.handler))):
            codecs.append(assign("encoder", Group(f"{wire}.encoder(", sent, ")")))
        return tuple(codecs)

    def _raw_codec(self, name: str, payload: Raw) -> Code:
        wire = self.file.of("messages", "WIRE")
        return assign(name, Group(f"{wire}.raw_{name}(", (plain(payload.type, self.file),), ")"))

    def base(self) -> ClassView:
        """The class that an application derives its handler from."""
        base = self.file.runtime(_BASES[self.handler.kind])
        types = (self.name("Socket"), self._params)
        bases = (Group(f"{base}[", types, "]"), self.file.imports.name("abc", "ABC"))
        paths = " or ".join(f"`{each}`" for each in self.handler.paths)
        about = described(self.handler.doc, self.handler.deprecated)
        instances = f"One instance per connection to {paths}."
        hooks = f"Optional: {_OPTIONAL[self.handler.kind]}; {_BESIDE}"
        if self.api.topics:
            hooks += _MISSED
        parts = (about, instances, hooks)
        return ClassView(
            head=lay_out(Group(f"class {self.name('Handler')}(", bases, "):")),
            doc="\n\n".join(each for each in parts if each),
            body=tuple(self._attributes()),
        )

    def _attributes(self) -> list[Statement]:
        found = [Statement(code=Code(f"socket: {self.name('Socket')}"))]
        if self.handler.parameters:
            found.append(Statement(code=Code(f"params: {self._params}")))
        if self.api.topics:
            topics = self.file.imports.name("..topics", "Topics")
            found.append(Statement(code=Code(f"topics: {topics}")))
        for each in self.api.dependencies:
            if each.name.written in self.handler.dependencies:
                name = identifier(argument(each.name))
                code = assign(name, None, provided_type(each.type, self.file))
                found.append(Statement(code=code, doc=described(each.doc)))
        return found

    def methods(self) -> tuple[MethodView, ...]:
        """The abstract methods: a stream's is no coroutine, since checkers take it for one."""
        return self._methods("def stream")

    def stubs(self) -> tuple[StubView, ...]:
        """The same methods as an application begins them."""
        override = Code(f"@{self.file.imports.name('typing_extensions', 'override')}")
        return tuple(
            StubView(override=override, head=each.head, yields=self.handler.kind is Kind.STREAM)
            for each in self._methods("async def stream", ellipsis="")
        )

    def _methods(self, stream: str, *, ellipsis: str = " ...") -> tuple[MethodView, ...]:
        """The methods; the line of one that has nothing else in it ends in `ellipsis`."""
        match self.handler.kind:
            case Kind.STREAM:
                iterator = self.file.imports.name("collections.abc", "AsyncIterator")
                result = Group(f"{iterator}[", (self.outgoing(),), "]", trailing=False)
                return (MethodView(head=signature(stream, ("self",), result), doc=_STREAM),)
            case Kind.WEBSOCKET:
                head = signature("async def handle", ("self",), Code("None"))
                return (MethodView(head=head, doc=_HANDLE),)
            case Kind.LISTENER:
                return self._listening(ellipsis)

    def _listening(self, ellipsis: str) -> tuple[MethodView, ...]:
        payload = self.handler.from_client
        if not isinstance(payload, Messages):
            head = self._method("on_message", self.incoming(), self._raw_answer())
            return (MethodView(head=head, doc=_ON_MESSAGE),)
        names = method_names(self.handler)
        found: list[MethodView] = []
        for each in payload.received:
            result = self._union(each.replies) if each.replies else Code("None")
            doc = described(self.file.symbols.declared[each.message].doc)
            name, message = names[each.message], self.file.named(each.message)
            head = self._method(name, message, result, body="" if doc else ellipsis)
            found.append(MethodView(head=head, doc=doc))
        return tuple(found)

    def _raw_answer(self) -> Node:
        """What the method for raw payloads returns; None sends nothing."""
        if not isinstance(self.handler.from_server, Raw) and not self.api.sent_by(self.handler):
            return Code("None")
        sent = self.outgoing()
        arms = sent.operands if isinstance(sent, Chain) else (sent,)
        return sent if sent == "object" or "None" in arms else Chain((*arms, Code("None")))

    @staticmethod
    def _method(name: str, message: Node, result: Node, *, body: str = "") -> Code:
        arguments = ("self", Pair("message: ", message), "/")
        return signature(f"async def {identifier(name)}", arguments, result, body=body)


def _is_made(value: Node) -> bool:
    """Whether a default is made for each instance: it is mutable, or linters think it may be."""
    made = isinstance(value, Group) and value.head.endswith("UUID(")
    return made or is_mutable(value) or value in {"[]", "{}"}


def tuple_of(items: tuple[Node, ...]) -> Node:
    """A tuple; one item needs its comma."""
    if len(items) == 1:
        return Code(f"({flat(items[0])},)")
    return Group("(", items, ")")
