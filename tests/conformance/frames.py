"""Frames by hand (RFC 6455, section 5.2), right and wrong, over a plain socket."""

from __future__ import annotations

import base64
import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import Final, Self

__all__ = ["BINARY", "CLOSE", "CONTINUATION", "PING", "PONG", "TEXT", "Client", "close", "frame"]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
SECONDS: Final = 5.0
_NAMES: Final = {0: "more", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    length_bytes: int | None = None,
) -> bytes:
    """One frame.

    Parameters:
        rsv: the three reserved bits.
        length_bytes: 0, 2 or 8 bytes of extended length; by default as few as will do.
    """
    size = len(payload)
    extended = length_bytes if length_bytes is not None else _needed(size)
    short = {0: size, 2: 126, 8: 127}[extended]
    length = {0: b"", 2: struct.pack("!H", size & 0xFFFF), 8: struct.pack("!Q", size)}[extended]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | short]) + length
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(each ^ mask[index % 4] for index, each in enumerate(payload))


def _needed(size: int) -> int:
    return 0 if size < 126 else 2 if size < 65536 else 8


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    """A close frame, whatever the code."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def _connected(port: int) -> socket.socket:
    """A connection; granian says that it has started a moment before it listens."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), SECONDS)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise


class Client:
    """A connection that sends bytes as they are, and reads frames strictly."""

    def __init__(self, port: int, name: str, seconds: float = SECONDS) -> None:
        self._socket = _connected(port)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /?name={name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(request.encode())
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head
        self._socket.settimeout(seconds)

    def send(self, data: bytes) -> None:
        """Send bytes; a server that has hung up meanwhile is no failure."""
        try:
            self._socket.sendall(data)
        except OSError:
            return

    def frames(self) -> Iterator[str]:
        """What the server sends, in short, until it hangs up."""
        while True:
            try:
                head = self._take(2)
            except EOFError:
                yield "end"
                return
            except TimeoutError:
                yield "silence"
                return
            yield self._frame(head)

    def _frame(self, head: bytes) -> str:
        opcode, size = head[0] & 0x0F, head[1] & 0x7F
        assert head[0] & 0xF0 == 0x80, "a server's frame is whole, and has no reserved bits"
        assert head[1] & 0x80 == 0, "a server's frame is not masked"
        if size > 125:
            size = int.from_bytes(self._take(2 if size == 126 else 8))
        payload = self._take(size)
        name = _NAMES[opcode]
        if opcode == CLOSE:
            self.send(frame(CLOSE, payload))  # the answer, where this is not one itself
            return f"close {struct.unpack('!H', payload[:2])[0]}" if payload else "close"
        return f"{name} {payload!r}" if size < 40 else f"{name} of {size}"

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _more(self) -> None:
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise EOFError
        self._buffer += data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
