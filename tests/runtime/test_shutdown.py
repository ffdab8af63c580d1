"""Shutdown: every connection is closed and taken down, nothing is left running (71)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import soon
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X
from tests.runtime.tracing import RESTART, Make, Trace, decorated, generated, say
from tests.runtime.wires import ROOM

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Receive, Scope, Send

BOTH = pytest.mark.parametrize("make", [generated, decorated])


async def ended(app: Any, *talks: Talk) -> None:
    await soon(app.close())
    for talk in talks:
        with contextlib.suppress(asyncio.CancelledError):  # only where it did not end by itself
            await talk.ended()
        talk.forgive()


@BOTH
async def test_b71_shutdown_closes_everything_and_leaves_nothing_running(
    make: Make, logged: Logged
) -> None:
    before = asyncio.all_tasks()
    trace, other = Trace(), Trace()
    limits = Limits(close_timeout=0.05)
    apps: list[Any] = []

    def remembered(app: Any) -> Any:
        apps.append(app)
        return app

    trace.watching = remembered  # type: ignore[method-assign]
    app = make(trace, limits=limits)
    async with (
        Talk(app, C, path=ROOM) as waiting,
        Talk(app, C, say("wait"), path=ROOM) as busy,
    ):
        await waiting.count(1)
        await soon(trace.reached.wait())
        await ended(apps[0], busy)
        await waiting.ended()  # nothing to cancel: our close ends the wait for messages
        assert asyncio.all_tasks() == before
    assert waiting.sent == busy.sent == [A, X(1012, RESTART)]
    assert trace.steps.count("told to the end") == 2
    assert trace.steps.count("torn down") == 2
    assert trace.steps.count("background") == 2
    assert logged() == []
    assert other.steps == []


async def test_b71_a_server_that_never_finishes_a_send_does_not_hold_up_the_shutdown() -> None:
    trace = Trace()
    apps: list[Any] = []

    def remembered(app: Any) -> Any:
        apps.append(app)
        return app

    trace.watching = remembered  # type: ignore[method-assign]
    app = generated(trace, limits=Limits(close_timeout=0.02))
    async with Talk(app, C, path=ROOM) as talk:
        await talk.idle()
        talk.block_sends()
        talk.feed(say("hi"))
        await ended(apps[0], talk)
        talk.order.mistakes.clear()  # the sends that never finished
    assert talk.sent == [A]
    assert trace.steps == ["provided", "accepted", "told", "told to the end", "background",
                           "torn down"]  # fmt: skip


async def test_b71_a_connection_that_ends_by_itself_is_not_cancelled() -> None:
    @websocket_listener("/")
    async def listener(data: str) -> str:
        return data

    app = WebSocketApp([listener])
    async with Talk(app, C, R("x")) as talk:
        await talk.count(2)
        closing = asyncio.create_task(app.close())
        await talk.count(3)
        talk.feed(D(1012))
        await soon(asyncio.wait_for(closing, 1))
    assert talk.sent == [A, S("x"), X(1012, RESTART)]


async def test_b71_a_connection_still_in_middleware_is_refused() -> None:
    """It reaches its handler while others are being closed."""
    arrived, admitted = asyncio.Event(), asyncio.Event()

    def slow(app: ASGIApp) -> ASGIApp:
        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == "/late":
                arrived.set()
                await admitted.wait()
            await app(scope, receive, send)

        return inner

    @websocket(["/", "/late"])
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await socket.receive()
        finally:
            admitted.set()
            await late.ended()

    app = WebSocketApp([handler], middleware=[slow])
    async with Talk(app, C) as early, Talk(app, C, path="/late") as late:
        await early.count(1)
        await soon(arrived.wait())
        await ended(app, early)
        assert late.sent == [Denied(503, RESTART)]


async def test_b71_a_connection_still_in_its_handshake_is_refused() -> None:
    reached = asyncio.Event()

    async def slow() -> int:
        reached.set()
        await asyncio.Event().wait()
        return 1

    @websocket_listener("/", dependencies={"slow": slow}, limits=Limits(close_timeout=0.01))
    async def listener(data: str, slow: int) -> str:
        return data

    app = WebSocketApp([listener])
    async with Talk(app, C) as talk:
        await soon(reached.wait())
        await ended(app, talk)
    assert talk.sent == [Denied(503, RESTART)]
