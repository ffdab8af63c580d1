"""The life of a connection: admission, providers, conversation, end. The same for every handler."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Generic, TypeAlias, TypeVar

from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime._ending import (
    Closed,
    ExceptionHandlers,
    find_handler,
    note,
    report,
    unwrapped,
    verdict,
)
from wsgen_runtime._origin import admits
from wsgen_runtime._providers import Guard, Handshake, Provider
from wsgen_runtime._state import CONNECTING, INITIAL, OPEN
from wsgen_runtime._terms import (
    DEFAULT_MAX_MESSAGE,
    DEFAULT_TIMEOUT,
    NO_LIMITS,
    Limits,
    OnInvalid,
    OnReject,
    Origins,
    Terms,
)
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.exceptions import ProtocolMisuse, WebSocketDisconnect, WebSocketException

H = TypeVar("H")
Middleware: TypeAlias = Callable[[ASGIApp], ASGIApp]
ConnectionLifespan: TypeAlias = Callable[..., AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is fixed for a handler by its schema or decorator.

    Attributes:
        name: for logs and `url_for`.
        close_codes: exception classes of the declared codes, with reason and HTTP status.
    """

    name: str
    origins: Origins | None = None
    subprotocols: Sequence[str] = ()
    close_codes: Sequence[type[WebSocketException]] = ()
    limits: Limits = NO_LIMITS
    on_invalid: OnInvalid = "close"
    on_reject: OnReject | None = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What an application gives for itself or for one handler."""

    middleware: Sequence[Middleware] = ()
    exception_handlers: ExceptionHandlers = field(default_factory=dict[type[Exception], Any])
    connection_lifespan: Sequence[ConnectionLifespan] = ()
    opt: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an application says for all of its handlers."""

    layer: Layer = field(default_factory=Layer)
    origins: Origins | None = None
    limits: Limits = NO_LIMITS
    on_reject: OnReject | None = None
    debug: bool = False


class Endpoint(ABC, Generic[H]):
    """Serves the connections of one handler.

    A subclass makes a session for each connection (`open`), talks (`converse`), and is told of
    the end (`ended`). Everything else is here: who is admitted, what exceptions mean, in which
    order a connection is taken down.
    """

    options: Options
    layer: Layer
    app_wins: bool = True
    """Whether the application's origins and limits go before the handler's own."""

    def configure(self, settings: Settings) -> None:
        """Take over what the application says; called once, before the first connection."""
        options = self.options
        limits = (
            settings.limits.over(options.limits)
            if self.app_wins
            else options.limits.over(settings.limits)
        )
        first, second = (
            (settings.origins, options.origins)
            if self.app_wins
            else (options.origins, settings.origins)
        )
        chosen = first if first is not None else second
        self._admits = admits("same" if chosen is None else chosen)  # [] admits no page
        self._layers = (self.layer.exception_handlers, settings.layer.exception_handlers)
        self._debug = settings.debug
        self._waits = self.waits
        self._terms = Terms(
            handler=options.name,
            on_reject=options.on_reject or settings.on_reject or "deny",
            subprotocols=tuple(options.subprotocols),
            statuses={each.code: each.status for each in options.close_codes if each.status},
            reasons={each.code: each.detail for each in options.close_codes},
            max_message=limits.max_message or DEFAULT_MAX_MESSAGE,
            rate=limits.rate,
            idle_timeout=limits.idle_timeout,
            handshake_timeout=limits.handshake_timeout or DEFAULT_TIMEOUT,
            close_timeout=limits.close_timeout or DEFAULT_TIMEOUT,
            verify=settings.debug,
        )

    @property
    def waits(self) -> bool:
        """Whether opening a connection may take time; only then there is a timer for it."""
        return any(
            isinstance(each, (Provider, Guard)) and each.waits for each in vars(self).values()
        )

    @abstractmethod
    async def open(self, handshake: Handshake, /) -> H:
        """Guards, parameters and providers in order; then a handler, ready to talk."""

    @abstractmethod
    async def converse(self, socket: WebSocket, handler: H, /) -> None:
        """Talk until there is nothing more to say."""

    def ended(self, handler: H, closed: Closed, /) -> Awaitable[None] | None:
        """Tell the handler how its connection ended; called once for each that was accepted."""

    def release(self, handler: H, /) -> Awaitable[None] | None:
        """Take down what the handler itself has started, if it has started anything."""

    async def serve(self, socket: WebSocket) -> None:
        """Everything from the opening request to the last teardown."""
        link = socket.link
        link.bind(self._terms)
        handshake = Handshake(socket, self.options.name)
        handler: H | None = None
        error: BaseException | None = None
        surprise: BaseException | None = None
        try:
            if link.machine.phase is INITIAL:
                await link.connected()
            if not self._admits(socket):
                await self._refuse_origin(socket)
                return
            opened = self._opened if self._waits else self.open
            handler = await opened(handshake)
            conversed = self._conversed if self.layer.connection_lifespan else self.converse
            await conversed(socket, handler)
            if not link.over:
                await self._returned(socket)
        except BaseException as raised:  # also cancellation: it is raised again
            error = unwrapped(raised)
            try:
                surprise = await self._failed(socket, error)
            except asyncio.CancelledError as late:  # while an exception handler ran
                error = surprise = late
                await self._failed(socket, late)
        finally:
            await self._taken_down(handshake, handler, error)
            error = None  # its traceback has this frame: without this both would be garbage
        if surprise is not None and (self._debug or not isinstance(surprise, Exception)):
            try:
                raise surprise
            finally:
                surprise = None
        surprise = None

    async def _refuse_origin(self, socket: WebSocket) -> None:
        note(
            socket,
            self.options.name,
            "refused the origin %r: allow it with origins=… in the schema or create_app",
            socket.headers.get("origin"),
        )
        await socket.link.refuse(1008, "", status=403, never_accept=True)

    async def _opened(self, handshake: Handshake) -> H:
        timer = asyncio.timeout(self._terms.handshake_timeout)
        try:
            async with timer:
                return await self.open(handshake)
        except TimeoutError:
            if not timer.expired():
                raise
            late = TimeoutError("had to wait too long for guards and providers")
            self._complain(handshake.socket, late)
            raise WebSocketException("not ready in time", code=1013) from None

    async def _conversed(self, socket: WebSocket, handler: H) -> None:
        async with AsyncExitStack() as stack:
            for lifespan in self.layer.connection_lifespan:
                await stack.enter_async_context(self.enter(lifespan, socket, handler))
            await self.converse(socket, handler)
            if socket.link.over:
                raise socket.link.ended()  # so that a lifespan sees how it ended

    def enter(
        self, lifespan: ConnectionLifespan, socket: WebSocket, handler: H
    ) -> AbstractAsyncContextManager[Any]:
        """Call a connection lifespan; it is given the socket."""
        del handler
        return lifespan(socket)

    async def _returned(self, socket: WebSocket) -> None:
        """The handler is done: close what is open; refuse what was never accepted."""
        phase = socket.link.machine.phase
        if phase is CONNECTING:
            self._complain(socket, ProtocolMisuse("returned without accept() or close()"))
            await socket.link.refuse(1011, "")
        elif phase is OPEN:
            await socket.link.close(1000, "")

    def _complain(self, socket: WebSocket, error: Exception) -> None:
        """A failure for which there is no traceback."""
        note(socket, self.options.name, str(error), level=logging.ERROR)
        if socket.link.watch is not None:
            socket.link.watch.failed(error)

    async def _failed(self, socket: WebSocket, error: BaseException) -> BaseException | None:
        """End the connection as an exception says; one that nobody expected is returned."""
        link = socket.link
        if isinstance(error, asyncio.CancelledError):
            if link.machine.phase is not INITIAL:  # else nobody has asked for anything
                await _finish(socket, link.close(1012, "the server restarts"))
            return error
        if link.over and isinstance(error, WebSocketDisconnect):
            return None
        try:
            handled = isinstance(error, Exception) and await self.handled(socket, error)
        except Exception as another:  # an exception handler that raises decides anew
            handled = False
            if not (link.over and isinstance(another, WebSocketDisconnect)):
                error = unwrapped(another)
        if handled:
            await self._returned(socket)
            return None
        outcome = verdict(error)
        unexpected = outcome.unexpected or link.over
        if unexpected:
            report(socket, self.options.name, error)
        if link.machine.phase is OPEN:
            await link.close(outcome.code, outcome.reason)
        elif not link.over:
            await link.refuse(outcome.code, outcome.reason, status=outcome.status)
        return error if unexpected else None

    async def handled(self, socket: WebSocket, error: Exception) -> bool:
        """Whether an exception handler took the exception; what it raises itself passes.

        What one has raised is not for another to judge: a listener asks here, and so does the end.
        """
        function = find_handler(self._layers, error)
        if function is None or socket.link.decided is error:
            return False
        try:
            result = function(socket, error)
            if isawaitable(result):
                await result
        except Exception as another:
            socket.link.decided = another
            raise
        return True

    async def _taken_down(
        self, handshake: Handshake, handler: H | None, error: BaseException | None
    ) -> None:
        """Hook, background work, dependencies: each runs, also where the task is cancelled."""
        socket = handshake.socket
        link = socket.link
        if isinstance(error, WebSocketDisconnect):
            error = None  # who leaves is no error
        try:
            if link.deciding:  # servers hang up when we return: a close is to be sent before
                await link.settled()
        finally:
            try:
                if socket.feed is not None:
                    await socket.feed.end()
                if handler is not None and link.accepted:
                    await self._told(socket, handler, error)
            finally:
                try:
                    work = None if handler is None else self.release(handler)
                    if work is not None:
                        await work
                finally:
                    try:
                        if link.inbox.pending is not None:
                            await link.inbox.leave()
                    finally:
                        await handshake.finish(error)

    async def _told(self, socket: WebSocket, handler: H, error: BaseException | None) -> None:
        machine = socket.link.machine
        closed = Closed(
            code=machine.code or 1006,
            reason=machine.reason,
            by=machine.by or "client",
            error=error,
        )
        try:
            work = self.ended(handler, closed)
            if work is not None:
                await work
        except Exception as failure:
            report(socket, self.options.name, failure, what="hook at the end")


async def _finish(socket: WebSocket, work: Awaitable[None]) -> None:
    """Do something to the end in a task that is being cancelled."""
    try:
        await work
    except asyncio.CancelledError:
        note(socket, socket.link.terms.handler, "cancelled again while closing")
