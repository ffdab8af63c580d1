"""Behaviours F31 and F32: exceptions that the application handles, and clients that leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, Denied, R, S, Sent, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketException,
    websocket,
    websocket_listener,
)


class Boom(Exception):
    """Something that no handler expects."""


class Worse(Boom):
    """Nearer in the MRO."""


def closing(code: int) -> Callable[[WebSocket, Exception], object]:
    async def handle(socket: WebSocket, error: Exception) -> None:
        await socket.close(code, type(error).__name__)

    return handle


@pytest.mark.parametrize(
    ("own", "outer", "closed"),
    [
        ({Boom: closing(4001)}, {}, X(4001, "Worse")),
        ({Boom: closing(4001), Worse: closing(4002)}, {}, X(4002, "Worse")),
        ({Exception: closing(4001)}, {Worse: closing(4002)}, X(4001, "Worse")),
        ({}, {Boom: closing(4003)}, X(4003, "Worse")),
        ({KeyError: closing(4001)}, {Exception: closing(4003)}, X(4003, "Worse")),
        ({KeyError: closing(4001)}, {KeyError: closing(4003)}, X(1011)),
    ],
)
async def test_b31_handlers_by_layer_and_by_the_nearest_class(
    own: dict[type[Exception], Callable[[WebSocket, Exception], object]],
    outer: dict[type[Exception], Callable[[WebSocket, Exception], object]],
    closed: Sent,
    logged: Logged,
) -> None:
    @websocket(exception_handlers=own)
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        raise Worse

    assert await run(WebSocketApp([handler], exception_handlers=outer), C) == [A, closed]
    assert len(logged()) == (closed == X(1011))

    class Talker(g.TalkHandler):
        exception_handlers = own

        @override
        async def handle(self) -> None:
            await self.socket.accept()
            raise Worse

    assert await run(g.app_of(Talker, exception_handlers=outer), C) == [A, closed]


async def test_b31_a_sync_handler_that_does_nothing_means_a_normal_end(logged: Logged) -> None:
    seen: list[Exception] = []

    def handle(socket: WebSocket, error: Exception) -> None:
        seen.append(error)

    @websocket(exception_handlers={Boom: handle})
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        raise Boom

    assert await run(WebSocketApp([handler]), C) == [A, X(1000)]
    assert [type(each) for each in seen] == [Boom]
    assert logged() == []


async def test_b31_before_accept_they_may_refuse() -> None:
    @websocket(exception_handlers={Boom: closing(4404)})
    async def handler(socket: WebSocket) -> None:
        raise Boom

    assert await run(WebSocketApp([handler]), C) == [Denied(404, "Boom")]


async def test_b31_a_listener_goes_on_after_one() -> None:
    async def handle(socket: WebSocket, error: Exception) -> None:
        await socket.send_text(f"sorry: {error}")

    @websocket_listener(exception_handlers={Boom: handle})
    async def handler(data: str) -> str:
        if data == "bad":
            raise Boom(data)
        return data

    class Room(g.Room):
        exception_handlers = {Boom: handle}  # noqa: RUF012  # as users write it

        @override
        async def on_say(self, message: g.Say, /) -> g.Said:
            raise Boom(message.text)

    played = await run(WebSocketApp([handler]), C, R("a"), R("bad"), R("b"), D(1000))
    assert played == [A, S("a"), S("sorry: bad"), S("b")]
    say = R('{"type":"say","text":"x"}')
    assert await run(g.app_of(Room), C, say, say, D(1000)) == [A, S("sorry: x"), S("sorry: x")]


@pytest.mark.parametrize(
    ("raised", "closed", "records"),
    [
        (WebSocketException("re-raised", code=4005), X(4005, "re-raised"), 0),
        (Boom(), X(1011), 1),
        (None, X(1011), 1),
    ],
)
@pytest.mark.parametrize("kind", ["websocket", "listener"])
async def test_b31_they_may_raise_again_and_are_asked_once(
    kind: str, raised: Exception | None, closed: X, records: int, logged: Logged
) -> None:
    asked: list[Exception] = []

    async def handle(socket: WebSocket, error: Exception) -> None:
        asked.append(error)
        raise raised or error

    @websocket("/websocket", exception_handlers={Exception: handle})
    async def plain(socket: WebSocket) -> None:
        await socket.accept()
        raise Worse

    @websocket_listener("/listener", exception_handlers={Exception: handle})
    async def listener(data: str) -> None:
        raise Worse

    app = WebSocketApp([plain, listener])
    assert await run(app, C, R("x"), path=f"/{kind}") == [A, closed]
    assert [type(each) for each in asked] == [Worse]
    assert len(logged()) == records


async def test_b32_who_leaves_is_no_error(logged: Logged) -> None:
    @websocket("/receive")
    async def receive(socket: WebSocket) -> None:
        while True:
            await socket.receive_text()

    @websocket("/pattern")
    async def pattern(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except Exception:
            await socket.close()

    @websocket("/reason")
    async def reason(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.receive_json()
        except Exception as error:
            await socket.close(code=1011, reason=str(error))

    @websocket("/group")
    async def group(socket: WebSocket) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(socket.receive_text())
            tasks.create_task(socket.receive_text())

    app = WebSocketApp([receive, pattern, reason, group])
    for path in ("/receive", "/pattern", "/reason", "/group"):
        for left in (D(1001), D(), D(1006)):
            assert await run(app, C, sent(1), left, path=path) == [A]
    assert logged() == []


async def test_b32_exception_handlers_are_not_asked_about_who_leaves() -> None:
    async def handle(socket: WebSocket, error: Exception) -> None:
        pytest.fail("nothing failed")

    @websocket(exception_handlers={Exception: handle})
    async def handler(socket: WebSocket) -> None:
        await socket.receive_text()

    assert await run(WebSocketApp([handler]), C, D(1001)) == [A]
