"""What generated handlers are made of: typed sockets, base classes, and their endpoints."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from typing_extensions import override

from wsgen_runtime._codec import NOTHING, Decoder, Encoder, SilentEncoder, VerifiedEncoder
from wsgen_runtime._conversation import Listening, Method, listen, pump
from wsgen_runtime._ending import Closed, ExceptionHandlers, report
from wsgen_runtime._endpoint import ConnectionLifespan, Endpoint, Layer, Middleware, Options
from wsgen_runtime._topics.feed import report_missed
from wsgen_runtime._websocket import UntilTheEnd, WebSocket
from wsgen_runtime.exceptions import (
    ConfigurationError,
    InvalidMessage,
    WebSocketDisconnect,
    WrongFrame,
)

if TYPE_CHECKING:
    from wsgen_runtime._topics.topic import AnyTopic

In = TypeVar("In", covariant=True)
Out = TypeVar("Out", contravariant=True)
S = TypeVar("S", bound="TypedSocket[Any, Any]")
P = TypeVar("P")
T = TypeVar("T")


class TypedSocket(Generic[In, Out]):
    """A connection, typed in both directions.

    Attributes:
        connection: the plain `WebSocket`, for what is not in the schema.
    """

    decoder: ClassVar[Decoder] = NOTHING
    encoder: ClassVar[Encoder] = SilentEncoder()

    def __init__(self, connection: WebSocket, /) -> None:
        self.connection = connection

    async def accept(
        self,
        subprotocols: str | Sequence[str] | None = None,
        headers: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """Accept the connection; the same as `WebSocket.accept`."""
        await self.connection.accept(subprotocols, headers)

    async def receive(self) -> In:
        """The next message of the client.

        Raises:
            InvalidMessage: it is not one that the schema knows; uncaught it closes with 1007.
            WrongFrame: it came in the other kind of frame; uncaught it closes with 1003.
            WebSocketDisconnect: the connection has ended.
        """
        link = self.connection.link
        event = await link.frame()
        try:
            return cast("In", self.decoder.read(event))
        except (InvalidMessage, WrongFrame) as error:
            link.mistaken(error)
            raise

    async def send(self, message: Out, /) -> None:
        """Send a message.

        Raises:
            SerializationError: it is not one that the schema lets the server send.
            WebSocketDisconnect: the connection has ended.
        """
        link = self.connection.link
        event = self.encoder.event(message)
        if link.terms.verify:
            self.encoder.verify(event)
        await link.emit(event)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection, by default with the reason that the schema declares."""
        await self.connection.link.close(code, reason)

    def __aiter__(self) -> AsyncIterator[In]:
        """Messages of the client until the connection ends."""
        return UntilTheEnd(self.receive)


class Handler(Generic[S, P]):
    """The base of all generated handlers: one instance for each connection.

    Attributes:
        socket: the connection; set, like all that the schema names, after construction.
        params: what the client gave with the opening request.
    """

    middleware: ClassVar[Sequence[Middleware]] = ()
    exception_handlers: ClassVar[ExceptionHandlers] = {}
    connection_lifespan: ClassVar[Sequence[ConnectionLifespan]] = ()
    opt: ClassVar[Mapping[str, object]] = {}

    socket: S
    params: P
    _tasks: set[asyncio.Task[Any]] | None = None

    async def disconnected(self, close: Closed, /) -> None:
        """The connection has ended; what was provided is still there."""

    async def missed(self, topic: AnyTopic, /) -> None:
        """Messages of a topic that the socket is subscribed to may have been lost before this.

        It is called in their place among the topic's messages; by itself it writes a log record.
        """
        report_missed(self.socket.connection, topic)

    def background(self, work: Coroutine[Any, Any, T], /) -> asyncio.Task[T]:
        """Do something beside the conversation; it is cancelled when the connection ends."""
        task = asyncio.create_task(work)
        if self._tasks is None:
            self._tasks = set()
        self._tasks.add(task)
        task.add_done_callback(self._settled)
        return task

    def _settled(self, task: asyncio.Task[Any]) -> None:
        if self._tasks is not None:
            self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            error = task.exception()
            if error is not None and not isinstance(error, WebSocketDisconnect):
                socket = self.socket.connection
                report(socket, socket.link.terms.handler, error, what="background work")

    def release(self) -> Awaitable[None] | None:
        """Cancel the background work, if there is any; called by the endpoint."""
        return self._cancelled() if self._tasks else None

    async def _cancelled(self) -> None:
        while self._tasks:  # one may start another while it is cancelled
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


class ListenerHandler(Handler[S, P]):
    """Has a method for each message of the client."""

    cancel_on_disconnect: ClassVar[bool] = False
    """Cancel a running method when the client leaves, instead of letting it end by itself."""

    async def accepted(self) -> None:
        """The connection was accepted; nothing was received yet."""


class StreamHandler(Handler[S, P], ABC):
    """Sends what its `stream` yields."""

    async def accepted(self) -> None:
        """The connection was accepted; nothing was sent yet."""

    @abstractmethod
    def stream(self) -> AsyncIterator[object]:
        """What to send."""


class WebSocketHandler(Handler[S, P], ABC):
    """Talks to the client as it likes."""

    @abstractmethod
    async def handle(self) -> None:
        """Talk; the connection closes when this returns."""


AnyHandler = TypeVar("AnyHandler", bound=Handler[Any, Any])
AnyListener = TypeVar("AnyListener", bound=ListenerHandler[Any, Any])
AnyStream = TypeVar("AnyStream", bound=StreamHandler[Any, Any])
AnySocket = TypeVar("AnySocket", bound=WebSocketHandler[Any, Any])


class HandlerEndpoint(Endpoint[AnyHandler], ABC):
    """Serves a generated handler.

    Raises:
        ConfigurationError: the class given is abstract, or a method of it is not what it has to
            be; the text lists them.
    """

    options: Options

    def __init__(self, handler: Callable[[], AnyHandler], /) -> None:
        problems = self.problems(handler)
        if problems:
            raise ConfigurationError(problems)
        self.handler = handler
        self.layer = Layer(
            middleware=getattr(handler, "middleware", ()),
            exception_handlers=getattr(handler, "exception_handlers", {}),
            connection_lifespan=getattr(handler, "connection_lifespan", ()),
            opt=getattr(handler, "opt", {}),
        )

    def problems(self, handler: Callable[[], AnyHandler]) -> list[str]:
        """What is wrong with a handler class; what a factory makes is not known yet."""
        if not callable(handler):
            return [f"`{self.options.name}` is served by a class or a function, not {handler!r}"]
        if not inspect.isclass(handler):
            return []
        missing = sorted(getattr(handler, "__abstractmethods__", ()))
        if missing:
            return [f"{handler.__name__} does not define {', '.join(missing)}"]
        return [
            f"{handler.__name__}.{name} is not `async def`"
            for name in self.coroutines()
            if not inspect.iscoroutinefunction(inspect.unwrap(getattr(handler, name)))
        ]

    def coroutines(self) -> Sequence[str]:
        """The methods that have to be `async def`."""
        return ("disconnected",)

    @override
    def ended(self, handler: AnyHandler, closed: Closed, /) -> Awaitable[None]:
        """Call the hook."""
        return handler.disconnected(closed)

    @override
    def release(self, handler: AnyHandler, /) -> Awaitable[None] | None:
        """Cancel the handler's background work."""
        handler.socket.connection.missed = None  # they would keep each other
        return handler.release()


class ListenerEndpoint(HandlerEndpoint[AnyListener], ABC):
    """Serves a listener.

    Attributes:
        methods: the handler's method for each message; raw payloads go to `on_message`.
    """

    methods: ClassVar[Mapping[type, str]] = {}

    @override
    def coroutines(self) -> Sequence[str]:
        return ("accepted", "disconnected", *(self.methods.values() or ("on_message",)))

    async def converse(self, socket: WebSocket, handler: AnyListener, /) -> None:
        """Accept, then handle messages until the end."""
        await _begin(socket, handler)
        await listen(socket.link, _Session(self, socket, handler))


class _Session(Listening, Generic[AnyListener]):
    """A listener's side of the loop."""

    __slots__ = ("_endpoint", "_socket")

    def __init__(
        self, endpoint: ListenerEndpoint[AnyListener], socket: WebSocket, handler: AnyListener
    ) -> None:
        typed: TypedSocket[Any, Any] = handler.socket
        self.decoder = typed.decoder
        verify = socket.link.terms.verify
        self.encoder = VerifiedEncoder(typed.encoder) if verify else typed.encoder
        self.on_invalid = endpoint.options.on_invalid
        self.cancel_on_disconnect = handler.cancel_on_disconnect
        self._endpoint = endpoint
        self._socket = socket
        self.methods = _Methods(endpoint.methods, handler)

    def recover(self, error: Exception, /) -> Awaitable[bool]:
        """Ask the exception handlers."""
        return self._endpoint.handled(self._socket, error)


class _Methods(dict[type, Method]):
    """What a connection's handler does with a message of a class, looked up when one comes."""

    __slots__ = ("_handler", "_names")

    def __init__(self, names: Mapping[type, str], handler: object) -> None:
        self._names = names
        self._handler = handler

    def __missing__(self, message: type) -> Method:
        method: Method = getattr(self._handler, self._names.get(message, "on_message"))
        self[message] = method
        return method


class StreamEndpoint(HandlerEndpoint[AnyStream], ABC):
    """Serves a stream."""

    async def converse(self, socket: WebSocket, handler: AnyStream, /) -> None:
        """Accept, then send what the handler yields, and close."""
        await _begin(socket, handler)
        encoder: Encoder = handler.socket.encoder
        if socket.link.terms.verify:
            encoder = VerifiedEncoder(encoder)
        await pump(socket.link, handler.stream(), encoder.event)


class WebSocketEndpoint(HandlerEndpoint[AnySocket], ABC):
    """Serves a handler that talks as it likes."""

    async def converse(self, socket: WebSocket, handler: AnySocket, /) -> None:
        """Let the handler talk."""
        socket.missed = handler.missed
        await handler.handle()


async def _begin(
    socket: WebSocket, handler: ListenerHandler[Any, Any] | StreamHandler[Any, Any]
) -> None:
    """Accept; what topics bring waits until the handler has said what it says first."""
    socket.missed = handler.missed
    socket.held = True
    await socket.link.accept()
    await handler.accepted()
    socket.release()
