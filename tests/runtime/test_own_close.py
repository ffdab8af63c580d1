"""Our own close ends every wait at once, also on servers that would let it wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.runtime.scripted import A, C, D, R, S, Talk, X, run

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime.exceptions import ProtocolMisuse


def kick(sockets: list[WebSocket]) -> asyncio.Task[None]:
    """Close a socket from a task of its own."""
    return asyncio.create_task(sockets[0].close(4000, "out"))


@pytest.mark.parametrize("limits", [Limits(), Limits(idle_timeout=60)])
async def test_b17_a_waiting_listener_ends_when_another_task_closes(limits: Limits) -> None:
    sockets: list[WebSocket] = []
    order: list[str] = []

    @websocket_listener(
        "/",
        limits=limits,
        on_accept=lambda socket: sockets.append(socket),
        on_disconnect=lambda socket: order.append(str(socket.close_code)),
    )
    async def listener(data: str) -> None: ...

    async with Talk(WebSocketApp([listener]), C) as talk:
        await talk.idle()
        await kick(sockets)
        await talk.ended()
    assert talk.sent == [A, X(4000, "out")]
    assert order == ["4000"]


async def test_b41_a_listener_returns_only_when_the_close_of_another_task_is_sent() -> None:
    """A server hangs up when the callable returns: the close would be lost."""
    sockets: list[WebSocket] = []
    order: list[str] = []

    @websocket_listener(
        "/",
        on_accept=lambda socket: sockets.append(socket),
        on_disconnect=lambda socket: order.append(str(socket.close_code)),
    )
    async def listener(data: str) -> None: ...

    async with Talk(WebSocketApp([listener]), C) as talk:
        await talk.idle()
        talk.block_sends()
        closing = kick(sockets)
        for _ in range(20):  # all that can happen meanwhile does
            await asyncio.sleep(0)
        assert (talk.done, order) == (False, [])
        talk.block_sends(False)
        await talk.ended()
        assert closing.done()
    assert (talk.sent, order) == ([A, X(4000, "out")], ["4000"])


async def test_b17_a_waiting_receive_ends_when_another_task_closes() -> None:
    sockets: list[WebSocket] = []
    seen: list[WebSocketDisconnect] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        sockets.append(socket)
        with pytest.raises(WebSocketDisconnect) as ended:
            await socket.receive_text()
        seen.append(ended.value)

    async with Talk(WebSocketApp([handler]), C) as talk:
        await talk.idle()
        await kick(sockets)
        await talk.ended()
    assert talk.sent == [A, X(4000, "out")]
    assert [(each.code, each.reason, each.by) for each in seen] == [(4000, "out", "server")]


async def test_b47_a_waiting_stream_ends_when_another_task_closes() -> None:
    sockets: list[WebSocket] = []
    finished: list[bool] = []

    @websocket_stream("/", limits=Limits(close_timeout=0.02))
    async def stream(socket: WebSocket) -> AsyncIterator[str]:
        sockets.append(socket)
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            finished.append(True)

    async with Talk(WebSocketApp([stream]), C) as talk:
        await talk.count(2)
        await kick(sockets)
        await talk.ended()
    assert talk.sent == [A, S("first"), X(4000, "out")]
    assert finished == [True]


async def test_b47_a_stream_that_closes_by_itself_may_still_clean_up() -> None:
    steps: list[str] = []

    @websocket_stream("/")
    async def stream(socket: WebSocket) -> AsyncIterator[str]:
        yield "only"
        await socket.close(4001)
        await asyncio.sleep(0)
        steps.append("saved")

    assert await run(WebSocketApp([stream]), C) == [A, S("only"), X(4001)]
    assert steps == ["saved"]


async def test_cancelling_a_listener_that_was_closed_still_cancels_it() -> None:
    @websocket_listener("/")
    async def listener(data: str, socket: WebSocket) -> None:
        await socket.close()
        await asyncio.Event().wait()

    async with Talk(WebSocketApp([listener]), C, R("x")) as talk:
        await talk.count(2)
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.sent == [A, X(1000)]


async def test_background_work_of_a_listener_may_not_receive() -> None:
    problems: list[BaseException] = []

    async def eavesdrop(socket: WebSocket) -> None:
        try:
            await socket.receive_text()
        except ProtocolMisuse as error:
            problems.append(error)

    @websocket_listener("/")
    async def listener(data: str, socket: WebSocket) -> None:
        tasks.append(asyncio.create_task(eavesdrop(socket)))

    tasks: list[asyncio.Task[None]] = []
    async with Talk(WebSocketApp([listener]), C, R("x")) as talk:
        await talk.idle()
        await tasks[0]
        talk.feed(D(1000))
        await talk.ended()
    assert [str(each) for each in problems] == [
        "a listener receives by itself: its background work may not"
    ]
