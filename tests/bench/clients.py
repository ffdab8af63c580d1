"""WebSocket clients that cost next to nothing, so that the server is what is measured.

What they say is framed once; of what comes back they read lengths only (RFC 6455, section 5.2).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, cast

_HANDSHAKE: Final = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_END: Final = b"\r\n\r\n"
_DATA: Final = (0x81, 0x82)


def frame(text: str) -> bytes:
    """A text message of up to 65,535 bytes, masked with zeros, which leave it as it is."""
    data = text.encode()
    size = len(data)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + data


class Client(asyncio.Protocol):
    """A connection that says the next thing when it was answered, while `flock` goes on."""

    def __init__(self, flock: Flock) -> None:
        self._flock = flock
        self._buffer = b""
        self._next = 0
        self.open = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._flock.handshake)

    def connection_lost(self, exc: Exception | None) -> None:
        self._flock.lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count whole messages, and answer each with the next one."""
        self._buffer += data
        if not self.open:
            head, found, self._buffer = self._buffer.partition(_END)
            if not found:
                self._buffer = head
                return
            self.open = True
            self._flock.opened(head)
        while (size := _first(self._buffer)) is not None:
            kind, self._buffer = self._buffer[0], self._buffer[size:]
            if kind in _DATA:
                self._flock.answered(self)

    def say(self) -> None:
        """Say the next thing."""
        frames = self._flock.frames
        self.transport.write(frames[self._next])
        self._next = (self._next + 1) % len(frames)


def _first(buffer: bytes) -> int | None:
    """The size of the first frame, if the whole of it is there."""
    if len(buffer) < 2:
        return None
    size, head = buffer[1], 2
    if size > 125:
        head = 4 if size == 126 else 10
        if len(buffer) < head:
            return None
        size = int.from_bytes(buffer[2:head], "big")
    return head + size if len(buffer) >= head + size else None


class Flock:
    """Many clients of one server, that talk all at once or not at all.

    Attributes:
        frames: what each of them says, in turn.
        count: how often they were answered.
    """

    def __init__(self, port: int, path: str, says: Sequence[str]) -> None:
        self.frames = [frame(text) for text in says]
        self.handshake = _HANDSHAKE.format(path=path, port=port).encode()
        self.count = 0
        self._port = port
        self._clients: list[Client] = []
        self._talking = False
        self._owed = 0
        self._done = asyncio.Event()

    async def connect(self, number: int) -> None:
        """Open connections.

        Raises:
            AssertionError: the server refuses.
        """
        self._owed, self._done = number, asyncio.Event()
        loop = asyncio.get_running_loop()
        for _ in range(number):
            _, client = await loop.create_connection(lambda: Client(self), "127.0.0.1", self._port)
            self._clients.append(client)
        await asyncio.wait_for(self._done.wait(), 20)

    async def talk(self, seconds: float) -> None:
        """Talk for some time, and until everything was answered."""
        self._talking, self._owed, self._done = True, len(self._clients), asyncio.Event()
        for client in self._clients:
            client.say()
        await asyncio.sleep(seconds)
        self._talking = False
        await asyncio.wait_for(self._done.wait(), 20)

    def opened(self, head: bytes) -> None:
        """A connection is there."""
        assert b" 101 " in head.partition(b"\r\n")[0], head
        self._settled()

    def answered(self, client: Client) -> None:
        """A client was answered."""
        self.count += 1
        if self._talking:
            client.say()
        else:
            self._settled()

    def lost(self, error: Exception | None) -> None:
        """A connection is gone."""
        if self._talking:
            raise ConnectionError("the server has closed a connection") from error

    def leave(self) -> None:
        """Close all connections."""
        self._talking = False
        for client in self._clients:
            with suppress(RuntimeError):
                client.transport.abort()

    def _settled(self) -> None:
        self._owed -= 1
        if self._owed == 0:
            self._done.set()
