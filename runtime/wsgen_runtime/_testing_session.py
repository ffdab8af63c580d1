"""A client's end of a connection in a test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from wsgen_runtime import _json
from wsgen_runtime._asgi import ASGIApp, Message, Scope
from wsgen_runtime._codec import Decoder, RequestId
from wsgen_runtime._ending import Closed
from wsgen_runtime._tagged import AnyWire
from wsgen_runtime._terms import Mode
from wsgen_runtime._testing_exchange import Exchange
from wsgen_runtime.exceptions import InvalidMessage, WebSocketDisconnect, WrongFrame

if TYPE_CHECKING:
    import msgspec

T = TypeVar("T", bound="msgspec.Struct")


class Rejected(Exception):
    """The application did not accept the connection.

    Attributes:
        code: the close code, where it refused by closing; None where it answered by HTTP.
        reason: the close reason, or the body of the HTTP answer.
        status: the HTTP status, where it answered by HTTP.
    """

    def __init__(self, code: int | None, reason: str, status: int | None) -> None:
        how = f"HTTP status {status}" if code is None else f"close code {code}"
        super().__init__(f"rejected with {how}" + (f": {reason}" if reason else ""))
        self.code = code
        self.reason = reason
        self.status = status


class WebSocketTestSession:
    """A connection to the application under test; every wait ends after the client's timeout.

    Whatever waits raises what the application has raised, and `ProtocolMisuse` as soon as it
    breaks the order of events: a send before accept, after close or disconnect, two accepts.

    Attributes:
        accepted_subprotocol: the one that the application chose, or None.
        response_headers: headers of the accepted handshake, names in lower case.
        closed: how the application closed, as far as it was received; None while it did not.
        request_id: the id that came with the last message of `receive`.
    """

    def __init__(self, app: ASGIApp, scope: Scope, seconds: float, wire: AnyWire | None) -> None:
        self.accepted_subprotocol: str | None = None
        self.response_headers: Sequence[tuple[str, str]] = ()
        self.closed: Closed | None = None
        self.request_id: RequestId | None = None
        self._app = app
        self._scope = scope
        self._seconds = seconds
        self._wire = wire
        self._started: Exchange | None = None

    async def __aenter__(self) -> Self:
        """Open the connection.

        Raises:
            Rejected: the application refused it.
            TimeoutError: it did neither in time.
        """
        self._started = exchange = Exchange(self._app, self._scope, self._seconds)
        try:
            await self._open(exchange)
        except BaseException as error:
            await self._leave(error)
            raise
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Leave with 1000, wait for the application, and raise what it raised."""
        await self._leave(error)

    async def _open(self, exchange: Exchange) -> None:
        event = await exchange.next()
        match event:
            case {"type": "websocket.accept"}:
                self.accepted_subprotocol = event["subprotocol"]
                self.response_headers = [
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in event["headers"]
                ]
            case {"type": "websocket.http.response.start"}:
                body = b""
                more = True
                while more:
                    part = await exchange.next()
                    body += part.get("body", b"")
                    more = part.get("more_body", False)
                raise Rejected(None, body.decode("utf-8", "replace"), event["status"])
            case _:
                raise Rejected(event["code"], event["reason"], None)

    async def _leave(self, error: BaseException | None) -> None:
        """End it; an error of the test itself goes before those of the application."""
        self._exchange.leave(1000, "")
        try:
            await self._exchange.ended()
        except BaseException as another:
            if error is None or isinstance(error, Rejected):
                raise
            if another is not error:
                error.add_note(f"besides, the application: {another!r}")

    @property
    def _exchange(self) -> Exchange:
        if self._started is None:
            raise RuntimeError("use `async with client.connect(…) as session`")
        return self._started

    # Sending

    async def send_text(self, data: str) -> None:
        """Send a text frame."""
        self._exchange.feed({"type": "websocket.receive", "text": data})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        self._exchange.feed({"type": "websocket.receive", "bytes": data})

    async def send_json(self, data: object, mode: Mode = "text") -> None:
        """Send a value as JSON, in a frame of either kind."""
        encoded = _json.encode(data)
        await (self.send_text(encoded.decode()) if mode == "text" else self.send_bytes(encoded))

    async def send(
        self, message: msgspec.Struct, /, *, request_id: RequestId | None = None
    ) -> None:
        """Send a message of the package whose `WIRE` the client has, as request where it has an id.

        Raises:
            SerializationError: it is none of the package, or has no form on the wire.
        """
        event = self._known_wire.encoder().reply(message, request_id)
        self._exchange.feed({**event, "type": "websocket.receive"})

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Leave, as a client that closes with this code."""
        self._exchange.leave(code, reason)

    # Receiving

    async def receive_text(self) -> str:
        """The next message, which has to be text.

        Raises:
            WebSocketDisconnect: the application closed instead.
            AssertionError: it is binary.
            TimeoutError: nothing came.
        """
        text = (await self._frame()).get("text")
        if not isinstance(text, str):
            raise AssertionError("expected a text frame, and a binary one came")
        return text

    async def receive_bytes(self) -> bytes:
        """The next message, which has to be binary; raises like `receive_text`."""
        data = (await self._frame()).get("bytes")
        if not isinstance(data, bytes):
            raise AssertionError("expected a binary frame, and a text one came")
        return data

    async def receive_json(self, mode: Mode = "text") -> object:
        """The next message as plain values of JSON; raises like `receive_text`."""
        data = await (self.receive_text() if mode == "text" else self.receive_bytes())
        decoded: object = _json.decode(data)
        return decoded

    async def receive(self, message: type[T], /) -> T:
        """The next message, which has to be of this class of the package.

        Raises:
            WebSocketDisconnect: the application closed instead.
            AssertionError: it is another message, or none of the package.
            TimeoutError: nothing came.
        """
        decoder = self._decoder
        event = await self._frame()
        try:
            found = decoder.read(event)
        except (InvalidMessage, WrongFrame) as error:
            raise AssertionError(f"expected {message.__name__}, and {event!r} came") from error
        if not isinstance(found, message):
            raise AssertionError(f"expected {message.__name__}, and {found!r} came")
        self.request_id = decoder.request_id(event[decoder.key])
        return found

    async def receive_close(self) -> Closed:
        """How the application closes, which has to be next.

        Raises:
            AssertionError: a message came instead.
            TimeoutError: nothing came.
        """
        try:
            event = await self._frame()
        except WebSocketDisconnect:
            assert self.closed is not None
            return self.closed
        raise AssertionError(f"expected a close, and {event!r} came")

    async def _frame(self) -> Message:
        if self.closed is None:
            event = await self._exchange.next()
            if event["type"] == "websocket.send":
                return event
            self.closed = Closed(code=event["code"], reason=event["reason"], by="server")
        raise WebSocketDisconnect(self.closed.code, self.closed.reason, by="server")

    @cached_property
    def _decoder(self) -> Decoder:
        """Reads every message of the package, whichever way it goes."""
        wire = self._known_wire
        return wire.decoder(*wire.tags, requests=tuple(wire.tags))

    @property
    def _known_wire(self) -> AnyWire:
        if self._wire is None:
            raise TypeError("give the package's wire to the client: WebSocketTestClient(wire=WIRE)")
        return self._wire
