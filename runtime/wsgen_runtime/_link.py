"""A connection as ASGI events: the state machine, applied to a server.

Whatever a socket sends or receives goes through here, so that no event is ever illegal.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from wsgen_runtime._asgi import Message, Receive, Scope, Send
from wsgen_runtime._closing import in_time, send_close
from wsgen_runtime._inbox import Inbox
from wsgen_runtime._opening import NoCommonSubprotocol, choose_subprotocol, denial
from wsgen_runtime._opening import common_subprotocol as common
from wsgen_runtime._state import ACCEPT, CONNECT, CONNECTING, INITIAL, OPEN, Machine
from wsgen_runtime._terms import STANDARD, VERIFY, Terms, TokenBucket, larger_than
from wsgen_runtime._watch import Observation, Watch
from wsgen_runtime.close_codes import check_code, cut_reason, http_status
from wsgen_runtime.exceptions import InvalidMessage, WebSocketDisconnect, WrongFrame

Mistake = TypeVar("Mistake", bound=InvalidMessage | WrongFrame)

log: Final = logging.getLogger("wsgen_runtime")
_numbers: Final = itertools.count(1)
_BEFORE: Final = frozenset({INITIAL, CONNECTING})
_DENIAL: Final = "websocket.http.response"


class Link:
    """The events of one connection.

    Attributes:
        machine: where the connection stands.
        inbox: what comes from the client.
        terms: what its handler's options say.
        accepted: whether it was accepted, other than to be closed at once.
        deciding: whether an accept, a refusal or a close is under way.
        decided: what an exception handler has raised, so that none is asked again.
        dropped: messages that came while nobody listens to the client, or that it takes too slowly.
        opened: called when it is accepted, if somebody waits for that.
        watch: whom to tell what happens, if anybody.
    """

    __slots__ = (
        "_bucket", "_connect", "_id", "_scope", "_waiter", "accepted", "decided", "deciding",
        "dropped", "inbox", "machine", "opened", "send", "terms", "watch",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self.send = send
        self.inbox = Inbox(receive)
        self.machine = Machine()
        self.terms = STANDARD
        self.accepted = self.deciding = False
        self.dropped = 0
        self.decided: Exception | None = None
        self.opened: Callable[[], None] | None = None
        self.watch: Watch | None = None
        self._bucket: TokenBucket | None = None
        self._waiter: asyncio.Event | None = None
        self._connect: Message | None = None
        self._id = ""

    def bind(self, terms: Terms) -> None:
        """Take over what a handler's options say."""
        if VERIFY in (self._scope.get("extensions") or ()):
            terms = replace(terms, verify=True)
        self.terms = terms
        if terms.rate is not None:
            self._bucket = TokenBucket(terms.rate)

    @property
    def id(self) -> str:
        """A short name of the connection, unique in this process."""
        if not self._id:
            self._id = f"ws-{next(_numbers):x}"
        return self._id

    @property
    def _offered(self) -> Sequence[str]:
        return self._scope.get("subprotocols") or ()

    @property
    def over(self) -> bool:
        """Whether the connection has ended, on either side."""
        return self.machine.code is not None

    def ended(self) -> WebSocketDisconnect:
        """The error of whoever sends or receives after the end."""
        machine = self.machine
        return WebSocketDisconnect(machine.code or 1005, machine.reason, by=machine.by or "client")

    async def connected(self) -> None:
        """Take the connect event, if it was not taken yet.

        Raises:
            WebSocketDisconnect: the client has left before.
        """
        if self.machine.phase is not INITIAL:
            return
        if self.inbox.pending:  # a raw receive() waits for it already
            await asyncio.wait((self.inbox.ahead(self.note),))
        else:
            self._connect = await self.inbox.receive()
            self.note(self._connect)
        if self.over:
            raise self.ended()

    async def accept(
        self, own: str | Sequence[str] | None = None, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Accept the connection; a second time is a no-op.

        Raises:
            ValueError: `own` is one subprotocol, and the client does not offer it.
            WebSocketDisconnect: the connection has ended, or shares no subprotocol with us.
        """
        if self.deciding:
            await self.settled()
        machine = self.machine
        if machine.phase is OPEN:
            return
        if machine.phase not in _BEFORE:
            raise self.ended()
        self.deciding = True
        try:
            if machine.phase is INITIAL:
                await self.connected()
            chosen = await self._chosen(own) if own or self.terms.subprotocols else None
            await self._emit_accept(chosen, headers)
        finally:
            self._accepted()
            self._settle()

    def _accepted(self) -> None:
        self.accepted = self.machine.phase is OPEN
        if self.accepted and self.watch is not None:
            self.watch.opened()
        if self.accepted and self.opened is not None:
            self.opened()

    async def _chosen(self, own: str | Sequence[str] | None) -> str | None:
        """The subprotocol to accept with; a client that speaks none of ours is refused."""
        try:
            return choose_subprotocol(own or self.terms.subprotocols, self._offered)
        except NoCommonSubprotocol:
            await self._refuse(1002, "none of the offered subprotocols is spoken here", 400)
            raise self.ended() from None

    def _settle(self) -> None:
        """It is decided whether the connection opens, or ends: let others see."""
        self.deciding = False
        if self._waiter is not None:
            self._waiter.set()
            self._waiter = None

    async def settled(self) -> None:
        """Wait while another task accepts, refuses or closes."""
        while self.deciding:
            self._waiter = self._waiter or asyncio.Event()
            await self._waiter.wait()

    async def _emit_accept(
        self, subprotocol: str | None, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        event = {"type": "websocket.accept", "subprotocol": subprotocol, "headers": list(headers)}
        try:
            await self.send(event)
        except Exception as error:
            raise self.lost(error) from error
        finally:  # cancelled too: it may have been sent, so that another one never may
            if self.machine.phase is CONNECTING:  # else the client has left meanwhile
                self.machine.step(ACCEPT)
        if self.machine.phase is not OPEN:
            raise self.ended()

    async def ready(self) -> None:
        """Be open: accept where nobody has yet.

        Raises:
            WebSocketDisconnect: the connection has ended.
        """
        if self.machine.phase is not OPEN:
            await self.accept()

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection, or refuse it where it was not accepted; later calls are no-ops.

        Raises:
            ValueError: the code may not be sent.
        """
        code = check_code(code)
        if reason is None:
            reason = self.terms.reasons.get(code, "")
        await self.settled()
        if self.machine.phase in _BEFORE:
            await self.refuse(code, reason)
        elif self.machine.phase is OPEN:
            await self._close(code, cut_reason(reason))

    async def refuse(
        self, code: int, reason: str, *, status: int | None = None, never_accept: bool = False
    ) -> None:
        """Refuse a connection that was not accepted, as its handler wants it and the server can.

        Parameters:
            status: HTTP status; by default the one declared for the code, or the usual one.
            never_accept: refuse by HTTP even where the handler accepts in order to close.
        """
        await self.settled()
        if self.machine.phase is OPEN:  # accepted meanwhile
            await self._close(code, cut_reason(reason))
        elif self.machine.phase in _BEFORE:
            self.deciding = True
            try:
                await self._refuse(code, reason, status, never_accept=never_accept)
            finally:
                self._settle()

    async def _refuse(
        self, code: int, reason: str, status: int | None, *, never_accept: bool = False
    ) -> None:
        reason = cut_reason(reason)
        closes = self.terms.on_reject == "close" and not never_accept
        with contextlib.suppress(WebSocketDisconnect):  # who has left needs no answer
            await self.connected()
            if not closes and _DENIAL in (self._scope.get("extensions") or ()):
                self.machine.close(code, reason)
                status = status or self.terms.statuses.get(code) or http_status(code)
                await in_time(self._deny(status, reason), self.terms.close_timeout)
                self.inbox.stop()
                return
            if closes:  # with a subprotocol that a browser offers: it takes no other answer
                chosen = common(self.terms.subprotocols, self._offered)
                await in_time(self._emit_accept(chosen), self.terms.close_timeout)
            await self._close(code, reason)

    async def _deny(self, status: int, reason: str) -> None:
        try:
            for event in denial(status, reason):
                await self.send(event)
        except Exception as error:
            raise self.lost(error) from error

    async def _close(self, code: int, reason: str) -> None:
        """Send `websocket.close`; where the server refuses the code, try others."""
        self.machine.close(code, reason)
        self.deciding = True  # until it is sent, whoever would go on waits
        try:
            self.inbox.stop()  # granian sends no close as long as a receive() waits
            await send_close(self.send, code, reason, self.terms.close_timeout)
        finally:
            self._settle()

    async def emit(self, event: Message) -> None:
        """Send a well-formed `websocket.send`; accepts first where nobody has.

        Raises:
            WebSocketDisconnect: the connection has ended, or ends with this.
        """
        inbox, machine = self.inbox, self.machine
        if machine.phase is OPEN:
            inbox.sent(self.note)
        if machine.phase is not OPEN:
            await self.ready()
        try:
            await self.send(event)
        except Exception as error:
            raise self.lost(error) from error

    def lost(self, error: Exception) -> WebSocketDisconnect:
        """The server, or a middleware, refused an event: what that means for whoever sent it."""
        if not isinstance(error, OSError):  # some servers raise others too; so does a mistake
            log.debug("%s: an event was refused [%s]", self.terms.handler, self.id, exc_info=error)
        if not self.over:
            self.machine.disconnect(1006, "")
        return self.ended()

    async def take(self) -> Message:
        """The next event of any type.

        Raises:
            WebSocketDisconnect: the connection had ended before.
        """
        if self.deciding:
            await self.settled()
        if self._connect is not None and self.machine.phase is CONNECTING:
            event, self._connect = self._connect, None
            return event
        if self.over and (self.machine.by == "server" or self.inbox.pending is None):
            raise self.ended()
        event = await self.next()
        if event["type"] == "websocket.receive":
            await self._admit(event)
        return event

    async def frame(self) -> Message:
        """The next `websocket.receive` within the limits; accepts first where nobody has.

        Raises:
            WebSocketDisconnect: the connection has ended, or a limit ended it.
        """
        if self.machine.phase is not OPEN and not self.unread:
            await self.ready()
        event = await self.next()
        if event["type"] != "websocket.receive":
            raise self.ended()
        data = event.get("text")
        certain = self.terms.max_message // 4  # UTF-8 has 4 at the most
        if data is None or len(data) > certain or self._bucket or self.machine.by is not None:
            await self._admit(event)
        return event

    async def next(self) -> Message:
        """The next event of the client, which is noted; too long a silence closes.

        Raises:
            WebSocketDisconnect: the client was idle for too long.
        """
        try:
            return await self.inbox.take(self.note, self.terms.idle_timeout)
        except TimeoutError:
            if self.over:
                raise self.ended() from None
            await self.close(1001, "idle for too long")
            raise self.ended() from None

    @property
    def unread(self) -> bool:
        """Whether the client has said something that nobody took, also if it has left since."""
        return self.inbox.unread and self.machine.by != "server"

    def note(self, event: Message) -> None:
        """Remember a connect or a disconnect."""
        kind = event["type"]
        if kind == "websocket.disconnect":
            self.machine.disconnect(event.get("code"), event.get("reason"))
        elif kind == "websocket.connect" and self.machine.phase is INITIAL:
            self.machine.step(CONNECT)

    async def _admit(self, event: Message) -> None:
        """Hold a frame against the limits, before it is decoded; after our close none counts.

        Raises:
            WebSocketDisconnect: the connection has ended, or the frame is beyond a limit.
        """
        if self.machine.by == "server":
            raise self.ended()
        data = event.get("text")
        if larger_than(event.get("bytes") or b"" if data is None else data, self.terms.max_message):
            await self.close(1009, "the message is too big")
            raise self.ended()
        if not self.in_rate():
            await self.close(1008, "too many messages")
            raise self.ended()

    def observe(self, observation: Observation, handler: str) -> None:
        """Have an observer told what happens from now on."""
        self.watch = Watch(observation, handler, receive=self.inbox.receive, send=self.send)
        self.inbox.receive, self.send = self.watch.receive, self.watch.send

    def drop(self, reason: str) -> None:
        """A message is dropped: count it."""
        self.dropped += 1
        if self.watch is not None:
            self.watch.dropped(reason)

    def mistaken(self, error: Mistake) -> Mistake:
        """A message is not valid: tell whoever watches."""
        if self.watch is not None:
            self.watch.invalid(error)
        return error

    def in_rate(self) -> bool:
        """Whether one more message is within the rate."""
        return self._bucket is None or self._bucket.take()
