"""The other end of a connection, in the same process: no network, no server, closed loop.

A client says something only when what it said before was answered, so that an application that
starts a task for each message is held to the same as one that has a loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from tests.bench.rows import Row
from tests.bench.world import ITEMS

from wsgen_runtime._asgi import ASGIApp, Message, Scope

CONNECT: Final[Message] = {"type": "websocket.connect"}
LEAVE: Final[Message] = {"type": "websocket.disconnect", "code": 1000}
HEADERS: Final = [
    (b"host", b"app.example.com"),
    (b"connection", b"Upgrade"),
    (b"pragma", b"no-cache"),
    (b"cache-control", b"no-cache"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"upgrade", b"websocket"),
    (b"origin", b"https://app.example.com"),
    (b"sec-websocket-version", b"13"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"accept-language", b"en-US,en;q=0.5"),
    (b"sec-websocket-key", b"x3JJHMbDL1EzLkh9GBhXDw=="),
    (b"sec-websocket-extensions", b"permessage-deflate"),
]
"""What a browser sends."""


class Cost(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def scope_of(path: str, query: bytes = b"") -> Scope:
    """The scope of a connection, as a server would make it."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [*HEADERS],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }


def received(text: str) -> Message:
    """A message of the client."""
    return {"type": "websocket.receive", "text": text}


class Visit:
    """One connection: `script` has what is still to be received, the next at its end."""

    __slots__ = ("_answered", "_wake", "script")

    def __init__(self, script: list[Message]) -> None:
        self.script = script
        self._answered = True
        self._wake: asyncio.Future[None] | None = None

    async def receive(self) -> Message:
        """The next event, as soon as the one before was answered."""
        while not (self._answered and self.script):
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        event = self.script.pop()
        self._answered = event is LEAVE
        return event

    @property
    def waiting(self) -> bool:
        """Whether the application waits for an event."""
        return self._wake is not None

    async def send(self, event: Message) -> None:
        """Take an answer, which may be what `receive` waits for."""
        self._answered = True
        if event["type"] == "websocket.close" and not self.script:
            self.script.append(LEAVE)
        if self._wake is not None and self.script:
            self._woken(self._wake)

    def leave(self) -> None:
        """Go, as soon as everything was answered."""
        self.say(LEAVE)

    def say(self, event: Message) -> None:
        """Let something be received, after what is in the script."""
        self.script.insert(0, event)
        if self._wake is not None:
            self._woken(self._wake)

    def _woken(self, wake: asyncio.Future[None]) -> None:
        if not wake.done():
            wake.set_result(None)
        self._wake = None


class Noted(Visit):
    """A connection whose answers are kept."""

    __slots__ = ("sent",)

    def __init__(self, script: list[Message]) -> None:
        super().__init__(script)
        self.sent: list[Message] = []

    async def send(self, event: Message) -> None:
        """Keep the answer."""
        self.sent.append(event)
        await super().send(event)


def script_of(row: Row, says: Sequence[str], count: int) -> list[Message]:
    """What a client does that says `count` things, backwards."""
    if row.pushes:
        return [CONNECT]
    said = [received(text) for text in says]
    whole = [CONNECT, *(said[number % len(said)] for number in range(count)), LEAVE]
    return whole[::-1]


async def answers(app: ASGIApp, row: Row, says: Sequence[str]) -> list[str]:
    """What an application answers to each of `says`, once."""
    visit = Noted(script_of(row, says, len(says)))
    async with asyncio.timeout(10):
        await app(scope_of(row.path, row.query), visit.receive, visit.send)
        await _settled()
    return [event["text"] for event in visit.sent if event["type"] == "websocket.send"]


async def per_message(app: ASGIApp, row: Row, says: Sequence[str], count: int) -> Cost:
    """What one message costs on a connection that has many of them; of a stream, an item."""
    visit = Visit(script_of(row, says, count))
    scope = scope_of(row.path, row.query)
    wall, cpu = time.perf_counter(), time.process_time()
    await app(scope, visit.receive, visit.send)
    await _settled()
    ended = Cost(time.perf_counter() - wall, time.process_time() - cpu)
    assert row.pushes or not visit.script, "the application left before the client did"
    items = ITEMS if row.pushes else count
    return Cost(ended.wall / items, ended.cpu / items)


async def per_connection(app: ASGIApp, row: Row, count: int) -> Cost:
    """What one connection costs on which nothing is said."""
    visits = [Visit([LEAVE, CONNECT]) for _ in range(count)]
    scopes = [scope_of(row.path, row.query) for _ in range(count)]
    wall, cpu = time.perf_counter(), time.process_time()
    for visit, scope in zip(visits, scopes, strict=True):
        await app(scope, visit.receive, visit.send)
    await _settled()
    return Cost((time.perf_counter() - wall) / count, (time.process_time() - cpu) / count)


async def _settled() -> None:
    """Let tasks end that an application has left behind."""
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0)
