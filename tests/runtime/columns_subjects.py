"""What is put on every column: one conduct, as a decorated and as a generated application.

A test overrides what a `Conduct` does; its `steps` say what ran, in order. Messages are the same
for every style: `say("x")` in, `said("x")` out.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from msgspec import Struct
from tests.runtime.notation import R, S
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    gen1,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import Message
from wsgen_runtime.exceptions import InvalidMessage

Kind: TypeAlias = Literal["listener", "stream", "websocket"]


class Say(Struct, frozen=True, kw_only=True, tag="say"):
    text: str


class Said(Struct, frozen=True, kw_only=True, tag="said"):
    text: str


WIRE = gen1.Wire(messages={"say": Say, "said": Said})


def say(text: str) -> Message:
    return R(f'{{"type":"say","text":"{text}"}}')


def said(text: str) -> S:
    return S(f'{{"type":"said","text":"{text}"}}')


class Peer(Protocol):
    """The client, as a `websocket` handler of either style sees it."""

    connection: WebSocket

    async def receive(self) -> str: ...
    async def send(self, text: str, /) -> None: ...
    def __aiter__(self) -> AsyncIterator[str]: ...


class Conduct:
    """What an application does.

    Attributes:
        steps: what has run.
        fails: what is raised at a step.
    """

    def __init__(self, **fails: Exception | None) -> None:
        self.steps: list[str] = []
        self.fails = fails
        self.beside_runs = 0

    def step(self, name: str) -> None:
        self.steps.append(name)
        error = self.fails.get(name.replace(" ", "_"))
        if error is not None:
            raise error

    # To be overridden

    async def guard(self, socket: WebSocket) -> None:
        """A guard."""

    async def provided(self, socket: WebSocket) -> None:
        """The inner provider, before it yields."""

    async def accepted(self, peer: Peer) -> None:
        """The hook after accept, where there is one."""

    async def heard(self, peer: Peer, text: str) -> str | None:
        """A listener's method."""
        return text

    async def talk(self, peer: Peer) -> None:
        """A `websocket` handler."""
        async for text in peer:
            await peer.send(text)

    async def items(self, peer: Peer) -> AsyncGenerator[str]:
        """A stream."""
        for text in ("0", "1"):
            yield text

    async def told(self) -> None:
        """The hook at the end, where there is one."""

    # What is the same for every style

    def outer(self, socket: WebSocket) -> Iterator[int]:
        try:
            self.step("outer in")
            yield 1
        finally:
            self.step("outer out")

    async def inner(self, socket: WebSocket, outer: int) -> AsyncIterator[int]:
        try:
            self.step("inner in")
            await self.provided(socket)
            yield 2
        finally:
            try:
                await asyncio.sleep(0)
            finally:  # a cancellation may come at this moment too
                self.step("inner out")

    async def opened(self, peer: Peer) -> None:
        self.step("accepted")
        await self.accepted(peer)

    async def beside(self) -> None:
        """Background work of a generated handler: it lasts as long as the connection."""
        try:
            self.beside_runs += 1
            await asyncio.Event().wait()
        finally:
            self.beside_runs -= 1
            assert not any(each.endswith(" out") for each in self.steps), "taken down too early"

    async def over(self) -> None:
        self.step("told")
        await self.told()
        await asyncio.sleep(0)

    def check(self) -> None:
        """Every teardown once, in reverse order, after the hook; the hook at most once."""
        made = [each[:-3] for each in self.steps if each.endswith(" in")]
        down = [each[:-4] for each in self.steps if each.endswith(" out")]
        assert down == made[::-1], self.steps
        assert self.steps.count("told") <= 1, self.steps
        assert self.beside_runs == 0, "background work goes on after the end"
        if "told" in self.steps and down:
            first = min(self.steps.index(f"{each} out") for each in down)
            assert self.steps.index("told") < first, self.steps


class PlainPeer:
    """A `WebSocket`, talked over in JSON."""

    def __init__(self, connection: WebSocket) -> None:
        self.connection = connection

    async def receive(self) -> str:
        return _text_of(await self.connection.receive_json())

    async def send(self, text: str, /) -> None:
        await self.connection.send_json(Said(text=text))

    async def __aiter__(self) -> AsyncIterator[str]:
        async for each in self.connection.iter_json():
            yield _text_of(each)


def _text_of(value: Any) -> str:
    match value:
        case {"type": "say", "text": str(text)}:
            return text
        case _:
            raise InvalidMessage("invalid_message", "not a message")


class Socket(gen1.TypedSocket[Say, Said]):
    decoder = WIRE.decoder(Say)
    encoder = WIRE.encoder(Said)


class TypedPeer:
    """A typed socket."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.connection = socket.connection

    async def receive(self) -> str:
        return (await self._socket.receive()).text

    async def send(self, text: str, /) -> None:
        await self._socket.send(Said(text=text))

    async def __aiter__(self) -> AsyncIterator[str]:
        async for message in self._socket:
            yield message.text


# Decorated


def decorated(kind: Kind, conduct: Conduct, /, **options: Any) -> WebSocketApp:
    """The conduct as a decorated handler at `/`; options of the application begin with `app_`."""
    app, own = _apart(options)
    own["dependencies"] = {"outer": conduct.outer, "inner": conduct.inner}
    own["guards"] = [conduct.guard]
    return WebSocketApp([_DECORATED[kind](conduct, own)], **app)


def _apart(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    app = {key.removeprefix("app_"): options[key] for key in options if key.startswith("app_")}
    return app, {key: options[key] for key in options if not key.startswith("app_")}


def _listener(conduct: Conduct, options: dict[str, Any]) -> Any:
    async def opened(socket: WebSocket) -> None:
        await conduct.opened(PlainPeer(socket))

    @websocket_listener("/", on_accept=opened, on_disconnect=conduct.over, **options)
    async def handler(socket: WebSocket, data: Say, inner: int) -> Said | None:
        text = await conduct.heard(PlainPeer(socket), data.text)
        return None if text is None else Said(text=text)

    return handler


def _stream(conduct: Conduct, options: dict[str, Any]) -> Any:
    @websocket_stream("/", **options)
    async def handler(socket: WebSocket, inner: int) -> AsyncIterator[Said]:
        async with aclosing(conduct.items(PlainPeer(socket))) as items:
            async for text in items:
                yield Said(text=text)

    return handler


def _websocket(conduct: Conduct, options: dict[str, Any]) -> Any:
    @websocket("/", **options)
    async def handler(socket: WebSocket, inner: int) -> None:
        await conduct.talk(PlainPeer(socket))

    return handler


_DECORATED: dict[Kind, Callable[[Conduct, dict[str, Any]], Any]] = {
    "listener": _listener,
    "stream": _stream,
    "websocket": _websocket,
}

# Generated, as wsgen would write it


class ListenerBase(gen1.ListenerHandler[Socket, None], ABC):
    @abstractmethod
    async def on_say(self, message: Say, /) -> Said | None: ...


class StreamBase(gen1.StreamHandler[Socket, None], ABC):
    """`kind: stream`."""


class WebSocketBase(gen1.WebSocketHandler[Socket, None], ABC):
    """`kind: websocket`."""


H = TypeVar("H", bound=gen1.Handler[Any, Any])


class _Opening(Generic[H]):
    """What the endpoints of the three kinds have in common."""

    handler: Callable[[], H]

    def provide(self, conduct: Conduct) -> None:
        self._outer: gen1.Provider[int] = gen1.Provider(conduct.outer)
        self._guard = gen1.Guard(conduct.guard)
        self._inner: gen1.Provider[int] = gen1.Provider(conduct.inner)

    async def open(self, handshake: gen1.Handshake, /) -> H:
        outer = await self._outer(handshake)
        await self._guard(handshake)
        await self._inner(handshake, outer=outer)
        handler = self.handler()
        handler.socket = Socket(handshake.socket)
        handler.params = None
        return handler


class _ListenerEndpoint(_Opening[ListenerBase], gen1.ListenerEndpoint[ListenerBase]):
    methods: ClassVar = {Say: "on_say"}


class _StreamEndpoint(_Opening[StreamBase], gen1.StreamEndpoint[StreamBase]):
    pass


class _WebSocketEndpoint(_Opening[WebSocketBase], gen1.WebSocketEndpoint[WebSocketBase]):
    pass


_LAYER = {"exception_handlers", "connection_lifespan", "cancel_on_disconnect", "middleware"}


def _hears(conduct: Conduct) -> type[ListenerBase]:
    class Hears(ListenerBase):
        @override
        async def accepted(self) -> None:
            self.background(conduct.beside())
            await asyncio.sleep(0)
            await conduct.opened(TypedPeer(self.socket))

        @override
        async def on_say(self, message: Say, /) -> Said | None:
            text = await conduct.heard(TypedPeer(self.socket), message.text)
            return None if text is None else Said(text=text)

        @override
        async def disconnected(self, close: gen1.Closed, /) -> None:
            await conduct.over()

    return Hears


def _streams(conduct: Conduct) -> type[StreamBase]:
    class Streams(StreamBase):
        @override
        async def accepted(self) -> None:
            self.background(conduct.beside())
            await asyncio.sleep(0)
            await conduct.opened(TypedPeer(self.socket))

        @override
        async def stream(self) -> AsyncIterator[Said]:
            async with aclosing(conduct.items(TypedPeer(self.socket))) as items:
                async for text in items:
                    yield Said(text=text)

        @override
        async def disconnected(self, close: gen1.Closed, /) -> None:
            await conduct.over()

    return Streams


def _talks(conduct: Conduct) -> type[WebSocketBase]:
    class Talks(WebSocketBase):
        @override
        async def handle(self) -> None:
            await conduct.talk(TypedPeer(self.socket))

        @override
        async def disconnected(self, close: gen1.Closed, /) -> None:
            await conduct.over()

    return Talks


_GENERATED: dict[Kind, tuple[Callable[[Conduct], type[Any]], type[Any]]] = {
    "listener": (_hears, _ListenerEndpoint),
    "stream": (_streams, _StreamEndpoint),
    "websocket": (_talks, _WebSocketEndpoint),
}


def generated(kind: Kind, conduct: Conduct, /, **options: Any) -> gen1.App:
    """The conduct as a generated handler at `/`."""
    app, own = _apart(options)
    make, endpoint_class = _GENERATED[kind]
    handler = make(conduct)
    for name in _LAYER & own.keys():
        setattr(handler, name, own.pop(name))
    endpoint = endpoint_class(handler)
    endpoint.provide(conduct)
    endpoint.options = gen1.Options(name="handler", **own)
    return gen1.App({"handler": gen1.Route("/")}, [endpoint], **app)


STYLES: dict[str, Callable[..., Any]] = {"decorated": decorated, "generated": generated}
