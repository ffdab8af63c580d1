"""What a handler of the kind `websocket` does when its client asks for it by name.

The same functions run below a decorated and below a generated handler.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.servers.journal import tell

from wsgen_runtime import WebSocket, WebSocketDisconnect, WebSocketException

SECRET = "hunter2"
"""What no client may ever see."""
GIVEN_UP = 20
"""Receives that `patient` must have given up, at the least."""
PATIENT_MESSAGES = 200
"""Messages that it must have heard all the same."""

present: dict[str, WebSocket] = {}
"""Connections that may be kicked, by the names of their clients."""


def asked(socket: WebSocket, name: str, default: str = "") -> str:
    """What the client has put into the query."""
    return socket.query_params.get(name, default)


async def echo(socket: WebSocket) -> None:
    """Send every message back as it came."""
    await socket.accept(headers=[("X-Wsgen", "yes")])
    while (event := await socket.receive())["type"] == "websocket.receive":
        text = event.get("text")
        if text is not None:
            await socket.send_text(text)
        else:
            await socket.send_bytes(event["bytes"])


async def close(socket: WebSocket) -> None:
    """Close as the client asks."""
    await socket.accept()
    await socket.close(int(asked(socket, "code")), asked(socket, "reason"))


async def refuse(socket: WebSocket) -> None:
    """Refuse as the client asks."""
    await socket.close(int(asked(socket, "code")), asked(socket, "reason"))


async def leave(socket: WebSocket) -> None:
    """Return with the connection open."""
    await socket.accept()


async def nothing(socket: WebSocket) -> None:
    """Return without having accepted."""


async def fail(socket: WebSocket) -> None:
    """Fail with the connection open."""
    await socket.accept()
    raise RuntimeError(SECRET)


async def fail_early(socket: WebSocket) -> None:
    """Fail before accepting."""
    raise RuntimeError(SECRET)


async def complain(socket: WebSocket) -> None:
    """Raise an exception that carries a close code."""
    await socket.accept()
    raise WebSocketException("not like this", code=4123)


async def patient(socket: WebSocket) -> None:
    """Give up receives at about the time when messages come; then say what was heard.

    The client sends a message for each receive that was given up.
    """
    await socket.accept()
    heard: list[str] = []
    given_up = 0
    while len(heard) < PATIENT_MESSAGES:
        try:
            async with asyncio.timeout(0.0001 * (given_up % 10)):
                heard.append(await socket.receive_text())
        except TimeoutError:
            given_up += 1
            await socket.send_text("next")
    await socket.send_json([given_up >= GIVEN_UP, heard])


async def crowd(socket: WebSocket) -> None:
    """Send from ten tasks at once, each in order."""
    await socket.accept()

    async def talk(number: int) -> None:
        for count in range(20):
            await socket.send_json([number, count])

    await asyncio.gather(*map(talk, range(10)))


async def late(socket: WebSocket) -> None:
    """Wait for the end of the connection, then go on as if nothing had happened."""
    await socket.accept()
    async for _ in socket.iter_text():
        pass
    refused = 0
    for _ in range(3):
        try:
            await socket.send_text("too late")
        except WebSocketDisconnect:
            refused += 1
    await socket.close(4000)
    tell(socket, "refused", refused)


async def mute(socket: WebSocket) -> None:
    """Neither send nor receive, for ever."""
    await socket.accept()
    tell(socket, "busy")
    await asyncio.Event().wait()


async def stay(socket: WebSocket) -> None:
    """Wait for messages in a room from which one can be kicked."""
    await socket.accept()
    present[asked(socket, "who")] = socket
    tell(socket, "entered")
    async for _ in socket.iter_text():
        pass


async def kick(socket: WebSocket) -> None:
    """Close somebody else's connection."""
    await socket.accept()
    await present.pop(asked(socket, "target")).close(4010, "kicked")


async def look(socket: WebSocket) -> None:
    """Say what the opening request brought."""
    await socket.accept()
    client, server = socket.client, socket.server
    await socket.send_json(
        {
            "client": client is not None and client[0] == "127.0.0.1" and client[1] > 0,
            "server": server is not None and server[0] == "127.0.0.1" and server[1] > 0,
            "header": socket.headers.get("x-name"),
            "cookie": socket.cookies.get("c"),
            "query": socket.query_params.getlist("q"),
            "origin": socket.url.origin.partition(":")[0],
        }
    )


async def where(socket: WebSocket) -> None:
    """Say where another handler is."""
    await socket.accept()
    await socket.send_text(socket.url_for("clock"))


Deed = Callable[[WebSocket], Awaitable[None]]
DEEDS: dict[str, Deed] = {
    each.__name__: each
    for each in (
        close, complain, crowd, echo, fail, fail_early, kick, late, leave, look, mute, nothing,
        patient, refuse, stay, where,
    )
}  # fmt: skip


async def perform(socket: WebSocket) -> None:
    """Do what the path asks for, and tell how the connection ended."""
    try:
        await DEEDS[str(socket.path_params["deed"])](socket)
    finally:
        tell(socket, "handler left", socket.close_code, socket.close_reason)
