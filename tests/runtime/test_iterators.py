"""Behaviours E: iterating over what the client sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, R, Rb, S, X, run
from typing_extensions import override

from wsgen_runtime import WebSocket, WebSocketApp, WebSocketDisconnect, websocket
from wsgen_runtime._asgi import Message
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame

Iterating = Callable[[WebSocket], AsyncIterator[object]]

WAYS: dict[str, tuple[Iterating, Message, object]] = {
    "text": (WebSocket.iter_text, R("x"), "x"),
    "bytes": (WebSocket.iter_bytes, Rb(b"x"), b"x"),
    "json": (WebSocket.iter_json, R('{"a":1}'), {"a": 1}),
    "binary json": (lambda socket: socket.iter_json(mode="binary"), Rb(b"[1]"), [1]),
}


@pytest.mark.parametrize("way", WAYS)
async def test_b27_iterators_yield_until_the_disconnect_and_end_normally(
    way: str, logged: Logged
) -> None:
    iterate, frame, value = WAYS[way]

    @websocket()
    async def handler(socket: WebSocket) -> None:
        assert [each async for each in iterate(socket)] == [value, value]
        assert [each async for each in iterate(socket)] == []
        with pytest.raises(WebSocketDisconnect):
            await socket.receive_text()

    assert await run(WebSocketApp([handler]), C, frame, frame, D(1001)) == [A]
    assert logged() == []


@pytest.mark.parametrize("way", WAYS)
async def test_b27_iterators_end_at_once_after_our_own_close(way: str) -> None:
    iterate, frame, _ = WAYS[way]

    @websocket()
    async def handler(socket: WebSocket) -> None:
        async for _ in iterate(socket):
            await socket.close()
        assert [each async for each in iterate(socket)] == []

    assert await run(WebSocketApp([handler]), C, frame, frame, D(1001)) == [A, X(1000)]


@pytest.mark.parametrize("way", WAYS)
async def test_b27_break_leaves_the_socket_usable(way: str) -> None:
    iterate, frame, value = WAYS[way]

    @websocket()
    async def handler(socket: WebSocket) -> None:
        async for each in iterate(socket):
            assert each == value
            break
        async for each in iterate(socket):
            assert each == value
            break
        await socket.send_text(await socket.receive_text())

    played = await run(WebSocketApp([handler]), C, frame, frame, R("y"))
    assert played == [A, S("y"), X(1000)]


async def test_b27_typed_sockets_iterate_too(logged: Logged) -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.accept()
            async for message in self.socket:
                assert isinstance(message, g.Say)
                break
            heard = [message async for message in self.socket]
            assert heard == [g.Typing(active=False), g.Say(text="b")]
            assert [message async for message in self.socket] == []
            assert self.socket.connection.close_code == 1001

    say = R('{"type":"say","text":"a"}')
    script = (say, R('{"type":"typing","active":false}'), R('{"type":"say","text":"b"}'))
    assert await run(g.app_of(Talker), C, *script, D(1001)) == [A]
    assert logged() == []


async def test_b27_typed_sockets_of_raw_payloads() -> None:
    class Echo(g.EchoHandler):
        @override
        async def handle(self) -> None:
            async for text in self.socket:
                await self.socket.send(text)

    assert await run(g.app_of(Echo), C, R("a"), R("b"), D()) == [A, S("a"), S("b")]


@pytest.mark.parametrize(
    ("way", "frame", "error", "code"),
    [
        ("json", R("{"), InvalidMessage, 1007),
        ("json", Rb(b"{}"), WrongFrame, 1003),
        ("text", Rb(b"x"), WrongFrame, 1003),
        ("bytes", R("x"), WrongFrame, 1003),
        ("binary json", Rb(b"\xff"), InvalidMessage, 1007),
    ],
)
async def test_b28_an_invalid_item_raises_and_the_socket_stays_usable_when_caught(
    way: str, frame: Message, error: type[Exception], code: int, logged: Logged
) -> None:
    iterate, good, value = WAYS[way]

    @websocket("/caught")
    async def caught(socket: WebSocket) -> None:
        with pytest.raises(error):
            await anext(iterate(socket))
        assert [each async for each in iterate(socket)] == [value]

    @websocket("/uncaught")
    async def uncaught(socket: WebSocket) -> None:
        async for _ in iterate(socket):
            pytest.fail("it is invalid")

    app = WebSocketApp([caught, uncaught])
    assert await run(app, C, frame, good, D(1000), path="/caught") == [A]
    [_, closed] = await run(app, C, frame, good, path="/uncaught")
    assert isinstance(closed, X)
    assert closed.code == code
    assert logged() == []


async def test_b28_typed_sockets_raise_what_closes_when_uncaught() -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            async for _ in self.socket:
                pass

    script = (R('{"type":"typing"}'), R('{"type":"say","text":1}'), R('{"type":"typing"}'))
    assert await run(g.app_of(Talker), C, *script) == [
        A,
        X(1007, "say.text: Expected `str`, got `int`"),
    ]


async def test_b28_listeners_follow_their_policy() -> None:
    invalid, good = R('{"type":"say","text":1}'), R('{"type":"say","text":"x"}')
    said = S('{"type":"said","text":"x"}')
    error = (
        '{"type":"error","code":"invalid_message",'
        '"detail":"Expected `str`, got `int`","path":"$.text"}'
    )
    closed = X(1007, "say.text: Expected `str`, got `int`")
    script = (C, invalid, good, D(1000))
    assert await run(g.app_of(g.Room), *script) == [A, closed]
    ignoring = g.app_of(g.Room, g.options("room", on_invalid="ignore"))
    assert await run(ignoring, *script) == [A, said]
    replying = g.app_of(g.Room, g.options("room", on_invalid="reply"))
    assert await run(replying, *script) == [A, S(error), said]
