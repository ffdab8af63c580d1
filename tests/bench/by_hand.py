"""ASGI by hand, twice: the least that works, and what a careful engineer writes.

`bare` is the limit: it trusts the client in everything. `careful` bounds what it reads, looks at
the kind of frame, answers what is invalid with 1007, checks the origin, takes everything down, and
says how it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.bench.models import Codec
from tests.bench.world import ITEMS, NOW, Database, Session, begun, opened, user

from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send

Handle = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = Callable[[str], str]
_MAX_MESSAGE: Final = 1_048_576


def bare(codec: Codec) -> ASGIApp:
    """The limit."""
    talk, order, write = codec.talk, codec.order, codec.write
    say, said, noted, tick = codec.Say, codec.Said, codec.Noted, codec.Tick

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            await send({"type": "websocket.send", "text": event["text"]})

    async def room(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            message = talk(event["text"])
            if isinstance(message, say):
                reply = said(text=message.text)
            else:
                reply = noted(active=message.active)
            await send({"type": "websocket.send", "text": write(reply)})

    async def ticks(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        for number in range(ITEMS):
            item = tick(counter=number, timestamp=NOW + number)
            await send({"type": "websocket.send", "text": write(item)})
        await send({"type": "websocket.close", "code": 1000})

    async def orders(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            reply = codec.confirm(order(event["text"]))
            await send({"type": "websocket.send", "text": write(reply)})

    async def account(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        database = Database()
        try:
            found = await user(Session(database))
            await send({"type": "websocket.accept"})
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                talk(event["text"])
                reply = said(text=found.name)
                await send({"type": "websocket.send", "text": write(reply)})
        finally:
            database.open = False

    async def search(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        room_id = int(scope["path"].split("/")[2])
        query = parse_qs(scope["query_string"].decode())
        limit = int(query["limit"][0])
        token = query["token"][0]
        await send({"type": "websocket.accept"})
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            talk(event["text"])
            reply = said(text=f"{room_id} {limit} {token}")
            await send({"type": "websocket.send", "text": write(reply)})

    return _routed(
        {"/echo": echo, "/room": room, "/ticks": ticks, "/orders": orders, "/account": account},
        search,
    )


def careful(codec: Codec) -> ASGIApp:
    """What a careful engineer writes."""
    talk, order, write = codec.talk, codec.order, codec.write

    async def converse(receive: Receive, send: Send, answer: Answer) -> None:
        """Answer until the client leaves; what is wrong closes with the code that says so."""
        try:
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                text = event.get("text")
                if text is None:
                    await send(_close(1003, "text, please"))
                    return
                if len(text) > _MAX_MESSAGE // 4 and len(text.encode()) > _MAX_MESSAGE:
                    await send(_close(1009, "too big"))
                    return
                try:
                    reply = answer(text)
                except codec.invalid:
                    await send(_close(1007, "not a message that is known here"))
                    return
                await send({"type": "websocket.send", "text": reply})
        except OSError:
            return  # the client is gone
        except Exception:
            await send(_close(1011, ""))
            raise

    def listener(answer: Answer) -> Handle:
        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if await _admitted(scope, receive, send):
                await send({"type": "websocket.accept"})
                await converse(receive, send, answer)

        return handle

    async def ticks(scope: Scope, receive: Receive, send: Send) -> None:
        if not await _admitted(scope, receive, send):
            return
        await send({"type": "websocket.accept"})
        gone = asyncio.ensure_future(_left(receive))
        try:
            for number in range(ITEMS):
                if gone.done():
                    return
                item = codec.Tick(counter=number, timestamp=NOW + number)
                await send({"type": "websocket.send", "text": write(item)})
            await send(_close(1000, ""))
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone

    async def account(scope: Scope, receive: Receive, send: Send) -> None:
        if not await _admitted(scope, receive, send):
            return
        async with opened() as database, begun(database) as session:
            found = await user(session)
            await send({"type": "websocket.accept"})

            def answer(text: str) -> str:
                talk(text)
                return write(codec.Said(text=found.name))

            await converse(receive, send, answer)

    async def search(scope: Scope, receive: Receive, send: Send) -> None:
        if not await _admitted(scope, receive, send):
            return
        query = parse_qs(scope["query_string"].decode())
        try:
            room_id = int(scope["path"].split("/")[2])
            limit = int(query["limit"][0]) if "limit" in query else 10
        except ValueError:
            await send(_close(1008, "not a number"))
            return
        token = query["token"][0] if "token" in query else None
        await send({"type": "websocket.accept"})

        def answer(text: str) -> str:
            talk(text)
            return write(codec.Said(text=f"{room_id} {limit} {token}"))

        await converse(receive, send, answer)

    return _routed(
        {
            "/echo": listener(lambda text: text),
            "/room": listener(lambda text: write(codec.answer(talk(text)))),
            "/ticks": ticks,
            "/orders": listener(lambda text: write(codec.confirm(order(text)))),
            "/account": account,
        },
        search,
    )


def _routed(paths: Mapping[str, Handle], search: Handle) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        handle = paths.get(path)
        if handle is None and path.startswith("/rooms/") and path.endswith("/search"):
            handle = search
        if handle is None:
            await send(_close(4404, "not found"))
            return
        await handle(scope, receive, send)

    return app


async def _admitted(scope: Scope, receive: Receive, send: Send) -> bool:
    """Whether the page that connects is one of ours."""
    await receive()
    origin = host = b""
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"host":
            host = value
    if not origin or urlsplit(origin).netloc == host:
        return True
    await send(_close(1008, ""))
    return False


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _close(code: int, reason: str) -> Message:
    closing: dict[str, Any] = {"type": "websocket.close", "code": code, "reason": reason}
    return closing
