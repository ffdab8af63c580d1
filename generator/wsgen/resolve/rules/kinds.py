"""WSG305 and WSG308: a handler's kind does not go with what it sends, receives or is told to do."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Handler, Kind, Messages, Raw


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
        _no_repetition(handler, found)


def _listener(handler: Handler, found: Collector) -> None:
    if handler.from_client is None or handler.from_client == Messages(()):
        message = "a listener needs messages from the client"
        found.report(
            "WSG305", message, handler.at, help="add `from_client:`, or use `kind: stream`"
        )
    if handler.on_invalid == "reply" and (
        isinstance(handler.from_client, Raw) or isinstance(handler.from_server, Raw)
    ):
        message = "`on_invalid: reply` sends a message, which does not go with raw payloads"
        found.report("WSG308", message, handler.at, help="use `close` or `ignore`")
    if handler.replies and isinstance(handler.from_server, Raw):
        message = "replies are messages, which do not go with a raw `from_server`"
        found.report("WSG305", message, handler.at, help="list messages under `from_server`")


def _stream(handler: Handler, found: Collector) -> None:
    if handler.from_client is not None:
        message = "a stream only sends"
        found.report(
            "WSG305", message, handler.at, help="use `kind: websocket` to send and receive"
        )
    if handler.from_server == ():
        found.report(
            "WSG305", "a stream needs something to send", handler.at, help="add `from_server:`"
        )
    if handler.limits.idle_timeout is not None:
        found.report(
            "WSG308", "`idle_timeout` waits for the client, which says nothing here", handler.at
        )


def _websocket(handler: Handler, found: Collector) -> None:
    if handler.from_client is None and handler.from_server == ():
        message = "nothing travels in either direction"
        found.report("WSG305", message, handler.at, help="add `from_client:` or `from_server:`")
    if handler.replies:
        message = "`reply` is for listeners: this handler sends when it likes"
        found.report("WSG305", message, handler.at, help="list the message under `from_server`")


def _no_policies(handler: Handler, found: Collector) -> None:
    if handler.on_invalid != "close":
        found.report("WSG308", "`on_invalid` is for listeners", handler.at)


def _no_repetition(handler: Handler, found: Collector) -> None:
    pushed = () if isinstance(handler.from_server, Raw) else handler.from_server
    if len(set(pushed)) < len(pushed):
        found.report("WSG305", "a message stands twice under `from_server`", handler.at)
    if isinstance(handler.from_client, Messages):
        received = [each.message for each in handler.from_client.received]
        if len(set(received)) < len(received):
            found.report("WSG305", "a message stands twice under `from_client`", handler.at)
