"""A permissive ASGI server: it plays a client's events, and writes down whatever comes back.

`tests.runtime.scripted` refuses what ASGI does not allow; here it is recorded, since what a
framework sends too late is what some rows are about. Nothing sleeps, and every wait has an end.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.runtime.notation import A, C, D, Denied, R, Rb, S, Sb, Sent, X
from tests.runtime.scripted import make_scope

from wsgen_runtime._asgi import ASGIApp, Message, Scope

__all__ = ["A", "C", "D", "Denied", "R", "Rb", "S", "Visit", "X", "get", "visit"]

SECONDS = 5.0
"""How long a visit may take before its test fails."""
TURNS = 200
"""Turns of the loop after which an application that waits has nothing more to do."""


@dataclass
class Visit:
    """What one connection came to.

    Attributes:
        sent: what was sent while the connection was open.
        late: what was sent after the client had left, or after a close: no server takes it.
        error: what left the application; all that a server can do is log it and hang up.
    """

    sent: list[Sent] = field(default_factory=list[Sent])
    late: list[Sent] = field(default_factory=list[Sent])
    error: BaseException | None = None

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The messages sent, decoded."""
        return [json.loads(each.text) for each in self.sent if isinstance(each, S)]

    @property
    def close(self) -> X | None:
        """How the application closed the connection, if it did."""
        return next((each for each in self.sent if isinstance(each, X)), None)

    @property
    def accepted(self) -> bool:
        return self.sent[:1] == [A]


class _Client:
    """The other end: gives events out, and takes them in."""

    def __init__(self, script: Iterable[Message]) -> None:
        self.visit = Visit()
        self.waiting = False
        self._script = deque(script)
        self._over = False
        self._fed = asyncio.Event()

    def feed(self, *events: Message) -> None:
        self._script.extend(events)
        self._fed.set()

    @property
    def settled(self) -> bool:
        return self.waiting and not self._script

    async def receive(self) -> Message:
        self.waiting = True
        while not self._script:
            self._fed.clear()
            await self._fed.wait()
        self.waiting = False
        event = self._script.popleft()
        self._over = self._over or event["type"] == "websocket.disconnect"
        return dict(event)

    async def send(self, event: Message) -> None:
        noted = _noted(event)
        if noted is None:
            return
        (self.visit.late if self._over else self.visit.sent).append(noted)
        self._over = self._over or isinstance(noted, X | Denied)


def _noted(event: Message) -> Sent | None:
    kind = event["type"]
    if kind == "websocket.accept":
        return A
    if kind == "websocket.send":
        text = event.get("text")
        return Sb(event["bytes"]) if text is None else S(text)
    if kind == "websocket.close":
        return X(event.get("code") or 1000, event.get("reason") or "")
    if kind == "websocket.http.response.start":
        return Denied(event["status"])
    return None


async def visit(
    app: ASGIApp,
    *events: Message,
    path: str = "/rooms/7",
    gate: asyncio.Event | None = None,
    leave_first: bool = False,
    **opening: Any,
) -> Visit:
    """Connect, send `events`, let the application do all it has to, then leave.

    The gate, which holds handlers up, is opened after the last event was taken up as far as it
    can be; with `leave_first` after the client has left.
    """
    client = _Client([C, *events])
    before = asyncio.all_tasks()
    scope = make_scope(path, **opening)
    async with asyncio.timeout(SECONDS):
        task = asyncio.ensure_future(_run(app, scope, client))
        await _settle(task)
        steps = [gate.set] if gate else []
        steps.insert(len(steps) if not leave_first else 0, lambda: client.feed(D(1000)))
        for step in steps:
            step()
            await _settle(task)
        await task
        left = asyncio.all_tasks() - before
        if left:
            await asyncio.wait(left)
    return client.visit


async def _run(app: ASGIApp, scope: Scope, client: _Client) -> None:
    try:
        await app(scope, client.receive, client.send)
    except Exception as error:
        client.visit.error = error


async def _settle(task: asyncio.Future[None]) -> None:
    """Let everything run that can."""
    for _ in range(TURNS):
        if task.done():
            return
        await asyncio.sleep(0)


async def get(app: ASGIApp, path: str) -> tuple[int, bytes]:
    """An HTTP request; status and body."""
    events: list[Message] = []
    gone = asyncio.get_running_loop().create_future()
    request = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(request, None) or await gone

    async def send(event: Message) -> None:
        events.append(event)

    scope = make_scope(path, type="http", method="GET", scheme="http")
    async with asyncio.timeout(SECONDS):
        await app(scope, receive, send)
    status = next(each["status"] for each in events if each["type"] == "http.response.start")
    return status, b"".join(each.get("body", b"") for each in events)
