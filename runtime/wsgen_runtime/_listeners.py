"""Decorated listeners: a function, or the methods of a class, called for each message."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Awaitable, Sequence
from typing import Any, ClassVar, Final

from typing_extensions import Unpack

from wsgen_runtime import _json
from wsgen_runtime._codec import Data, Decoder, Encoder, Key, typed_decoder
from wsgen_runtime._conversation import listen
from wsgen_runtime._ending import Closed
from wsgen_runtime._endpoint import ConnectionLifespan, Endpoint
from wsgen_runtime._injection import Call, Injector, Values
from wsgen_runtime._options import HandlerOptions, ListenerOptions
from wsgen_runtime._route_handlers import FunctionEndpoint, Surroundings, WebsocketRouteHandler
from wsgen_runtime._signature import NOTHING, UNKNOWN, Function
from wsgen_runtime._terms import Mode, OnInvalid
from wsgen_runtime._websocket import WebSocket

_DATA: Final = "data"
_OWN: Final = frozenset(ListenerOptions.__annotations__.keys() - HandlerOptions.__annotations__.keys())


class WebsocketListenerRouteHandler(WebsocketRouteHandler):
    """A handler that accepts, and is called for each message."""

    option_types: ClassVar[type] = ListenerOptions

    def __init__(
        self,
        fn: Function,
        *,
        path: str | Sequence[str] | None = None,
        connection_lifespan: Sequence[ConnectionLifespan] | None = None,
        **kwargs: Unpack[ListenerOptions],
    ) -> None:
        self.listening: ListenerOptions = kwargs
        super().__init__(
            fn, path=path, connection_lifespan=connection_lifespan, **kwargs
        )

    def endpoint(self, around: Surroundings) -> Endpoint[Any]:
        """An endpoint that calls the function for each message."""
        return ListenerFunctionEndpoint(self, around)

    def check(self, problems: list[str]) -> None:
        """Add what is wrong with the function itself."""
        if _DATA not in inspect.signature(self.fn).parameters:
            problems.append(f"{self.name}: a listener has a parameter `data`")

    def instance(self) -> tuple[Function, Function | None, Function | None]:
        """The functions for one connection: message, accepted, disconnected."""
        return self.fn, self.listening.get("on_accept"), self.listening.get("on_disconnect")


class WebsocketListener:
    """A listener as a class: subclass it with `on_receive`, register an instance.

    The instance is a template: each connection has a copy of its own. `on_receive` takes `data`,
    and like `on_accept` and `on_disconnect` whatever else it asks for.
    """

    def __init__(
        self,
        path: str,
        *,
        connection_lifespan: Sequence[ConnectionLifespan] | None = None,
        **kwargs: Unpack[ListenerOptions],
    ) -> None:
        self.path = path
        self.connection_lifespan = connection_lifespan
        self.options = kwargs

    def on_receive(self, *args: Any, **kwargs: Any) -> Any:
        """Handle a message; define it with the parameters that it needs."""
        raise NotImplementedError(f"{type(self).__name__} does not define on_receive")

    def route_handler(self) -> WebsocketListenerRouteHandler:
        """The handler that calls this class's methods."""
        return _ClassListenerRouteHandler(self)


class _ClassListenerRouteHandler(WebsocketListenerRouteHandler):
    def __init__(self, template: WebsocketListener) -> None:
        self._template = template
        options: ListenerOptions = {**template.options}
        options.setdefault("name", type(template).__name__)
        super().__init__(
            template.on_receive,
            path=template.path,
            connection_lifespan=template.connection_lifespan,
            **options,
        )

    def instance(self) -> tuple[Function, Function | None, Function | None]:
        own = copy.copy(self._template)
        accept = getattr(own, "on_accept", None) or self.listening.get("on_accept")
        disconnect = getattr(own, "on_disconnect", None) or self.listening.get("on_disconnect")
        return own.on_receive, accept, disconnect


class ValueEncoder(Encoder):
    """Writes what a decorated function gives: `str` and `bytes` as they are, the rest as JSON."""

    def __init__(self, mode: Mode) -> None:
        super().__init__("json", "text" if mode == "text" else "bytes")

    def event(self, value: object) -> dict[str, Any]:
        """A value as a `websocket.send` event."""
        if isinstance(value, (bytes, bytearray, memoryview)):
            return {"type": "websocket.send", "bytes": bytes(value)}
        if isinstance(value, str):
            return {"type": "websocket.send", self.key: value if self.key == "text" else value.encode()}
        return {"type": "websocket.send", self.key: self._framed(_json.encode(value))}


def value_decoder(annotation: Any, mode: Mode | None) -> Decoder:
    """Reads what a decorated function takes as `data`."""
    if annotation is bytes:
        key: Key = "text" if mode == "text" else "bytes"
        return Decoder(key, lambda: _to_bytes)
    key = "bytes" if mode == "binary" else "text"
    if annotation is str:
        return Decoder(key, lambda: _to_text)
    if annotation in (NOTHING, Any):
        return Decoder(key, lambda: _json.decode)
    decode = typed_decoder(annotation)
    return Decoder(key, lambda: lambda data: _json.checked(decode, data))


def _to_text(data: Data) -> str:
    return data if isinstance(data, str) else data.decode()


def _to_bytes(data: Data) -> bytes:
    return data.encode() if isinstance(data, str) else bytes(data)


class ListenerFunctionEndpoint(FunctionEndpoint):
    """Serves a decorated listener."""

    given = (_DATA,)
    handler: WebsocketListenerRouteHandler

    def prepare(self, injector: Injector) -> None:
        """Plan the calls, and how messages are read and written."""
        options = self.handler.listening
        receive, accept, disconnect = self.handler.instance()
        signature = injector.signature(receive)
        in_thread = options.get("sync_to_thread", False)
        self.main = injector.call(signature, given=self.given, in_thread=in_thread)
        self._accepted = accept and injector.call(injector.signature(accept))
        self._disconnected = disconnect and injector.call(injector.signature(disconnect))
        opener = options.get("connection_accept_handler")
        self._opener = opener and injector.call(injector.signature(opener))
        self.on_invalid: OnInvalid = options.get("on_invalid", "close")
        self.cancel_on_disconnect = options.get("cancel_on_disconnect", False)
        self.encoder = ValueEncoder(options.get("send_mode", "text"))
        annotation = signature.annotations.get(_DATA, NOTHING)
        if annotation is UNKNOWN:
            injector.problems.append(
                f"{injector.where}: the type of `data` is not known at run time;"
                " give it in signature_namespace"
            )
            return
        try:
            self.decoder = value_decoder(annotation, options.get("receive_mode"))
        except TypeError as error:
            injector.problems.append(f"{injector.where}: `data`: {error}")

    async def converse(self, socket: WebSocket, handler: Values, /) -> None:
        """Accept, then call the function for each message."""
        session = _Session(self, socket, handler)
        handler[_SESSION] = session
        if self._opener is not None:
            await self._opener(socket, handler)
        await socket.link.ready()
        if session.accepted is not None:
            await session.accepted(socket, handler)
        await listen(socket.link, session)

    async def ended(self, handler: Values, closed: Closed, /) -> None:
        """Call the hook."""
        del closed
        session: _Session | None = handler.get(_SESSION)
        if session is not None and session.disconnected is not None:
            await session.disconnected(session.socket, handler)

    def bound(self) -> tuple[Call, Call | None, Call | None]:
        """The calls for one connection; a class has an instance for each."""
        functions = self.handler.instance()
        calls = (self.main, self._accepted, self._disconnected)
        first, second, third = (
            call and function and Call(function, call.socket, call.names, call.in_thread)
            for call, function in zip(calls, functions, strict=True)
        )
        assert first is not None
        return first, second, third


_SESSION: Final = "<session>"
"""Where a listener's session stands among the values; no parameter can have that name."""


class _Session:
    """One connection of a decorated listener."""

    def __init__(
        self, endpoint: ListenerFunctionEndpoint, socket: WebSocket, values: Values
    ) -> None:
        self.decoder = endpoint.decoder
        self.encoder = endpoint.encoder
        self.on_invalid = endpoint.on_invalid
        self.cancel_on_disconnect = endpoint.cancel_on_disconnect
        self.socket = socket
        self._endpoint = endpoint
        self._values = values
        self._main, self.accepted, self.disconnected = endpoint.bound()

    def handle(self, message: Any, /) -> Awaitable[object]:
        """Call the function."""
        return self._main(self.socket, self._values, data=message)

    def recover(self, error: Exception, /) -> Awaitable[bool]:
        """Ask the exception handlers."""
        return self._endpoint.handled(self.socket, error)
