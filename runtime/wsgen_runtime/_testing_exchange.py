"""The server's side of a connection in a test: events to and from an application, and the order.

It accepts what every ASGI server would, and remembers the first thing that one would not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlencode

from wsgen_runtime._asgi import ASGIApp, Message, Scope
from wsgen_runtime._state import Event, IllegalEvent, Machine, Phase
from wsgen_runtime._terms import VERIFY
from wsgen_runtime.close_codes import check_code, cut_reason
from wsgen_runtime.exceptions import ProtocolMisuse

Query: TypeAlias = Mapping[str, str | Sequence[str]]
HeaderSource: TypeAlias = Mapping[str, str] | Sequence[tuple[str, str]]

_DENIAL: Final = "websocket.http.response"
_IN_PATH: Final = "!$&'()*+,;=:@/"


def make_scope(
    path: str, query: Query, headers: HeaderSource, subprotocols: Sequence[str], *, denial: bool
) -> Scope:
    """The scope of a connection; the path may be quoted and have a query of its own."""
    raw_path, _, text = path.partition("?")
    more = urlencode(query, doseq=True)
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    given = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    if not any(name == b"host" for name, _ in given):
        given.insert(0, (b"host", b"testserver"))
    if subprotocols:
        given.append((b"sec-websocket-protocol", ", ".join(subprotocols).encode("latin-1")))
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": unquote(raw_path),
        "raw_path": quote(unquote(raw_path), safe=_IN_PATH).encode(),
        "root_path": "",
        "query_string": "&".join(each for each in (text, more) if each).encode(),
        "headers": given,
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "subprotocols": list(subprotocols),
        "extensions": {VERIFY: {}, **({_DENIAL: {}} if denial else {})},
    }


class Exchange:
    """One connection to an application, which runs as a task of its own."""

    def __init__(self, app: ASGIApp, scope: Scope, seconds: float) -> None:
        self._scope = scope
        self._seconds = seconds
        self._machine = Machine()
        self._denying = False
        self._left = False
        self._misuse: ProtocolMisuse | None = None
        self._for_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message | None] = asyncio.Queue()
        self.feed({"type": "websocket.connect"})
        self._machine.step(
            Event.CONNECT
        )  # servers let an application answer without having read it
        self._task = asyncio.ensure_future(app(scope, self._receive, self._send))
        self._task.add_done_callback(lambda _: self._from_app.put_nowait(None))

    def feed(self, event: Message) -> None:
        """Let the application receive an event."""
        self._for_app.put_nowait(event)

    async def next(self) -> Message:
        """The next event of the application.

        Raises:
            TimeoutError: none came in time.
            ProtocolMisuse: the application did what no server allows, or returned too early.
            Exception: what the application raised.
        """
        try:
            async with asyncio.timeout(self._seconds):
                event = await self._from_app.get()
        except TimeoutError:
            raise TimeoutError(f"the application sent nothing for {self._seconds} s") from None
        if self._misuse is not None:
            raise self._misuse
        if event is None:
            self._from_app.put_nowait(None)
            self._raise_outcome()
            raise ProtocolMisuse("the application returned without an answer, or without a close")
        return event

    def leave(self, code: int, reason: str) -> None:
        """The client goes; the application receives one disconnect, however often it is said."""
        if not self._left:
            self._left = True
            self.feed({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def ended(self) -> None:
        """Wait for the application to return.

        Raises:
            TimeoutError: it did not in time; it is cancelled.
            ProtocolMisuse: it did what no server allows.
            Exception: what it raised.
        """
        _, running = await asyncio.wait((self._task,), timeout=self._seconds)
        if running:
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=self._seconds)
            raise TimeoutError(f"the application did not return within {self._seconds} s")
        if self._misuse is not None:
            if not self._task.cancelled():
                self._task.exception()  # what followed from it is not news
            raise self._misuse
        self._raise_outcome()

    def _raise_outcome(self) -> None:
        if self._task.done() and not self._task.cancelled():
            self._task.result()

    async def _receive(self) -> Message:
        if self._machine.by == "client":  # servers differ; this one waits, as many do
            await asyncio.get_running_loop().create_future()
        event = await self._for_app.get()
        if event["type"] == "websocket.disconnect":
            self._machine.disconnect(event["code"], event["reason"])
        return event

    async def _send(self, event: Message) -> None:
        try:
            self._take(event)
        except ProtocolMisuse as misuse:
            self._misuse = self._misuse or misuse
            self._from_app.put_nowait(None)
            raise
        if self._left and event["type"] != "websocket.close":
            raise OSError("the client has left")
        self._from_app.put_nowait(event)
        if event["type"] == "websocket.close":
            self.leave(event["code"], event["reason"])
        await asyncio.sleep(0)  # as a server, let others run

    def _take(self, event: Message) -> None:
        """Hold an event against the state of the connection and the form that servers want.

        Raises:
            ProtocolMisuse: it may not be sent now, or not like this.
        """
        try:
            match event:
                case {"type": "websocket.accept"}:
                    self._machine.step(Event.ACCEPT)
                    event.setdefault("subprotocol", None)
                    event.setdefault("headers", [])
                    self._offered(event["subprotocol"])
                case {"type": "websocket.send", "text": str(text)}:
                    self._machine.step(Event.SEND)
                    text.encode()
                case {"type": "websocket.send", "bytes": bytes()}:
                    self._machine.step(Event.SEND)
                case {"type": "websocket.close"}:
                    self._close(event)
                case {"type": "websocket.http.response.start", "status": int()}:
                    self._deny()
                case {"type": "websocket.http.response.body"} if self._denying:
                    self._denying = bool(event.get("more_body"))
                case _:
                    raise ProtocolMisuse(f"no event that a server takes here: {event!r}")
        except (IllegalEvent, ValueError) as error:
            raise ProtocolMisuse(f"the application sent {event!r}: {error}") from error

    def _offered(self, subprotocol: str | None) -> None:
        if subprotocol is not None and subprotocol not in self._scope["subprotocols"]:
            raise ValueError("the client does not offer the subprotocol")

    def _deny(self) -> None:
        if _DENIAL not in self._scope["extensions"]:
            raise ProtocolMisuse("the server does not know `websocket.http.response`")
        if self._machine.phase is not Phase.CONNECTING:
            raise ProtocolMisuse(f"an HTTP answer while {self._machine.phase.value}")
        self._machine.close(1006, "")
        self._denying = True

    def _close(self, event: Message) -> None:
        code = event["code"] = check_code(event.get("code", 1000))
        reason = event["reason"] = event.get("reason") or ""
        self._machine.close(code, reason)
        if cut_reason(reason) != reason:
            raise ValueError("a reason has at most 123 bytes")
