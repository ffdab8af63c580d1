"""Guards: when they run, what they refuse (behaviours 52, 53)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, Room, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X, run
from tests.runtime.wires import ROOM

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketException,
    gen1,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Receive, Scope, Send
from wsgen_runtime._endpoint import Middleware

steps: list[str] = []


@pytest.fixture(autouse=True)
def _afresh() -> None:
    steps.clear()


def note(step: str) -> Callable[[WebSocket], None]:
    def guard(socket: WebSocket) -> None:
        steps.append(step)

    return guard


def passing(step: str) -> Middleware:
    def middleware(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            steps.append(step)
            await app(scope, receive, send)

        return wrapped

    return middleware


async def test_b52_outer_before_inner_guards_before_dependencies_all_before_accept() -> None:
    def dependency() -> int:
        steps.append("dependency")
        return 1

    async def slow(socket: WebSocket) -> None:
        await asyncio.sleep(0)
        steps.append("inner guard 2")

    @websocket(
        "/",
        guards=[note("inner guard 1"), slow],
        middleware=[passing("inner middleware 1"), passing("inner middleware 2")],
        dependencies={"value": dependency},
    )
    async def handler(socket: WebSocket, value: int) -> None:
        steps.append(f"handler {socket.connection_state.value}")

    app = WebSocketApp(
        [handler],
        guards=[note("outer guard")],
        middleware=[passing("outer middleware 1"), passing("outer middleware 2")],
    )
    await run(app, C)
    assert steps == [
        "outer middleware 1",
        "outer middleware 2",
        "inner middleware 1",
        "inner middleware 2",
        "outer guard",
        "inner guard 1",
        "inner guard 2",
        "dependency",
        "handler CONNECTING",
    ]


async def test_b52_a_guard_with_needs_runs_as_soon_as_they_are_there() -> None:
    def user(socket: gen1.WebSocket, /, *, token: str | None) -> str:
        steps.append(f"user {token}")
        return "ann"

    async def seat(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
        steps.append(f"seat {user} {room_id} {socket.connection_state.value}")

    class Noting(Room):
        def __init__(self) -> None:
            steps.append("handler")

    app = create_app(Parts(user=user, seat=seat, room=Noting))
    assert await run(app, C, D(), path=ROOM, query="token=t") == [A]
    assert steps == ["user t", "seat ann 3 CONNECTING", "handler"]


def refuses(socket: WebSocket, *_: object, **__: object) -> None:
    raise WebSocketException("not here", code=4403)


async def refuses_later(socket: WebSocket, *_: object, **__: object) -> None:
    await asyncio.sleep(0)
    raise WebSocketException("not here", code=4403)


def refuses_by_a_coroutine(socket: WebSocket, *_: object, **__: object) -> Any:
    return refuses_later(socket)


async def closes(socket: WebSocket, *_: object, **__: object) -> None:
    await socket.close(4403, "not here")


REFUSALS: list[Callable[..., Any]] = [refuses, refuses_later, refuses_by_a_coroutine, closes]


@pytest.mark.parametrize("guard", REFUSALS)
async def test_b53_a_guard_that_refuses_and_nothing_later_runs(
    guard: Callable[..., Any], logged: Logged
) -> None:
    def dependency() -> int:
        steps.append("dependency")
        return 1

    def ended() -> None:
        steps.append("told")

    @websocket_listener(
        ROOM,
        guards=[guard, note("second guard")],
        dependencies={"value": dependency},
        on_disconnect=ended,
    )
    async def room(data: str, value: int) -> None:
        steps.append("handler")

    class Never(Room):
        def __init__(self) -> None:
            steps.append("handler")

    for app in (WebSocketApp([room]), create_app(Parts(seat=guard, room=Never))):
        assert await run(app, C, path=ROOM) == [Denied(403, "not here")]
        assert await run(app, C, path=ROOM, extensions={}) == [X(4403, "not here")]
    assert steps == []
    assert logged() == []


@pytest.mark.parametrize("guard", REFUSALS)
async def test_b53_a_refusal_that_a_browser_can_see(guard: Callable[..., Any]) -> None:
    app = create_app(Parts(seat=guard), options={"on_reject": "close"})
    assert await run(app, C, path=ROOM) == [A, X(4403, "not here")]


@pytest.mark.parametrize("generated", [True, False])
async def test_b53_a_guard_that_says_false_admits_nobody(generated: bool, logged: Logged) -> None:
    def says_false(socket: WebSocket, *_: object, **__: object) -> Any:
        return False

    async def says_false_later(socket: WebSocket, *_: object, **__: object) -> Any:
        return False

    for guard in (says_false, says_false_later):

        @websocket_listener(ROOM, guards=[guard])
        async def room(data: str) -> None:
            pass

        app = create_app(Parts(seat=guard)) if generated else WebSocketApp([room])
        assert await run(app, C, path=ROOM) == [Denied(500, "")]
    assert len(logged()) == 2


async def test_b53_a_guard_that_fails_admits_nobody(logged: Logged) -> None:
    def fails(socket: WebSocket, *_: object, **__: object) -> None:
        raise LookupError("secret")

    @websocket_listener(ROOM, guards=[fails])
    async def room(data: str) -> None:
        pass

    for app in (WebSocketApp([room]), create_app(Parts(seat=fails))):
        assert await run(app, C, path=ROOM) == [Denied(500, "")]
    assert [record.getMessage().split(" [")[0] for record in logged()] == [
        "room: handler failed",
        "room: handler failed",
    ]


async def test_b53_a_guard_sees_the_options_of_the_handler() -> None:
    seen: list[Mapping[str, Any]] = []

    def guard(socket: WebSocket, opt: Mapping[str, Any]) -> None:
        seen.append(opt)

    async def positional(socket: WebSocket, handler_opt: Mapping[str, Any], /) -> None:
        seen.append(handler_opt)

    def defaulted(socket: WebSocket, level: int = 3) -> None:
        steps.append(str(level))

    @websocket_listener("/", opt={"level": 2, "own": True}, guards=[positional, defaulted])
    async def listener(data: str) -> None:
        pass

    app = WebSocketApp([listener], guards=[guard], opt={"level": 1, "outer": True})
    assert await run(app, C, D()) == [A]
    assert [dict(each) for each in seen] == [{"level": 2, "outer": True, "own": True}] * 2
    assert steps == ["3"]


async def test_b53_a_slow_guard_runs_into_the_handshake_timeout() -> None:
    async def slow(socket: WebSocket, *_: object, **__: object) -> None:
        await asyncio.Event().wait()

    limits = Limits(handshake_timeout=0.01)

    @websocket_listener(ROOM, guards=[slow], limits=limits)
    async def room(data: str) -> None:
        pass

    for app in (WebSocketApp([room]), create_app(Parts(seat=slow), limits=limits)):
        assert await run(app, C, path=ROOM) == [Denied(503, "not ready in time")]


async def test_b53_a_guard_may_accept_by_itself() -> None:
    async def accepts(socket: WebSocket) -> None:
        await socket.accept()
        if await socket.receive_text() != "password":
            raise WebSocketException("wrong", code=4401)

    @websocket_listener("/", guards=[accepts])
    async def listener(data: str) -> str:
        return data

    app = WebSocketApp([listener])
    assert await run(app, C, R("password"), R("hi"), D()) == [A, S("hi")]
    assert await run(app, C, R("guess")) == [A, X(4401, "wrong")]


async def test_b53_cancellation_within_a_guard() -> None:
    async def slow(socket: WebSocket) -> None:
        reached.set()
        await asyncio.Event().wait()

    @websocket_listener("/", guards=[slow])
    async def listener(data: str) -> None:
        pass

    reached = asyncio.Event()
    async with Talk(WebSocketApp([listener]), C) as talk:
        await soon(reached.wait())
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.sent == [Denied(503, "the server restarts")]
