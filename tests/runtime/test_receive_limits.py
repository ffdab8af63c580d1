"""Behaviour B18: limits of what is received, and of how long one waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.runtime import generated as g
from tests.runtime.scripted import A, C, D, R, Rb, S, X, run, sent

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import Message

WAYS: dict[str, Callable[[WebSocket], Awaitable[object]]] = {
    "text": lambda socket: socket.receive_text(),
    "json": lambda socket: socket.receive_json(),
}


@pytest.mark.parametrize("way", ["text", "json", "raw", "iterate"])
async def test_b18_a_frame_over_the_limit_closes_before_it_is_decoded(way: str) -> None:
    @websocket(limits=Limits(max_message=8))
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()
        if way == "iterate":
            async for _ in socket.iter_text():
                pytest.fail("it is over the limit")
            return
        receive = WebSocket.receive if way == "raw" else WAYS[way]
        with pytest.raises(WebSocketDisconnect) as caught:
            await receive(socket)
        assert (caught.value.code, caught.value.by) == (1009, "server")

    played = await run(WebSocketApp([handler]), C, R("12345678"), R("{23456789"))
    assert played == [A, X(1009, "the message is too big")]


@pytest.mark.parametrize(
    ("frame", "fits"),
    [
        (R("é" * 4), True),
        (R("é" * 4 + "x"), False),
        (R("€€€"), False),
        (Rb(bytes(8)), True),
        (Rb(bytes(9)), False),
        ({**Rb(bytes(9)), "text": None}, False),
        ({**R(""), "bytes": None}, True),
    ],
)
async def test_b18_sizes_are_bytes_of_utf8(frame: Message, fits: bool) -> None:
    @websocket_listener(limits=Limits(max_message=8))
    async def listener(data: str) -> str:
        return "ok"

    @websocket("/raw", limits=Limits(max_message=8))
    async def raw(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive()

    app = WebSocketApp([listener, raw])
    too_big = X(1009, "the message is too big")
    if "bytes" not in frame or frame["bytes"] is None:
        played = await run(app, C, frame, D(1000))
        assert played == ([A, S("ok")] if fits else [A, too_big])
    assert await run(app, C, frame, path="/raw") == [A, X(1000) if fits else too_big]


async def test_b18_generated_listeners_have_their_limits() -> None:
    app = g.app_of(g.Room, g.options("room", limits=Limits(max_message=30)))
    fits, too_big = '{"type":"say","text":"123"}', '{"type":"say","text":"12345678"}'
    assert await run(app, C, R(fits), R(too_big)) == [
        A,
        S('{"type":"said","text":"123"}'),
        X(1009, "the message is too big"),
    ]


async def test_b18_a_timeout_around_receive_loses_no_message() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await socket.receive_text()
        await socket.send_text("waiting")
        await socket.send_text(await socket.receive_text())

    played = await run(WebSocketApp([handler]), C, sent(2), R("x"), R("y"))
    assert played == [A, S("waiting"), S("x"), X(1000)]


async def test_b18_an_idle_connection_is_closed_whatever_way_it_receives() -> None:
    @websocket("/{way:str}", limits=Limits(idle_timeout=0.001))
    async def handler(socket: WebSocket, way: str) -> None:
        await socket.accept()
        receive = WebSocket.receive if way == "raw" else WAYS[way]
        with pytest.raises(WebSocketDisconnect) as caught:
            await receive(socket)
        assert (caught.value.code, caught.value.by) == (1001, "server")

    for way in ("raw", "text"):
        played = await run(WebSocketApp([handler]), C, path=f"/{way}")
        assert played == [A, X(1001, "idle for too long")]
