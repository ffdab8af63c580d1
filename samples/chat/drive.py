"""Serves the chat with uvicorn, talks to it with the `websockets` client, and prints both sides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from app import app
from chat.routes import url_for_clock, url_for_echo, url_for_room

CHAT = Subprotocol("chat.v1")


@asynccontextmanager
async def serving() -> AsyncGenerator[str]:
    """A real server on a port of the system's choice; gives its URL."""
    # uvicorn 0.54 logs each refusal by HTTP as an error, although it sends it as it should.
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"ws://{host}:{port}"
    server.should_exit = True
    await task


async def say(client: ClientConnection, name: str, text: str) -> None:
    print(f"{name:>6} → {text}")
    await client.send(text)


async def hear(client: ClientConnection, name: str) -> None:
    print(f"{name:>6} ← {await client.recv()!s}")


async def talk(base: str) -> None:
    """Two people in a room."""
    room = url_for_room(base, room_id=7, token="alice-token")
    same_room = url_for_room(base, room_id=7, token="bob-token")
    print(f"--- {room}")
    async with (
        connect(room, subprotocols=[CHAT]) as alice,
        connect(same_room, subprotocols=[CHAT]) as bob,
    ):
        await say(alice, "alice", '{"type":"say","text":"Hello, Bob","request_id":1}')
        await hear(alice, "alice")
        await hear(bob, "bob")
        await say(bob, "bob", '{"type":"typing"}')
        await hear(alice, "alice")
        await say(bob, "bob", '{"type":"say","text":""}')
        try:
            await hear(bob, "bob")
        except ConnectionClosed as closed:
            print(f"{'bob':>6} ✗ {closed.rcvd}")


async def be_refused(base: str) -> None:
    """Somebody without a token."""
    room = url_for_room(base, room_id=7)
    print(f"--- {room}")
    try:
        async with connect(room, subprotocols=[CHAT]):
            pass
    except InvalidStatus as refused:
        body = refused.response.body.decode()
        print(f"{'eve':>6} ✗ HTTP {refused.response.status_code}: {body}")


async def listen(base: str) -> None:
    """The stream and the echo."""
    clock = url_for_clock(base, interval=0.1)
    print(f"--- {clock}")
    async with connect(clock) as client:
        await hear(client, "clock")
        await hear(client, "clock")
    print(f"--- {url_for_echo(base)}")
    async with connect(url_for_echo(base)) as client:
        await say(client, "echo", "Is anybody there?")
        await hear(client, "echo")


async def main() -> None:
    async with serving() as base:
        await talk(base)
        await be_refused(base)
        await listen(base)


if __name__ == "__main__":
    asyncio.run(main())
