"""Behaviours B11 to B17: receiving, by text, bytes, JSON and raw events, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, R, Rb, S, Server, Talk, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketState,
    websocket,
)
from wsgen_runtime._asgi import Message, Receive, Scope, Send
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame

Receiving = Callable[[WebSocket], Awaitable[object]]

WAYS: dict[str, Receiving] = {
    "text": lambda socket: socket.receive_text(),
    "bytes": lambda socket: socket.receive_bytes(),
    "json": lambda socket: socket.receive_json(),
    "binary json": lambda socket: socket.receive_json(mode="binary"),
}


def receiving(way: str, into: list[object]) -> WebSocketApp:
    """An application that receives once, in one of the ways, and lets errors pass."""

    @websocket()
    async def handler(socket: WebSocket) -> None:
        try:
            into.append(await WAYS[way](socket))
        except Exception as error:
            into.append(error)
            raise

    return WebSocketApp([handler])


def event(**keys: object) -> Message:
    return {"type": "websocket.receive", **keys}


@pytest.mark.parametrize(
    ("way", "received", "value"),
    [
        ("text", event(text="abc"), "abc"),
        ("text", event(text="abc", bytes=None), "abc"),
        ("text", event(bytes=None, text=""), ""),
        ("bytes", event(bytes=b"abc"), b"abc"),
        ("bytes", event(bytes=b"abc", text=None), b"abc"),
        ("bytes", event(text=None, bytes=b""), b""),
        ("json", event(text='{"a": [1, null]}'), {"a": [1, None]}),
        ("binary json", event(bytes=b'"\xc3\xa9"', text=None), "é"),
    ],
)
async def test_b11_missing_and_empty_keys_are_equal(
    way: str, received: Message, value: object
) -> None:
    got: list[object] = []
    assert await run(receiving(way, got), C, received) == [A, X(1000)]
    assert got == [value]


@pytest.mark.parametrize(
    ("way", "received", "expected"),
    [
        ("text", Rb(b"abc"), "text"),
        ("text", event(text=None, bytes=b""), "text"),
        ("text", event(), "text"),
        ("bytes", R("abc"), "binary"),
        ("bytes", event(text="", bytes=None), "binary"),
        ("json", Rb(b"1"), "text"),
        ("binary json", R("1"), "binary"),
    ],
)
async def test_b12_the_other_kind_of_frame_is_a_typed_error(
    way: str, received: Message, expected: str, logged: Logged
) -> None:
    got: list[object] = []
    played = await run(receiving(way, got), C, received)
    assert played == [A, X(1003, f"expected a {expected} frame")]
    assert isinstance(got[0], WrongFrame)
    assert logged() == []


async def test_b12_the_socket_stays_usable_when_it_is_caught() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        with pytest.raises(WrongFrame):
            await socket.receive_text()
        await socket.send_text(await socket.receive_text())

    played = await run(WebSocketApp([handler]), C, Rb(b"x"), R("y"))
    assert played == [A, S("y"), X(1000)]


async def test_b12_generated_sockets_know_their_frames_too() -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.receive()

    class Echo(g.EchoHandler):
        @override
        async def handle(self) -> None:
            await self.socket.receive()

    for app in (g.app_of(Talker), g.app_of(Echo), g.app_of(g.Room)):
        assert await run(app, C, Rb(b"{}")) == [A, X(1003, "expected a text frame")]


MALFORMED = [
    "",
    "{",
    "NaN",
    "[Infinity]",
    "-Infinity",
    "1e999",
    '"\\ud800"',
    '{"a": 1} 2',
    "[" * 100_000,
    '{"a": ' * 100_000,
    "'a'",
]


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:12] or "nothing")
async def test_b13_malformed_json_is_a_typed_error(text: str, logged: Logged) -> None:
    for way, received in (("json", R(text)), ("binary json", Rb(text.encode()))):
        got: list[object] = []
        [accepted, closed] = await run(receiving(way, got), C, received)
        assert accepted == A
        assert isinstance(closed, X)
        assert closed.code == 1007
        [error] = got
        assert isinstance(error, InvalidMessage)
        assert error.code == "malformed"
    assert logged() == []


@pytest.mark.parametrize("data", [b'"\xff"', b'{"a": "\xed\xa0\x80"}', b"\xef\xbb\xbf1"])
async def test_b13_binary_json_is_utf8(data: bytes) -> None:
    got: list[object] = []
    [_, closed] = await run(receiving("binary json", got), C, Rb(data))
    assert isinstance(closed, X)
    assert closed.code == 1007


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "say", "text": "x", "ignored": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"type": "say", "text": NaN}',
        '{"type": "say", "text": "\\udc00"}',
        "{",
    ],
    ids=["deep", "NaN", "surrogate", "cut"],
)
async def test_b13_generated_sockets_refuse_the_same(text: str) -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            with pytest.raises(InvalidMessage) as caught:
                await self.socket.receive()
            assert caught.value.code == "malformed"
            raise caught.value

    [_, closed] = await run(g.app_of(Talker), C, R(text))
    assert isinstance(closed, X)
    assert closed.code == 1007
    assert "100" not in closed.reason


async def test_b13_of_duplicate_keys_the_last_wins() -> None:
    got: list[object] = []
    await run(receiving("json", got), C, R('{"a": 1, "a": 2}'))
    assert got == [{"a": 2}]


@pytest.mark.parametrize("way", [*WAYS, "iterate"])
@pytest.mark.parametrize(
    ("left", "code", "reason"),
    [
        (D(4321, "bye"), 4321, "bye"),
        (D(1000), 1000, ""),
        (D(), 1005, ""),
        (D(None), 1005, ""),
        ({"type": "websocket.disconnect", "code": 1001, "reason": None}, 1001, ""),
    ],
)
async def test_b14_a_disconnect_ends_receiving(
    way: str, left: Message, code: int, reason: str, logged: Logged
) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        if way == "iterate":
            async for _ in socket.iter_text():
                pass
        else:
            with pytest.raises(WebSocketDisconnect) as caught:
                await WAYS[way](socket)
            error = caught.value
            assert (error.code, error.reason, error.by) == (code, reason, "client")
        assert (socket.close_code, socket.close_reason) == (code, reason)

    assert await run(WebSocketApp([handler]), C, left) == [A]
    assert logged() == []


@pytest.mark.parametrize("at_end", ["hang", "repeat", "raise"])
async def test_b15_receiving_after_the_disconnect_ends_at_once(at_end: str) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        for receive in (*WAYS.values(), WebSocket.receive):
            with pytest.raises(WebSocketDisconnect) as caught:
                await receive(socket)
            assert (caught.value.code, caught.value.reason) == (4321, "bye")

    server = Server(at_end=at_end)  # type: ignore[arg-type]
    async with Talk(WebSocketApp([handler]), C, D(4321, "bye"), server=server) as talk:
        pass
    assert talk.sent == [A]
    assert talk.receives == 2


async def test_b15_every_waiting_task_learns_of_the_disconnect() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        both = [asyncio.create_task(socket.receive_text()) for _ in range(3)]
        results = await asyncio.gather(*both, return_exceptions=True)
        assert [type(each) for each in results] == [WebSocketDisconnect] * 3

    assert await run(WebSocketApp([handler]), C, sent(1), D(1001)) == [A]


async def test_b15_a_server_that_fails_to_receive_has_lost_the_client() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def broken() -> Message:
            if socket.connection_state is WebSocketState.CONNECTED:
                raise ConnectionResetError
            return await receive()

        socket = WebSocket(scope, broken, send)
        with pytest.raises(WebSocketDisconnect) as caught:
            await socket.receive_text()
        assert caught.value.code == 1006

    assert await run(app, C) == [A]


async def test_b16_raw_receive_returns_the_disconnect_and_the_state_changes() -> None:
    events: list[Message] = []

    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        events.append(await socket.receive())
        events.append(await socket.receive())
        assert socket.client_state is WebSocketState.DISCONNECTED
        assert socket.connection_state is WebSocketState.DISCONNECTED
        assert (socket.close_code, socket.close_reason) == (4321, "bye")

    assert await run(WebSocketApp([handler]), C, R("x"), D(4321, "bye")) == [A]
    assert events == [R("x"), D(4321, "bye")]


async def test_b16_a_disconnect_that_came_after_a_wait_was_given_up_is_still_returned() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await socket.receive()
        await left.wait()
        assert socket.connection_state is WebSocketState.DISCONNECTED
        assert await socket.receive() == D(4321, "bye")
        with pytest.raises(WebSocketDisconnect):
            await socket.receive()
        await socket.close()
        await socket.send_text("uncaught")

    left = asyncio.Event()
    async with Talk(WebSocketApp([handler]), C) as talk:
        await talk.idle()
        talk.feed(D(4321, "bye"))
        await talk.until(lambda: talk.order.gone)
        await asyncio.sleep(0)
        left.set()
    assert talk.sent == [A]


async def test_b17_receiving_after_our_own_close_is_a_typed_error() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(4000, "enough")
        for receive in (*WAYS.values(), WebSocket.receive):
            with pytest.raises(WebSocketDisconnect) as caught:
                await receive(socket)
            error = caught.value
            assert (error.code, error.reason, error.by) == (4000, "enough", "server")

    assert await run(WebSocketApp([handler]), C, R("late"), D(1000)) == [A, X(4000, "enough")]


@pytest.mark.parametrize("raw", [False, True])
async def test_b17_frames_that_arrive_after_our_own_close_are_dropped(raw: bool) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        work = socket.receive() if raw else socket.receive_text()
        waiting: asyncio.Task[object] = asyncio.ensure_future(work)
        await listening.wait()
        await socket.close()
        with pytest.raises(WebSocketDisconnect) as caught:
            await waiting
        assert caught.value.by == "server"

    listening = asyncio.Event()
    async with Talk(WebSocketApp([handler]), C) as talk:
        await talk.count(1)
        await talk.idle()
        listening.set()
        await talk.count(2)
        talk.feed(R("late"))
    assert talk.sent == [A, X(1000)]
