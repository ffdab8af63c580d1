"""Decorated listeners: a function, or the methods of a class, called for each message."""

from __future__ import annotations

import copy
import inspect
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from types import UnionType
from typing import Any, ClassVar, Final, NamedTuple, Union, cast, get_args, get_origin

from typing_extensions import Unpack, override

from wsgen_runtime import _json
from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import Data, Decoder, Encoder, Key, typed_decoder, unreadable
from wsgen_runtime._conversation import Listening, listen
from wsgen_runtime._ending import Closed
from wsgen_runtime._endpoint import Endpoint
from wsgen_runtime._injection import Call, Injector, Values
from wsgen_runtime._options import EveryOption, ListenerOptions
from wsgen_runtime._providers import Handshake
from wsgen_runtime._route_handlers import (
    FunctionEndpoint,
    Surroundings,
    WebsocketRouteHandler,
)
from wsgen_runtime._signature import NOTHING, UNKNOWN, Function
from wsgen_runtime._terms import Mode, OnInvalid
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime._wire import Wire

_DATA: Final = "data"
_UNIONS: Final = (Union, UnionType)


class Functions(NamedTuple):
    """What a listener calls: for each message, after accepting, and at the end."""

    receive: Function
    accept: Function | None
    disconnect: Function | None


class WebsocketListenerRouteHandler(WebsocketRouteHandler):
    """A handler that accepts, and is called for each message."""

    option_types: ClassVar[type] = ListenerOptions

    def __init__(
        self,
        fn: Function,
        *,
        path: str | Sequence[str] | None = None,
        **kwargs: Unpack[ListenerOptions],
    ) -> None:
        self._take(fn, path, cast("EveryOption", kwargs))

    @override
    def endpoint(self, around: Surroundings) -> Endpoint[Any]:
        """An endpoint that calls the function for each message."""
        return ListenerFunctionEndpoint(self, around)

    @override
    def check(self, problems: list[str]) -> None:
        """Add what is wrong with the function itself."""
        if _DATA not in inspect.signature(self.fn).parameters:
            problems.append(f"{self.name}: a listener has a parameter `data`")

    def functions(self) -> Functions:
        """The functions for one connection."""
        options = self.options
        return Functions(self.fn, options.get("on_accept"), options.get("on_disconnect"))


class WebsocketListener:
    """A listener as a class: subclass it with `on_receive`, register an instance.

    The instance is a template: each connection has a copy of its own. `on_receive` takes `data`,
    and like `on_accept` and `on_disconnect` whatever else it asks for.
    """

    def __init__(self, path: str, **kwargs: Unpack[ListenerOptions]) -> None:
        self.path = path
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
        self._take(template.on_receive, template.path, cast("EveryOption", template.options))
        self.name = template.options.get("name") or type(template).__name__

    @override
    def functions(self) -> Functions:
        own = copy.copy(self._template)
        outer = super().functions()
        return Functions(
            own.on_receive,
            getattr(own, "on_accept", outer.accept),
            getattr(own, "on_disconnect", outer.disconnect),
        )


class ValueEncoder(Encoder):
    """Writes what a decorated function gives: `str` and `bytes` as they are, the rest as JSON."""

    def __init__(self, mode: Mode) -> None:
        super().__init__("json", "text" if mode == "text" else "bytes")

    @override
    def event(self, value: object) -> Message:
        """A value as a `websocket.send` event."""
        if isinstance(value, (bytes, bytearray)):
            return {"type": "websocket.send", "bytes": bytes(value)}
        if isinstance(value, str):
            return {
                "type": "websocket.send",
                self.key: value if self.key == "text" else value.encode(),
            }
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
    wire = _wire_of(annotation, "binary" if key == "bytes" else "text")
    if wire is not None:
        return wire.decoder(*wire.messages.values())
    decode = typed_decoder(annotation)
    return Decoder(key, lambda: lambda data: _json.checked(decode, data))


def _wire_of(annotation: Any, mode: Mode) -> Wire | None:
    """What a union of tagged structs, or a single one, says about its messages."""
    arms = get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)
    configs = [getattr(arm, "__struct_config__", None) for arm in arms]
    tagged = [config for config in configs if config and isinstance(config.tag, str)]
    keys = {str(config.tag_field) for config in tagged}
    if len(tagged) < len(arms) or len(keys) != 1:
        return None
    messages = {str(config.tag): arm for config, arm in zip(tagged, arms, strict=True)}
    return Wire(messages=messages, tag_key=keys.pop(), frame=mode)


def _to_text(data: Data) -> str:
    return data if isinstance(data, str) else data.decode()


def _to_bytes(data: Data) -> bytes:
    return data.encode() if isinstance(data, str) else bytes(data)


class ListenerFunctionEndpoint(FunctionEndpoint):
    """Serves a decorated listener."""

    given = (_DATA,)

    def __init__(self, handler: WebsocketListenerRouteHandler, around: Surroundings) -> None:
        self._functions = handler.functions
        super().__init__(handler, around)

    @override
    def prepare(self, injector: Injector) -> None:
        """Plan the calls, and how messages are read and written."""
        options = self.handler.options
        functions = self._functions()
        signature = injector.signature(functions.receive)
        in_thread = options.get("sync_to_thread", False)
        self.main = injector.call(signature, given=self.given, in_thread=in_thread)
        self._accept = _hook(injector, functions.accept)
        self._disconnect = _hook(injector, functions.disconnect)
        self._opener = _hook(injector, options.get("connection_accept_handler"))
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
            _ = self.decoder.decode  # made now, so that what cannot be read is told at once
            if annotation is not NOTHING and (unknown := unreadable(annotation)):
                raise TypeError(f"JSON has no form for {', '.join(unknown)}")
        except (TypeError, NameError, RuntimeError) as error:  # of msgspec, of pydantic
            injector.problems.append(f"{injector.where}: `data`: {error}")

    @override
    async def open(self, handshake: Handshake, /) -> Values:
        """What the functions want, and the instance of a class."""
        values = await super().open(handshake)
        values[_OWN] = _Own(handshake.socket, *self.calls())
        return values

    @override
    async def converse(self, socket: WebSocket, handler: Values, /) -> None:
        """Accept, then call the function for each message."""
        own: _Own = handler[_OWN]
        if self._opener is not None:
            await self._opener(socket, handler)
        await socket.link.ready()
        if own.accepted is not None:
            await own.accepted(socket, handler)
        await listen(socket.link, _Session(self, own, handler))

    @override
    def ended(self, handler: Values, closed: Closed, /) -> Awaitable[None] | None:
        """Call the hook."""
        del closed
        own: _Own = handler[_OWN]
        if own.disconnected is None:
            return None
        return own.disconnected(own.socket, handler)

    def calls(self) -> tuple[Call, Call | None, Call | None]:
        """The calls for one connection: a class has an instance for each."""
        functions = self._functions()
        return (
            replace(self.main, function=functions.receive),
            _rebound(self._accept, functions.accept),
            _rebound(self._disconnect, functions.disconnect),
        )


def _hook(injector: Injector, function: Function | None) -> Call | None:
    return None if function is None else injector.call(injector.signature(function))


def _rebound(call: Call | None, function: Function | None) -> Call | None:
    return None if call is None or function is None else replace(call, function=function)


class _Own(NamedTuple):
    """What a connection has to itself: its socket, and the methods of its instance of a class."""

    socket: WebSocket
    main: Call
    accepted: Call | None
    disconnected: Call | None


_OWN: Final = "<own>"
"""Where that stands among the values; no parameter can have that name."""


class _Session(Listening):
    """One connection of a decorated listener.

    Nothing that it refers to refers to it, so that it is gone as soon as its loop has ended.
    """

    def __init__(self, endpoint: ListenerFunctionEndpoint, own: _Own, values: Values) -> None:
        self.decoder = endpoint.decoder
        self.encoder = endpoint.encoder
        self.on_invalid = endpoint.on_invalid
        self.cancel_on_disconnect = endpoint.cancel_on_disconnect
        self._endpoint = endpoint
        self._socket = socket = own.socket
        main = own.main

        def method(message: object) -> Awaitable[object]:
            return main(socket, values, data=message)

        self.methods = defaultdict(lambda: method)

    def recover(self, error: Exception, /) -> Awaitable[bool]:
        """Ask the exception handlers."""
        return self._endpoint.handled(self._socket, error)
