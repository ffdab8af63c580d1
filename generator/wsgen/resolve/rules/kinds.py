"""WSG305 and WSG308: a handler's kind does not go with what it sends, receives or is told to do."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Handler, Kind, Raw
from wsgen.ir.types import UNKNOWN


def check(api: Api, found: Collector) -> None:
    """Look at each handler by its kind."""
    for handler in api.handlers:
        match handler.kind:
            case Kind.LISTENER:
                _listener(handler, found)
            case Kind.STREAM:
                _stream(handler, found)
                _no_policies(handler, found)
            case Kind.WEBSOCKET:
                _websocket(handler, found)
                _no_policies(handler, found)


def _listener(handler: Handler, found: Collector) -> None:
    if handler.from_client is None:
        message = "a listener needs messages from the client"
        help_ = "add `from_client:`, or use `kind: stream`"
        found.report("WSG305", message, handler.at, help=help_)
    if handler.on_invalid == "reply" and (
        _is_raw(handler.from_client) or _is_raw(handler.from_server)
    ):
        message = "`on_invalid: reply` sends a message, which does not go with raw payloads"
        at = handler.place("on_invalid")
        found.report("WSG308", message, at, help="use `close` or `ignore`")
    if handler.replies and _is_raw(handler.from_server):
        message = "replies are messages, which do not go with a raw `from_server`"
        at = handler.place("from_server")
        found.report("WSG305", message, at, help="list messages under `from_server`")


def _is_raw(payload: object) -> bool:
    return isinstance(payload, Raw) and payload.type != UNKNOWN


def _stream(handler: Handler, found: Collector) -> None:
    if handler.from_client is not None:
        at = handler.place("from_client")
        help_ = "use `kind: websocket` to send and receive"
        found.report("WSG305", "a stream only sends", at, help=help_)
    if handler.from_server == ():
        help_ = "add `from_server:`"
        found.report("WSG305", "a stream needs something to send", handler.at, help=help_)
    for key, value in (
        ("idle_timeout", handler.limits.idle_timeout),
        ("rate", handler.limits.rate),
    ):
        if value is not None:
            message = f"`{key}` is about what the client sends, which is nothing here"
            found.report("WSG308", message, handler.place("limits"), help=f"remove `{key}`")


def _websocket(handler: Handler, found: Collector) -> None:
    if handler.from_client is None and handler.from_server == ():
        message = "nothing travels in either direction"
        found.report("WSG305", message, handler.at, help="add `from_client:` or `from_server:`")
    if handler.replies:
        message = "`reply` is for listeners: this handler sends when it likes"
        at = handler.place("from_client")
        found.report("WSG305", message, at, help="list the message under `from_server`")


def _no_policies(handler: Handler, found: Collector) -> None:
    if "on_invalid" in handler.places:
        message = "`on_invalid` is for listeners"
        found.report("WSG308", message, handler.place("on_invalid"), help="remove it")
