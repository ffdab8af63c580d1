"""wsgen and Litestar behind one interface: what a handler needs and the two spell differently."""

# Annotations are evaluated where handlers are defined, since both frameworks read them: no
# `from __future__ import annotations` in this folder's modules of cases.

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

import litestar
import litestar.di
import litestar.exceptions
import litestar.handlers
from litestar.handlers import send_websocket_stream as litestar_stream

import wsgen_runtime

Handler = Any
App = Any


class Framework(Protocol):
    """What cases are written against."""

    name: str
    WebSocket: type[Any]
    Closing: Any
    """Raised with `detail` and `code`, it closes the connection."""
    Disconnect: Any
    websocket: Callable[..., Any]
    listener: Callable[..., Any]
    stream: Callable[..., Any]

    def app(self, handlers: Sequence[Handler], **options: Any) -> App: ...
    def provide(self, function: Callable[..., Any]) -> Any: ...
    def guard(self, function: Callable[[Any, dict[str, Any]], None]) -> Any: ...
    def lifespan(self, manager: Callable[..., Any]) -> Any: ...
    def class_listener(self, path: str, base_methods: dict[str, Any]) -> Any: ...
    def items(self, socket: Any, mode: str = "text") -> AsyncIterator[Any]: ...
    async def send_stream(self, socket: Any, items: AsyncIterator[Any], **more: Any) -> None: ...


class Wsgen:
    """This library."""

    name = "wsgen"
    WebSocket = wsgen_runtime.WebSocket
    Closing: Any = wsgen_runtime.WebSocketException
    Disconnect: Any = wsgen_runtime.WebSocketDisconnect
    websocket = staticmethod(wsgen_runtime.websocket)
    listener = staticmethod(wsgen_runtime.websocket_listener)
    stream = staticmethod(wsgen_runtime.websocket_stream)

    def app(self, handlers: Sequence[Handler], **options: Any) -> App:
        return wsgen_runtime.WebSocketApp(handlers, **options)

    def provide(self, function: Callable[..., Any]) -> Any:
        return function

    def guard(self, function: Callable[[Any, dict[str, Any]], None]) -> Any:
        return function

    def lifespan(self, manager: Callable[..., Any]) -> Any:
        return [manager]

    def class_listener(self, path: str, base_methods: dict[str, Any]) -> Any:
        return type("Listener", (wsgen_runtime.WebsocketListener,), base_methods)(path)

    def items(self, socket: Any, mode: str = "text") -> AsyncIterator[Any]:
        found: AsyncIterator[Any] = socket.iter_text() if mode == "text" else socket.iter_bytes()
        return found

    async def send_stream(self, socket: Any, items: AsyncIterator[Any], **more: Any) -> None:
        await wsgen_runtime.send_websocket_stream(socket, items, **more)


class Litestar:
    """Litestar 2."""

    name = "litestar"
    WebSocket = litestar.WebSocket
    Closing: Any = litestar.exceptions.WebSocketException
    Disconnect: Any = litestar.exceptions.WebSocketDisconnect
    websocket = staticmethod(litestar.websocket)
    listener = staticmethod(litestar.handlers.websocket_listener)
    stream = staticmethod(litestar.handlers.websocket_stream)

    def app(self, handlers: Sequence[Handler], **options: Any) -> App:
        return litestar.Litestar(
            list(handlers), logging_config=None, openapi_config=None, **options
        )

    def provide(self, function: Callable[..., Any]) -> Any:
        return litestar.di.Provide(function)

    def guard(self, function: Callable[[Any, dict[str, Any]], None]) -> Any:
        return lambda connection, handler: function(connection, handler.opt)

    def lifespan(self, manager: Callable[..., Any]) -> Any:
        return manager

    def class_listener(self, path: str, base_methods: dict[str, Any]) -> Any:
        base = litestar.handlers.WebsocketListener
        return type("Listener", (base,), {"path": path, **base_methods})

    def items(self, socket: Any, mode: str = "text") -> AsyncIterator[Any]:
        found: AsyncIterator[Any] = socket.iter_data(mode)
        return found

    async def send_stream(self, socket: Any, items: Any, **more: Any) -> None:
        await litestar_stream(socket, items, warn_on_data_discard=False, **more)


WSGEN: Framework = Wsgen()
LITESTAR: Framework = Litestar()
