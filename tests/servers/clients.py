"""The other end: a well-behaved client, and one of bare frames for what no library would send."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import struct
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from tests.servers.processes import PATIENCE, Server
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10


@asynccontextmanager
async def dialled(
    url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
) -> AsyncGenerator[ClientConnection]:
    """A client; all that is done with it together is done in time.

    Raises:
        InvalidStatus: the server refused.
        TimeoutError: it took too long.
    """
    async with (
        asyncio.timeout(3 * PATIENCE),
        connection(url, subprotocols=subprotocols, origin=origin) as client,
    ):
        yield client


def connection(url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None) -> connect:
    """A client that is yet to be opened, by `await` or `async with`."""
    return connect(
        url,
        subprotocols=[Subprotocol(each) for each in subprotocols] or None,
        origin=None if origin is None else Origin(origin),
        proxy=None,
        max_size=None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
    )


async def ending(client: ClientConnection) -> tuple[int | None, str | None]:
    """Read to the end of the connection: code and reason, 1006 where no close frame came."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                await client.recv()
    except ConnectionClosed:
        code = client.close_code
        return None if code is None else int(code), client.close_reason


async def refusal(
    url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
) -> tuple[int, str, Mapping[str, str]]:
    """Status, body and headers with which the server refuses a connection.

    Raises:
        AssertionError: it accepts.
    """
    try:
        async with dialled(url, subprotocols=subprotocols, origin=origin):
            raise AssertionError(f"{url} was accepted")
    except InvalidStatus as refused:
        response = refused.response
        return response.status_code, response.body.decode(), response.headers


class Raw:
    """A connection of which every byte is ours."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, opcode: int, payload: bytes = b"", *, fin: bool = True) -> None:
        """Send a frame, masked with zeros (RFC 6455, section 5.2)."""
        self.writer.write(frame(opcode, payload, fin=fin))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload; (0, b"") at the end of the connection."""
        try:
            async with asyncio.timeout(PATIENCE):
                first, second = await self.reader.readexactly(2)
                size = second & 127
                if size > 125:
                    extended = await self.reader.readexactly(2 if size == 126 else 8)
                    size = int.from_bytes(extended)
                return first & 15, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0, b""

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.reader.read()
        except ConnectionError:
            return b""

    async def finish(self) -> bytes:
        """Read to the end, and hang up, as the other side of a closing handshake does."""
        everything = await self.rest()
        self.writer.transport.abort()
        return everything

    async def leave(self, code: int | None) -> bytes:
        """Close with a code, in good manners; what was still to be read."""
        self.send(CLOSE, b"" if code is None else code.to_bytes(2))
        return await self.finish()

    async def reset(self) -> None:
        """Break the connection off with RST, as a crash or a firewall does."""
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.writer.transport.abort()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65536:
        length = bytes([0x80 | 126]) + size.to_bytes(2)
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8)
    return bytes([opcode | (0x80 if fin else 0)]) + length + bytes(4) + payload


@asynccontextmanager
async def connected(server: Server) -> AsyncGenerator[Raw]:
    """A TCP connection."""
    async with asyncio.timeout(3 * PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            yield Raw(reader, writer)
        finally:
            writer.transport.abort()


@asynccontextmanager
async def raw(server: Server, path: str, *headers: bytes, **query: object) -> AsyncGenerator[Raw]:
    """A WebSocket that the server has accepted.

    Raises:
        AssertionError: it has not.
    """
    async with connected(server) as client:
        client.writer.write(upgrade(server, path, *headers, **query))
        head = await client.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        yield client


def upgrade(server: Server, path: str, *headers: bytes, **query: object) -> bytes:
    """An opening request (RFC 6455, section 4.1)."""
    return b"\r\n".join(
        [
            f"GET {server.target(path, **query)} HTTP/1.1".encode(),
            f"Host: 127.0.0.1:{server.port}".encode(),
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)),
            *headers,
            b"\r\n",
        ]
    )


async def fetched(server: Server, path: str) -> tuple[int, dict[str, str], str]:
    """What an HTTP request brings: status, headers, body."""
    async with connected(server) as client:
        target = server.target(path)
        client.writer.write(
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        head, _, body = (await client.rest()).decode("latin-1").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        return int(first.split()[1]), headers, body
