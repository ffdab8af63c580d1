"""The decorators: a function becomes a handler of its paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from typing_extensions import Unpack

from wsgen_runtime._ending import ExceptionHandlers
from wsgen_runtime._endpoint import ConnectionLifespan, Middleware
from wsgen_runtime._listeners import WebsocketListenerRouteHandler
from wsgen_runtime._options import (
    AnyCallable,
    Dependencies,
    GuardFunction,
    ListenerOptions,
    StreamOptions,
)
from wsgen_runtime._route_handlers import WebsocketRouteHandler
from wsgen_runtime._streams import WebsocketStreamRouteHandler
from wsgen_runtime._terms import Limits, OnReject, Origins
from wsgen_runtime._websocket import WebSocket


def websocket(
    path: str | Sequence[str] | None = None,
    *,
    dependencies: Dependencies | None = None,
    exception_handlers: ExceptionHandlers | None = None,
    guards: Sequence[GuardFunction] | None = None,
    middleware: Sequence[Middleware] | None = None,
    name: str | None = None,
    opt: dict[str, Any] | None = None,
    signature_namespace: dict[str, Any] | None = None,
    websocket_class: type[WebSocket] | None = None,
    connection_lifespan: Sequence[ConnectionLifespan] | None = None,
    origins: Origins | None = None,
    subprotocols: Sequence[str] = (),
    limits: Limits | None = None,
    on_reject: OnReject | None = None,
) -> Callable[[AnyCallable], WebsocketRouteHandler]:
    """Make a handler that talks to the client as it likes.

    Parameters:
        path: the path, such as `/rooms/{room_id:int}/ws`, or several with the same parameters.
        dependencies: providers by name; an inner layer's go before an outer one's.
        exception_handlers: by class of exception.
        guards: run before everything else of the handler; they raise to refuse.
        middleware: from ASGI application to ASGI application, the outer one first.
        name: for `url_for` and logs; the function's by default.
        opt: anything, for guards and middleware.
        signature_namespace: names for annotations that the function's module lacks at run time.
        websocket_class: what to make instead of a `WebSocket`.
        connection_lifespan: context managers around the conversation, entered in order.
        origins: pages that may connect: `same` (default), `any`, or a list of origins.
        subprotocols: ours, the preferred one first.
        limits: bounds of a connection.
        on_reject: `deny` by HTTP (default), or accept and `close`, so that a browser sees the code.

    Returns:
        What turns an `async def` function into a handler.
    """

    def decorate(fn: AnyCallable) -> WebsocketRouteHandler:
        return WebsocketRouteHandler(
            fn,
            path=path,
            dependencies=dependencies,
            exception_handlers=exception_handlers,
            guards=guards,
            middleware=middleware,
            name=name,
            opt=opt,
            signature_namespace=signature_namespace,
            websocket_class=websocket_class,
            connection_lifespan=connection_lifespan,
            origins=origins,
            subprotocols=subprotocols,
            limits=limits,
            on_reject=on_reject,
        )

    return decorate


def websocket_listener(
    path: str | Sequence[str] | None = None,
    **kwargs: Unpack[ListenerOptions],
) -> Callable[[AnyCallable], WebsocketListenerRouteHandler]:
    """Make a handler that accepts by itself and is called for each message.

    The function takes `data`: `str` or `bytes` as it came, any other type decoded from JSON and
    validated. What it returns is sent, unless it is None.

    Parameters:
        path: the path, or several with the same parameters.
        kwargs: see `HandlerOptions` and `ListenerOptions`.
    """

    def decorate(fn: AnyCallable) -> WebsocketListenerRouteHandler:
        return WebsocketListenerRouteHandler(fn, path=path, **kwargs)

    return decorate


def websocket_stream(
    path: str | Sequence[str] | None = None,
    **kwargs: Unpack[StreamOptions],
) -> Callable[[AnyCallable], WebsocketRouteHandler]:
    """Make a handler that accepts by itself and sends what an async generator yields.

    Parameters:
        path: the path, or several with the same parameters.
        kwargs: see `HandlerOptions` and `StreamOptions`.
    """

    def decorate(fn: AnyCallable) -> WebsocketRouteHandler:
        return WebsocketStreamRouteHandler(fn, path=path, **kwargs)

    return decorate
