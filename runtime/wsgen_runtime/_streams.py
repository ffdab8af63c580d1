"""Decorated streams, and sending a stream over a socket that is at hand."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from typing import Any, ClassVar, cast, get_origin

from typing_extensions import Unpack, override

from wsgen_runtime._conversation import pump
from wsgen_runtime._endpoint import Endpoint
from wsgen_runtime._injection import Injector, Values
from wsgen_runtime._listeners import ValueEncoder
from wsgen_runtime._options import EveryOption, StreamOptions
from wsgen_runtime._route_handlers import (
    FunctionEndpoint,
    Surroundings,
    WebsocketRouteHandler,
)
from wsgen_runtime._signature import Function
from wsgen_runtime._terms import Mode
from wsgen_runtime._websocket import WebSocket

_STREAMS = (AsyncIterator, AsyncIterable, AsyncGenerator)


class WebsocketStreamRouteHandler(WebsocketRouteHandler):
    """A handler that accepts, and sends what an async generator yields."""

    option_types: ClassVar[type] = StreamOptions

    def __init__(
        self,
        fn: Function,
        *,
        path: str | Sequence[str] | None = None,
        **kwargs: Unpack[StreamOptions],
    ) -> None:
        self._take(fn, path, cast("EveryOption", kwargs))

    @override
    def endpoint(self, around: Surroundings) -> Endpoint[Any]:
        """An endpoint that sends what the function yields."""
        return StreamFunctionEndpoint(self, around)

    @override
    def check(self, problems: list[str]) -> None:
        """An async generator is checked with its annotation, in `prepare`."""


class StreamFunctionEndpoint(FunctionEndpoint):
    """Serves a decorated stream."""

    @override
    def prepare(self, injector: Injector) -> None:
        """Plan the call; the function is an async generator, or says that it returns one."""
        signature = injector.signature(self.handler.fn)
        self.main = injector.call(signature)
        returned = signature.annotations["return"]
        says_so = (get_origin(returned) or returned) in _STREAMS
        function = inspect.unwrap(self.handler.fn)
        if not inspect.isasyncgenfunction(function) and (
            inspect.iscoroutinefunction(function) or not says_so
        ):
            injector.problems.append(f"{injector.where}: a stream is an async generator function")
        self._encoder = ValueEncoder(self.handler.options.get("mode", "text"))
        self._listens = self.handler.options.get("listen_for_disconnect", True)

    @override
    async def converse(self, socket: WebSocket, handler: Values, /) -> None:
        """Accept, then send what the function yields, and close."""
        await socket.link.ready()
        args, given = self.main.arguments(socket, handler)
        items = self.main.function(*args, **given)
        await pump(
            socket.link,
            cast("AsyncIterator[Any]", items.__aiter__()),
            self._encoder.event,
            listen_for_disconnect=self._listens,
        )


async def send_websocket_stream(
    websocket: WebSocket,
    stream: AsyncIterator[str | bytes | dict[str, Any]],
    *,
    mode: Mode = "text",
    close: bool = False,
    listen_for_disconnect: bool = False,
) -> None:
    """Send what an async iterator yields; accepts first where nobody has.

    Parameters:
        stream: `str` and `bytes` are sent as they are, other values as JSON.
        mode: which frames carry what is not `bytes`.
        close: close the connection afterwards.
        listen_for_disconnect: notice at once when the client leaves, and drop what it sends.

    Raises:
        WebSocketDisconnect: the connection ended before the stream did; the stream is closed.
    """
    encoder = ValueEncoder(mode)
    await pump(websocket.link, stream, encoder.event, listen_for_disconnect=listen_for_disconnect)
    if close:
        await websocket.close()
