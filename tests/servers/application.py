"""What every server serves in these tests: the same handlers, once decorated, once generated."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.runtime import handmade
from tests.runtime.handmade import Full, Said, Say, Tick, Typing
from tests.servers.deeds import SECRET, asked, perform, present
from tests.servers.journal import tell, tell_port
from typing_extensions import override

from wsgen_runtime import Dependency, WebSocket, gen1, websocket, websocket_listener
from wsgen_runtime import websocket_stream as stream

LIMITS = gen1.Limits(max_message=1000, rate=20)
IDLE = gen1.Limits(idle_timeout=0.2)
CLOSE_TIMEOUT = 1.0
"""Shorter than what servers are told to wait for at the end."""
SUBPROTOCOLS = ("chat.v2", "chat.v1")


async def resource(socket: WebSocket) -> AsyncGenerator[str]:
    """Something that has to be given back."""
    try:
        yield asked(socket, "token") or "nobody"
    finally:
        await asyncio.sleep(0)
        tell(socket, "torn down")


async def answer(socket: WebSocket, text: str) -> None:
    """What both kinds of room do when somebody says a word that they know."""
    if text == "fail":
        raise RuntimeError(SECRET)
    if text == "busy":
        tell(socket, "busy")
        await asyncio.Event().wait()


async def ticks(socket: WebSocket) -> AsyncGenerator[int]:
    """Two numbers, and then what the client has asked for: the end, silence, or a flood."""
    then = asked(socket, "then")
    counter = 0
    try:
        while then == "flood" or counter < 2:
            yield counter
            counter += 1
        if then == "wait":
            tell(socket, "busy")
            await asyncio.Event().wait()
    finally:
        tell(socket, "stream closed")


# Decorated

OPTIONS: dict[str, Any] = {"dependencies": {"user": Dependency(resource)}}


@websocket("/decorated/do/{deed:str}", name="do", **OPTIONS)
async def do(socket: WebSocket, user: str) -> None:
    await perform(socket)


@websocket("/decorated/closing/{deed:str}", name="closing", on_reject="close")
async def closing(socket: WebSocket) -> None:
    await perform(socket)


@websocket("/decorated/speaking/{deed:str}", name="speaking", subprotocols=SUBPROTOCOLS)
async def speaking(socket: WebSocket) -> None:
    await perform(socket)


def entered(socket: WebSocket) -> None:
    present[asked(socket, "who")] = socket
    tell(socket, "entered")


def left(socket: WebSocket) -> None:
    tell(socket, "ended", socket.close_code, socket.close_reason)


def guard(socket: WebSocket) -> None:
    if "full" in socket.query_params:
        raise Full


def rooms(name: str, *paths: str, **more: Any) -> Any:
    """A decorated listener like the generated room."""

    @websocket_listener(
        paths, name=name, guards=[guard], on_accept=entered, on_disconnect=left, **OPTIONS, **more
    )
    async def room(data: Say | Typing, socket: WebSocket, room_id: int, user: str) -> Said | None:
        if isinstance(data, Say):
            await answer(socket, data.text)
            return Said(text=data.text, by=user)
        tell(socket, "typing")
        return None

    return room


@stream("/decorated/clock", name="ticking", **OPTIONS)
async def ticking(socket: WebSocket, user: str) -> AsyncIterator[Tick]:
    async with aclosing(ticks(socket)) as counters:
        async for counter in counters:
            yield Tick(counter=counter)


DECORATED = [
    do,
    closing,
    speaking,
    ticking,
    rooms("room of mine", "/decorated/rooms/{room_id:int}", "/decorated/r/{room_id:int}"),
    rooms("limited of mine", "/decorated/limited/{room_id:int}", limits=LIMITS),
    rooms("idle of mine", "/decorated/idle/{room_id:int}", limits=IDLE),
]


# Generated


class Room(handmade.Room):
    async def accepted(self) -> None:
        entered(self.socket.connection)

    @override
    async def on_say(self, message: Say, /) -> Said:
        await answer(self.socket.connection, message.text)
        return await super().on_say(message)

    @override
    async def on_typing(self, message: Typing, /) -> None:
        tell(self.socket.connection, "typing")

    async def disconnected(self, close: gen1.Closed, /) -> None:
        tell(self.socket.connection, "ended", close.code, close.reason)


class Clock(handmade.ClockHandler):
    @override
    async def stream(self) -> AsyncIterator[Tick]:
        async with aclosing(ticks(self.socket.connection)) as counters:
            async for counter in counters:
                yield Tick(counter=counter)


class Deeds(handmade.EchoHandler):
    @override
    async def handle(self) -> None:
        await perform(self.socket.connection)


class DeedEndpoint(handmade.EchoEndpoint):
    """As a generator writes it for a handler with a dependency."""

    provide: gen1.Provider[str] = gen1.Provider(resource)

    @override
    async def open(self, handshake: gen1.Handshake, /) -> handmade.EchoHandler:
        await self.provide(handshake)
        return await super().open(handshake)


class ClockEndpoint(handmade.ClockEndpoint):
    provide: gen1.Provider[str] = gen1.Provider(resource)

    @override
    async def open(self, handshake: gen1.Handshake, /) -> handmade.ClockHandler:
        await self.provide(handshake)
        return await super().open(handshake)


async def user(socket: WebSocket, /, *, token: str | None) -> AsyncGenerator[str]:
    async with aclosing(resource(socket)) as made:
        yield await anext(made)


def seat(socket: WebSocket, /, *, user: str, room_id: int) -> None:
    guard(socket)


def room_endpoint() -> handmade.RoomEndpoint:
    return handmade.RoomEndpoint(Room, user=user, seat=seat)


def named(endpoint: gen1.WebSocketEndpoint[Any] | Any, name: str, **options: Any) -> Any:
    """An endpoint with options as a schema would give them."""
    endpoint.options = replace(endpoint.options, name=name, **options)
    return endpoint


@asynccontextmanager
async def lifespan(app: object) -> AsyncGenerator[None]:
    if "granian" in sys.modules:
        tell_port()
    yield


app = gen1.App(
    {
        "deeds": gen1.Route("/generated/do/{deed:str}"),
        "deeds_closing": gen1.Route("/generated/closing/{deed:str}"),
        "deeds_speaking": gen1.Route("/generated/speaking/{deed:str}"),
        "clock": gen1.Route("/generated/clock"),
        "room": gen1.Route("/generated/rooms/{room_id:int}", "/generated/r/{room_id:int}"),
        "limited": gen1.Route("/generated/limited/{room_id:int}"),
        "idle": gen1.Route("/generated/idle/{room_id:int}"),
    },
    [
        named(DeedEndpoint(Deeds), "deeds", subprotocols=()),
        named(DeedEndpoint(Deeds), "deeds_closing", subprotocols=(), on_reject="close"),
        named(DeedEndpoint(Deeds), "deeds_speaking", subprotocols=SUBPROTOCOLS),
        ClockEndpoint(Clock),
        room_endpoint(),
        named(room_endpoint(), "limited", limits=LIMITS),
        named(room_endpoint(), "idle", limits=IDLE),
    ],
    handlers=DECORATED,
    lifespan=lifespan,
    limits=gen1.Limits(close_timeout=CLOSE_TIMEOUT),
)
