"""Telling an observer of one connection, so that neither harms the other.

It stands between the server and the link, and only where an application has an observer: without
one, not a line of this is run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, ParamSpec

from wsgen_runtime._asgi import Message, Receive, Send
from wsgen_runtime._state import Machine
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame
from wsgen_runtime.observe import Observer

P = ParamSpec("P")

log: Final = logging.getLogger("wsgen_runtime")


class Observation:
    """An application's observer, whose failures stay here.

    Attributes:
        observer: what the application was given.
    """

    __slots__ = ("_failing", "observer")

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self._failing: set[str] = set()

    def tell(self, method: Callable[P, None], /, *args: P.args, **facts: P.kwargs) -> None:
        """Call a method of the observer; for each, the first failure is logged."""
        try:
            method(*args, **facts)
        except Exception as error:
            self.complain(method, error)

    def complain(self, method: Callable[..., None], error: Exception) -> None:
        """Log what a method of the observer has raised, if it is the first time."""
        name = getattr(method, "__name__", repr(method))
        if name not in self._failing:
            self._failing.add(name)
            text = "the observer failed in %s(); further failures of it stay silent"
            log.error(text, name, exc_info=error)


class Watch:
    """What an observer is told of one connection.

    Attributes:
        status: the HTTP status of the refusal, if one was sent.
    """

    __slots__ = (
        "_began",
        "_handler",
        "_observation",
        "_receive",
        "_received",
        "_send",
        "_sent",
        "status",
    )

    def __init__(
        self, observation: Observation, handler: str, *, receive: Receive, send: Send
    ) -> None:
        self._observation = observation
        self._handler = handler
        self._receive = receive
        self._send = send
        self._received = observation.observer.received
        self._sent = observation.observer.sent
        self._began = 0.0
        self.status: int | None = None

    async def receive(self) -> Message:
        """The next event of the server."""
        event = await self._receive()
        if event["type"] == "websocket.receive":
            try:
                self._received(handler=self._handler, size=size_of(event))
            except Exception as error:
                self._observation.complain(self._received, error)
        return event

    async def send(self, event: Message) -> None:
        """Hand an event to the server."""
        await self._send(event)
        kind = event["type"]
        if kind == "websocket.send":
            try:
                self._sent(handler=self._handler, size=size_of(event))
            except Exception as error:
                self._observation.complain(self._sent, error)
        elif kind == "websocket.http.response.start":
            self.status = event["status"]

    def opened(self) -> None:
        """The connection was accepted."""
        self._began = time.monotonic()
        told = self._observation
        told.tell(told.observer.opened, handler=self._handler)

    def ended(self, machine: Machine, *, accepted: bool) -> None:
        """The connection is over and taken down; one that the client gave up itself is nothing."""
        told = self._observation
        if accepted:
            told.tell(
                told.observer.closed,
                handler=self._handler,
                code=machine.code or 1006,
                by=machine.by or "client",
                seconds=time.monotonic() - self._began,
            )
        elif machine.by == "server":
            told.tell(
                told.observer.refused,
                handler=self._handler,
                code=machine.code or 1006,
                status=self.status,
            )

    def invalid(self, error: InvalidMessage | WrongFrame) -> None:
        """What came is not a message of the contract."""
        code = error.code if isinstance(error, InvalidMessage) else "wrong_frame"
        told = self._observation
        told.tell(told.observer.invalid, handler=self._handler, code=code)

    def dropped(self, reason: str) -> None:
        """A message was dropped."""
        told = self._observation
        told.tell(told.observer.dropped, handler=self._handler, reason=reason)

    def gap(self, topic: str) -> None:
        """Messages of a topic may be missing."""
        told = self._observation
        told.tell(told.observer.gap, handler=self._handler, topic=topic)

    def failed(self, error: BaseException) -> None:
        """Something failed, and is logged."""
        told = self._observation
        told.tell(told.observer.failed, handler=self._handler, error=error)


def size_of(event: Message) -> int:
    """The bytes of a message, text counted as UTF-8."""
    text = event.get("text")
    if text is None:
        return len(event.get("bytes") or b"")
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
