"""One talk in every kind of handler, for tests of options: what is given where, and what it does.

Every handler answers the first message with what `observe` makes of its socket and its `value`,
which is "default" unless a dependency of that name is given. `number` comes with the path; its
type `Later` is known to type checkers only, unless `signature_namespace` has it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tests.runtime import handmade
from tests.runtime.scripted import C, D, R, sent

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebsocketListener,
    WebSocketState,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._app import Application

if TYPE_CHECKING:
    from builtins import int as Later

Kind: TypeAlias = Literal["websocket", "listener", "stream", "class", "generated"]
Layer: TypeAlias = Literal["handler", "app"]
Options: TypeAlias = Mapping[str, Any]
Observe: TypeAlias = Callable[[WebSocket, Any], Any]
Make: TypeAlias = Callable[..., Application]

DECORATED: tuple[Kind, ...] = ("websocket", "listener", "stream", "class")
PATH = "/talk/7"
TEMPLATE = "/talk/{number:int}"


def plainly(socket: WebSocket, value: Any) -> Any:
    """What handlers answer by default."""
    assert socket.connection_state is WebSocketState.CONNECTED
    return value


def script(kind: Kind) -> tuple[Any, ...]:
    """The talk: a question, and for those who do not end by themselves the end after the answer."""
    if kind == "websocket":
        return (C, R("?"))
    return (C,) if kind == "stream" else (C, R("?"), sent(2), D(1000))


def build(kind: Kind, options: Options, app_options: Options, observe: Observe = plainly) -> Any:
    """The application with one handler of a kind, and options for either layer."""
    if kind == "generated":
        return _generated(options, app_options, observe)
    return WebSocketApp([_handler(kind, dict(options), observe)], **app_options)


def make_for(kind: Kind, layer: Layer) -> Make:
    """Builds applications that have some options at one layer, and `more` at the handler."""

    def make(options: Options, observe: Observe = plainly, **more: Any) -> Application:
        own, outer = (options, {}) if layer == "handler" else ({}, options)
        made: Application = build(kind, {**more, **own}, outer, observe)
        return made

    return make


def _handler(kind: Kind, options: dict[str, Any], observe: Observe) -> Any:
    if kind == "websocket":

        @websocket(TEMPLATE, **options)
        async def talk(socket: WebSocket, number: Later, value: str = "default") -> None:
            await socket.accept()
            await socket.receive_text()
            await socket.send_text(observe(socket, value))

        return talk
    if kind == "stream":

        @websocket_stream(TEMPLATE, **options)
        async def stream(
            socket: WebSocket, number: Later, value: str = "default"
        ) -> AsyncIterator[Any]:
            yield observe(socket, value)

        return stream
    if kind == "listener":

        @websocket_listener(TEMPLATE, **options)
        async def listener(
            data: str, socket: WebSocket, number: Later, value: str = "default"
        ) -> Any:
            return observe(socket, value)

        return listener

    class Listener(WebsocketListener):
        async def on_receive(
            self, data: str, socket: WebSocket, number: Later, value: str = "default"
        ) -> Any:
            return observe(socket, value)

    return Listener(TEMPLATE, **options)


_SCHEMA = frozenset({"origins", "subprotocols", "limits", "on_invalid", "on_reject"})
"""What a schema says of a handler; the rest are attributes of the handler's class."""


def _generated(options: Options, app_options: Options, observe: Observe) -> Application:
    class Shout(handmade.ShoutHandler):
        async def on_message(self, message: str, /) -> str | None:
            answer: str | None = observe(self.socket.connection, "default")
            return answer

    for name in options.keys() - _SCHEMA:
        setattr(Shout, name, options[name])
    said = {name: options[name] for name in options.keys() & _SCHEMA}
    return handmade.create_app({"shout": Shout}, options=said, **app_options)


def path_of(kind: Kind) -> str:
    """Where the handler of a kind is found."""
    return "/shout" if kind == "generated" else PATH


NAMESPACE: Mapping[str, Any] = {"Later": Decimal}
"""What `number` cannot be: the path gives an int."""
