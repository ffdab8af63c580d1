"""The test client without `async`: the same code, in an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime._codec import RequestId
from wsgen_runtime._ending import Closed
from wsgen_runtime._tagged import AnyWire
from wsgen_runtime._terms import Mode
from wsgen_runtime._testing_client import WebSocketTestClient
from wsgen_runtime._testing_exchange import HeaderSource, Query
from wsgen_runtime._testing_session import WebSocketTestSession

if TYPE_CHECKING:
    import msgspec

R = TypeVar("R")
T = TypeVar("T", bound="msgspec.Struct")

_MARGIN: Final = 5.0
"""Seconds on top of the loop's own timeouts, which do nothing while the application blocks it."""


class LoopThread:
    """An event loop in a thread, for as long as a client lives."""

    def __init__(self, seconds: float) -> None:
        self._seconds = 4 * seconds + _MARGIN  # leaving waits for several things in turn
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._work, name="wsgen-test-client", daemon=True)
        self._thread.start()
        self._ready.wait()

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run something in the loop, and wait for it."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(self._seconds)

    def stop(self) -> None:
        """End the loop, and wait for its thread."""
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(self._seconds)

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()


class SyncWebSocketTestSession:
    """`WebSocketTestSession` without `async`: the same methods."""

    def __init__(self, session: WebSocketTestSession, loop: LoopThread) -> None:
        self._session = session
        self._loop = loop

    def __enter__(self) -> Self:
        """Open the connection; raises `Rejected` where the application refuses it."""
        self._loop.run(self._session.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave with 1000, wait for the application, and raise what it raised."""
        self._loop.run(self._session.__aexit__(kind, error, trace))

    @property
    def accepted_subprotocol(self) -> str | None:
        """The subprotocol that the application chose, or None."""
        return self._session.accepted_subprotocol

    @property
    def response_headers(self) -> Sequence[tuple[str, str]]:
        """Headers of the accepted handshake, names in lower case."""
        return self._session.response_headers

    @property
    def closed(self) -> Closed | None:
        """How the application closed, as far as it was received."""
        return self._session.closed

    @property
    def request_id(self) -> RequestId | None:
        """The id that came with the last message of `receive`."""
        return self._session.request_id

    def send_text(self, data: str) -> None:
        """Send a text frame."""
        self._loop.run(self._session.send_text(data))

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        self._loop.run(self._session.send_bytes(data))

    def send_json(self, data: object, mode: Mode = "text") -> None:
        """Send a value as JSON."""
        self._loop.run(self._session.send_json(data, mode))

    def send(self, message: msgspec.Struct, /, *, request_id: RequestId | None = None) -> None:
        """Send a message of the package."""
        self._loop.run(self._session.send(message, request_id=request_id))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Leave, as a client that closes with this code."""
        self._loop.run(self._session.close(code, reason))

    def receive_text(self) -> str:
        """The next message, which has to be text."""
        return self._loop.run(self._session.receive_text())

    def receive_bytes(self) -> bytes:
        """The next message, which has to be binary."""
        return self._loop.run(self._session.receive_bytes())

    def receive_json(self, mode: Mode = "text") -> object:
        """The next message as plain values of JSON."""
        return self._loop.run(self._session.receive_json(mode))

    def receive(self, message: type[T], /) -> T:
        """The next message, which has to be of this class of the package."""
        return self._loop.run(self._session.receive(message))

    def receive_close(self) -> Closed:
        """How the application closes, which has to be next."""
        return self._loop.run(self._session.receive_close())


class SyncWebSocketTestClient:
    """`WebSocketTestClient` without `async`, for tests that are plain functions.

    The application runs in an event loop in a thread of its own, lifespan and connections alike.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        wire: AnyWire | None = None,
        timeout: float = 5.0,
        denial: bool = True,
    ) -> None:
        """See `WebSocketTestClient`."""
        self._client = WebSocketTestClient(app, wire=wire, timeout=timeout, denial=denial)
        self._timeout = timeout
        self._loop: LoopThread | None = None

    def __enter__(self) -> Self:
        """Start the application."""
        self._loop = LoopThread(self._timeout)
        try:
            self._loop.run(self._client.__aenter__())
        except BaseException:
            self._loop.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Shut the application down."""
        loop = self._running
        try:
            loop.run(self._client.__aexit__(kind, error, trace))
        finally:
            loop.stop()

    def connect(
        self,
        path: str = "/",
        *,
        query: Query | None = None,
        headers: HeaderSource = (),
        subprotocols: Sequence[str] = (),
    ) -> SyncWebSocketTestSession:
        """A connection, to be opened by `with`; see `WebSocketTestClient.connect`."""
        session = self._client.connect(
            path, query=query, headers=headers, subprotocols=subprotocols
        )
        return SyncWebSocketTestSession(session, self._running)

    @property
    def _running(self) -> LoopThread:
        if self._loop is None:
            raise RuntimeError("use `with SyncWebSocketTestClient(app) as client`")
        return self._loop
