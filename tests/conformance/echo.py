"""What is served: an echo that tells, at the end of a connection, what it has seen of it."""

from __future__ import annotations

import json
import os
import socket as sockets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wsgen_runtime import Limits, WebSocket, WebSocketApp, WebSocketDisconnect, websocket

MARK = "conformance:"
MAX_MESSAGE = 1_000_000


@websocket("/", limits=Limits(max_message=MAX_MESSAGE), origins="any")
async def echo(socket: WebSocket) -> None:
    """Sends back every message; what a client saw that gave its name is printed."""
    await socket.accept()
    seen: list[str] = []
    try:
        while (event := await socket.receive())["type"] == "websocket.receive":
            text, data = event.get("text"), event.get("bytes")
            seen.append(f"text {_short(text)}" if text is not None else f"bytes {_short(data)}")
            await (socket.send_bytes(data or b"") if text is None else socket.send_text(text))
    except WebSocketDisconnect:
        pass
    finally:
        name = socket.query_params.get("name")
        if name is not None:
            print(MARK, name, json.dumps([*seen, socket.close_code]), flush=True)


def _short(message: str | bytes | None) -> str:
    assert message is not None
    return repr(message) if len(message) < 40 else f"of {len(message)}"


@asynccontextmanager
async def tell_port(app: object) -> AsyncIterator[None]:
    """Print the port where the server does not: granian, where it was told 0."""
    for name in os.listdir("/dev/fd") if "granian" in sys.modules else ():
        try:
            copy = sockets.socket(fileno=os.dup(int(name)))
        except OSError:  # no socket
            continue
        with copy:
            if copy.family == sockets.AF_INET and copy.type & sockets.SOCK_STREAM:
                print(MARK, "port", copy.getsockname()[1], flush=True)
    yield


app = WebSocketApp([echo], lifespan=tell_port)
