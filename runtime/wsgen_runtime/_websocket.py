"""The `WebSocket` that applications talk to: the API, over a `Link` that keeps the protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from wsgen_runtime import _json
from wsgen_runtime._asgi import Message, Receive, Scope, Send
from wsgen_runtime._link import Link
from wsgen_runtime._opening import HeaderSource, response_headers
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime._state import WebSocketState
from wsgen_runtime._terms import Mode
from wsgen_runtime.exceptions import (
    InvalidMessage,
    ProtocolMisuse,
    WebSocketDisconnect,
    WrongFrame,
)

if TYPE_CHECKING:
    from wsgen_runtime._topics.feed import Feed, Missed

_T = TypeVar("_T")


class WebSocket(ASGIConnection):
    """One connection, from the opening request to its end.

    Sending or receiving before `accept` accepts first. After the end every send and receive
    raises `WebSocketDisconnect`, and `close` does nothing.

    Attributes:
        link: the events of the connection.
        feed: what topics bring, if it is subscribed to any.
        missed: called where messages of a topic may be missing; None: that is logged.
        held: whether what topics bring has to wait.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap what an ASGI server hands over.

        Parameters:
            scope: the connection scope.
            receive: awaits the next event of the client.
            send: sends an event to the client.
        """
        self.scope = scope
        self.link = Link(scope, receive, send)
        self.feed: Feed | None = None
        self.missed: Missed | None = None
        self.held = False

    def release(self) -> None:
        """Send what topics have brought so far, and go on with it."""
        self.held = False
        if self.feed is not None:
            self.feed.begin()

    @property
    def connection_id(self) -> str:
        """A short name of this connection, unique in this process, for logs."""
        return self.link.id

    @property
    def connection_state(self) -> WebSocketState:
        """The state of our side."""
        return self.link.machine.connection_state

    @property
    def client_state(self) -> WebSocketState:
        """The state of the client's side."""
        return self.link.machine.client_state

    @property
    def close_code(self) -> int | None:
        """The close code of whoever ended the connection first; None while it lasts."""
        return self.link.machine.code

    @property
    def close_reason(self) -> str | None:
        """The reason that came with the close code; None while the connection lasts."""
        return self.link.machine.reason if self.link.over else None

    def url_for(self, name: str, **params: object) -> str:
        """The URL of a handler of the same application, as this client reaches it.

        Raises:
            KeyError: no handler has this name.
            ValueError: a parameter is missing, unknown, or of another type.
        """
        url: str = self.scope["wsgen"].url_for(name, self, **params)
        return url

    async def accept(
        self,
        subprotocols: str | Sequence[str] | None = None,
        headers: HeaderSource | None = None,
    ) -> None:
        """Accept the connection; a second time is a no-op.

        Parameters:
            subprotocols: one that the client offers, or several, of which the first that it
                offers is chosen; by default those of the handler's options.
            headers: further headers of the response. Some servers drop them.

        Raises:
            ValueError: a header cannot be sent, or the one subprotocol is not offered.
            WebSocketDisconnect: the client has left, or offers no subprotocol of ours.
        """
        await self.link.accept(subprotocols, response_headers(headers))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection, or refuse it where it was not accepted; later calls are no-ops.

        Parameters:
            code: a close code that may be sent: 1000-1003, 1007-1014, 3000-4999.
            reason: cut at 123 bytes of UTF-8; by default what is declared for the code.

        Raises:
            ValueError: the code may not be sent.
        """
        await self.link.close(code, reason)

    async def send_text(self, data: str) -> None:
        """Send a text frame.

        Raises:
            TypeError: it is not text.
            ValueError: it has a lone surrogate, which UTF-8 cannot carry.
            WebSocketDisconnect: the connection has ended.
        """
        # Servers differ in what they make of other types and of lone surrogates.
        if not isinstance(data, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"send_text takes str, not {type(data).__name__}")
        if not data.isascii():
            data.encode()
        await self.link.emit({"type": "websocket.send", "text": data})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame.

        Raises:
            TypeError: it is not bytes.
            WebSocketDisconnect: the connection has ended.
        """
        if not isinstance(data, (bytes, bytearray, memoryview)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"send_bytes takes bytes, not {type(data).__name__}")
        await self.link.emit({"type": "websocket.send", "bytes": bytes(data)})

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send a value as JSON: compact, keys in their order.

        Parameters:
            data: what JSON has a form for; structs, dataclasses, UUIDs, dates and the like too.
            mode: which kind of frame.

        Raises:
            SerializationError: JSON has no form for it; nothing was sent.
            WebSocketDisconnect: the connection has ended.
        """
        encoded = _json.encode(data)
        if mode == "text":
            await self.link.emit({"type": "websocket.send", "text": encoded.decode()})
        else:
            await self.link.emit({"type": "websocket.send", "bytes": encoded})

    async def receive_text(self) -> str:
        """The next message, which is text.

        Raises:
            WrongFrame: it is binary; uncaught it closes with 1003.
            WebSocketDisconnect: the connection has ended.
        """
        return str(await self._payload("text"))

    async def receive_bytes(self) -> bytes:
        """The next message, which is binary.

        Raises:
            WrongFrame: it is text; uncaught it closes with 1003.
            WebSocketDisconnect: the connection has ended.
        """
        return bytes(await self._payload("bytes"))

    async def receive_json(self, mode: Mode = "text") -> Any:
        """The next message as JSON; of duplicate keys the last wins.

        Parameters:
            mode: which kind of frame to expect.

        Raises:
            WrongFrame: the frame is of the other kind; uncaught it closes with 1003.
            InvalidMessage: it is not JSON; uncaught it closes with 1007.
            WebSocketDisconnect: the connection has ended.
        """
        data = await self._payload("text" if mode == "text" else "bytes")
        try:
            return _json.decode(data)
        except InvalidMessage as error:
            self.link.mistaken(error)
            raise

    async def _payload(self, kind: str) -> Any:
        data = (await self.link.frame()).get(kind)
        if data is None:
            expected = "text" if kind == "text" else "binary"
            raise self.link.mistaken(WrongFrame(f"expected a {expected} frame"))
        return data

    async def receive(self) -> Message:
        """The next raw ASGI event: `connect` where nobody accepted yet, `disconnect` at the end.

        Raises:
            WebSocketDisconnect: the connection had ended before.
        """
        return await self.link.take()

    async def send(self, message: Message) -> None:
        """Send a raw ASGI event; it takes the same way as the method for its type.

        Raises:
            ProtocolMisuse: the event is of no type that an application sends.
            WebSocketDisconnect: the connection has ended.
        """
        match message:
            case {"type": "websocket.send", "text": str(text)}:
                await self.send_text(text)
            case {"type": "websocket.send", "bytes": bytes(data)}:
                await self.send_bytes(data)
            case {"type": "websocket.accept"}:
                await self.accept(message.get("subprotocol"), message.get("headers"))
            case {"type": "websocket.close"}:
                await self.close(message.get("code", 1000), message.get("reason"))
            case _:
                raise ProtocolMisuse(f"not an event to send: {message.get('type')!r}")

    def iter_text(self) -> AsyncIterator[str]:
        """Text messages until the end."""
        return UntilTheEnd(self.receive_text)

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Binary messages until the end."""
        return UntilTheEnd(self.receive_bytes)

    def iter_json(self, mode: Mode = "text") -> AsyncIterator[Any]:
        """JSON messages until the end."""
        return UntilTheEnd(lambda: self.receive_json(mode))


class UntilTheEnd(AsyncIterator[_T]):
    """What is received, until the connection ends; whoever stops before leaves nothing behind."""

    __slots__ = ("_receive",)

    def __init__(self, receive: Callable[[], Awaitable[_T]]) -> None:
        self._receive = receive

    async def __anext__(self) -> _T:
        try:
            return await self._receive()
        except WebSocketDisconnect:
            raise StopAsyncIteration from None
