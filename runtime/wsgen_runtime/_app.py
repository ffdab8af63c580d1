"""The ASGI application: routing, the lifespan, and the connections that are open."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias, TypedDict, cast

from typing_extensions import Unpack

from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime._ending import ExceptionHandlers, note
from wsgen_runtime._endpoint import Endpoint, Layer, Middleware, Settings
from wsgen_runtime._listeners import WebsocketListener
from wsgen_runtime._mount import absolute_url, local_path
from wsgen_runtime._options import Dependencies, GuardFunction, value_problems
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime._route import Route
from wsgen_runtime._route_handlers import BaseRouteHandler, Surroundings
from wsgen_runtime._router import Router
from wsgen_runtime._state import INITIAL
from wsgen_runtime._terms import NO_LIMITS, Limits, OnReject, Origins
from wsgen_runtime._watch import Observation
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.exceptions import ConfigurationError
from wsgen_runtime.observe import Observer

RouteHandler: TypeAlias = BaseRouteHandler | WebsocketListener
Lifespan: TypeAlias = Callable[[Any], AbstractAsyncContextManager[object]]
"""Around the life of an application, which it is given."""

_GRACE: Final = 10.0
"""Seconds that a connection has to take itself down after it was cancelled."""


class AppOptions(TypedDict, total=False):
    """What `create_app` takes besides what the schema names.

    Attributes:
        middleware: from ASGI application to ASGI application, the outer one first; it sees
            unmatched paths too.
        exception_handlers: by class of exception, after those of the handler.
        lifespan: a context manager around the application's life.
        origins: pages that may connect, instead of what the schema says.
        limits: bounds of a connection, instead of what the schema says.
        max_connections: how many at once; more are refused with 1013.
        mount_path: where a host mounts the application, if it hides that.
        handlers: hand-written ones beside the generated.
        http: an ASGI application for HTTP requests.
        observer: told of every connection and message, to count them.
        debug: let exceptions through to the server, and decode every outgoing message.
    """

    middleware: Sequence[Middleware]
    exception_handlers: ExceptionHandlers
    lifespan: Lifespan | None
    origins: Origins | None
    limits: Limits
    max_connections: int | None
    mount_path: str
    handlers: Sequence[RouteHandler]
    http: ASGIApp | None
    observer: Observer | None
    debug: bool


class WebSocketOptions(AppOptions, total=False):
    """What `WebSocketApp` takes.

    Attributes:
        dependencies: providers by name, for every handler.
        guards: run before the handlers' own.
        opt: anything, for guards and middleware.
        signature_namespace: names for annotations that modules lack at run time.
        websocket_class: what to make instead of a `WebSocket`.
        on_reject: how handlers refuse that do not say it themselves.
    """

    dependencies: Dependencies
    guards: Sequence[GuardFunction]
    opt: Mapping[str, Any]
    signature_namespace: Mapping[str, Any]
    websocket_class: type[WebSocket]
    on_reject: OnReject | None


class Application:
    """An ASGI application of generated and decorated handlers."""

    option_types: ClassVar[type] = WebSocketOptions

    def __init__(
        self,
        routes: Mapping[str, Route],
        endpoints: Sequence[Endpoint[Any]],
        /,
        **options: Unpack[WebSocketOptions],
    ) -> None:
        unknown = sorted(options.keys() - self.option_types.__annotations__.keys())
        if unknown:
            raise TypeError(f"unknown options: {', '.join(unknown)}")
        handlers = [_route_handler(each) for each in options.get("handlers", ())]
        problems = value_problems(cast("dict[str, object]", options))
        decorated = _endpoints(handlers, _surroundings(options), set(routes), problems)
        self._mount_path = options.get("mount_path", "")
        self._max_connections = options.get("max_connections")
        self._lifespan = options.get("lifespan")
        self._http = options.get("http")
        observer = options.get("observer")
        self._observation = None if observer is None else Observation(observer)
        self._closing = False
        self._open: dict[asyncio.Task[Any] | None, WebSocket] = {}
        self._routes = dict(routes) | {each.name: each.route for each in handlers}
        served = [
            *((routes[each.options.name], each) for each in endpoints),
            *decorated,
        ]
        if problems:
            every = [*routes.items(), *((each.name, each.route) for each in handlers)]
            raise ConfigurationError([*problems, *_route_problems(every)])
        settings = _settings(options)
        self._router: Router[_Served] = Router(
            [(route, self._served(endpoint, settings)) for route, endpoint in served],
            describe=lambda found: f"handler `{found.name}`",
        )
        self._asgi = _wrapped(self._dispatch, settings.layer.middleware)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, HTTP request or lifespan, as ASGI defines it."""
        kind = scope["type"]
        if kind == "websocket":
            await self._asgi(scope, receive, send)
        elif kind == "lifespan":
            await self._serve_lifespan(receive, send)
        elif kind == "http":
            await self._serve_http(scope, receive, send)
        else:
            raise ValueError(f"no ASGI scope of a type known here: {kind!r}")

    def url_for(self, name: str, connection: ASGIConnection, **params: object) -> str:
        """The URL of a handler, for the client of a connection; ws or wss as that one came.

        Raises:
            KeyError: no handler has this name.
            ValueError: a parameter is missing, unknown, or of another type.
        """
        return absolute_url(connection, self._routes[name].url(path=params), self._mount_path)

    @asynccontextmanager
    async def lifespan(self) -> AsyncGenerator[None]:
        """Around the application's life, for a host that forwards no lifespan to what it mounts.

        At the end every connection is closed, before what the connections use.
        """
        async with AsyncExitStack() as stack:
            if self._lifespan is not None:
                await stack.enter_async_context(self._lifespan(self))
            stack.push_async_callback(self.close)
            yield

    async def close(self) -> None:
        """Close every connection with 1012, and wait until all of them are taken down.

        What has not ended by itself within a connection's close_timeout is cancelled. Who comes
        meanwhile is refused.
        """
        current = asyncio.current_task()
        served = [*self._open.items()]
        self._closing = True
        try:
            await asyncio.gather(
                *(_end(None if task is current else task, socket) for task, socket in served)
            )
        finally:
            self._closing = False

    def _served(self, endpoint: Endpoint[Any], settings: Settings) -> _Served:
        endpoint.configure(settings)
        websocket_class = getattr(endpoint, "websocket_class", WebSocket)
        serve = partial(self._serve, endpoint, websocket_class)
        return _Served(endpoint.options.name, _wrapped(serve, endpoint.layer.middleware))

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The application for a path; it is for the caller to await, without a frame of ours."""
        found = self._router.match(local_path(scope, self._mount_path))
        if found is None:
            return self._refuse(WebSocket(scope, receive, send), "", 4404, "not found")
        served, scope["path_params"] = found
        scope["wsgen"] = self
        return served.app(scope, receive, send)

    async def _serve(
        self,
        endpoint: Endpoint[Any],
        websocket_class: type[WebSocket],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        socket = websocket_class(scope, receive, send)
        if self._closing:
            await self._refuse(socket, endpoint.options.name, 1012, "the server restarts")
            return
        limit = self._max_connections
        if limit is not None and len(self._open) >= limit:
            note(socket, endpoint.options.name, "refused a connection: %d are open", limit)
            await self._refuse(socket, endpoint.options.name, 1013, "too many connections")
            return
        link = socket.link
        if self._observation is not None:
            link.observe(self._observation, endpoint.options.name)
        task = link.inbox.task = asyncio.current_task()
        self._open[task] = socket
        try:
            await endpoint.serve(socket)
        finally:
            link.inbox.task = None  # who has its own task would be garbage with it
            del self._open[task], task
            if link.watch is not None:
                link.watch.ended(link.machine, accepted=link.accepted)

    async def _refuse(self, socket: WebSocket, handler: str, code: int, reason: str) -> None:
        """Refuse a connection that no handler gets to see."""
        link = socket.link
        if self._observation is not None:
            link.observe(self._observation, handler)
        await link.refuse(code, reason)
        if link.watch is not None:
            link.watch.ended(link.machine, accepted=False)

    async def _serve_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        started = False
        try:
            async with self.lifespan():
                await send({"type": "lifespan.startup.complete"})
                started = True
                await receive()
        except Exception as error:
            phase = "shutdown" if started else "startup"
            await send({"type": f"lifespan.{phase}.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._http is not None:
            await self._http(scope, receive, send)
            return
        known = self._router.match(local_path(scope, self._mount_path)) is not None
        status, body = (426, b"this is a WebSocket") if known else (404, b"not found")
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        if known:
            headers += [(b"upgrade", b"websocket"), (b"connection", b"upgrade")]
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})


class _Served(NamedTuple):
    """An endpoint within its middleware."""

    name: str
    app: ASGIApp


class WebSocketApp(Application):
    """An ASGI application of decorated handlers."""

    def __init__(
        self, route_handlers: Sequence[RouteHandler] = (), **options: Unpack[WebSocketOptions]
    ) -> None:
        """Serve handlers.

        Parameters:
            route_handlers: what the decorators made, and instances of `WebsocketListener`.

        Raises:
            ConfigurationError: with everything that cannot work.
        """
        options["handlers"] = [*route_handlers, *options.get("handlers", ())]
        super().__init__({}, [], **options)


class GeneratedApp(Application):
    """The base of the application class of a generated package."""

    option_types = AppOptions

    def __init__(
        self,
        routes: Mapping[str, Route],
        endpoints: Sequence[Endpoint[Any]],
        /,
        **options: Unpack[AppOptions],
    ) -> None:
        # Fewer options than those of the base: said here, where type checkers look.
        super().__init__(routes, endpoints, **cast("WebSocketOptions", options))


def _wrapped(app: ASGIApp, middleware: Sequence[Middleware]) -> ASGIApp:
    for each in reversed(middleware):
        app = each(app)
    return app


def _route_handler(handler: object) -> BaseRouteHandler:
    if isinstance(handler, WebsocketListener):
        return handler.route_handler()
    if isinstance(handler, BaseRouteHandler):
        return handler
    name = getattr(handler, "__qualname__", type(handler).__name__)
    raise ConfigurationError(
        [f"`{name}` is no handler: decorate it, or give an instance of a WebsocketListener"]
    )


def _surroundings(options: WebSocketOptions) -> Surroundings:
    return Surroundings(
        dependencies=options.get("dependencies", {}),
        guards=tuple(options.get("guards", ())),
        opt=options.get("opt", {}),
        signature_namespace=options.get("signature_namespace", {}),
        websocket_class=options.get("websocket_class", WebSocket),
    )


def _settings(options: WebSocketOptions) -> Settings:
    layer = Layer(
        middleware=tuple(options.get("middleware", ())),
        exception_handlers=options.get("exception_handlers", {}),
    )
    return Settings(
        layer=layer,
        origins=options.get("origins"),
        limits=options.get("limits", NO_LIMITS),
        on_reject=options.get("on_reject"),
        debug=options.get("debug", False),
    )


async def _end(task: asyncio.Task[Any] | None, socket: WebSocket) -> None:
    """Close a connection because the application ends, and see its task done if it has one."""
    link = socket.link
    seconds = link.terms.close_timeout
    began = time.monotonic()
    if link.machine.phase is not INITIAL:  # else its task has still to begin
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # an answer of the application may be under way
                await link.close(1012, "the server restarts")
    if task is None:
        return
    left = max(seconds - (time.monotonic() - began), 0)
    _, pending = await asyncio.wait((task,), timeout=left)
    if pending:
        task.cancel()
        _, pending = await asyncio.wait((task,), timeout=_GRACE)
    if pending:
        text = "does not end, though it was cancelled"
        note(socket, link.terms.handler, text, level=logging.ERROR)


def _route_problems(routes: Sequence[tuple[str, Route]]) -> tuple[str, ...]:
    """What is wrong with paths, where something else is wrong too."""
    readable = [(route, name) for name, route in routes if not route.problems]
    try:
        Router(readable, describe=lambda name: f"handler `{name}`")
    except ConfigurationError as error:
        return error.problems
    return ()


def _endpoints(
    handlers: Sequence[BaseRouteHandler],
    around: Surroundings,
    names: set[str],
    problems: list[str],
) -> list[tuple[Route, Endpoint[Any]]]:
    """An endpoint for each decorated handler that can work; what is wrong is added to `problems`.

    Parameters:
        names: those of generated handlers; the decorated ones' are added.
    """
    made: list[tuple[Route, Endpoint[Any]]] = []
    for handler in handlers:
        if handler.name in names:
            problems.append(f"two handlers are called `{handler.name}`: give one a name=…")
        names.add(handler.name)
        if handler.route.problems:
            problems += handler.route.problems
            continue
        try:
            made.append((handler.route, handler.endpoint(around)))
        except ConfigurationError as error:
            problems += error.problems
    return made
