"""Lifespans: of an application (66, 71), and of each connection (51)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, Shout, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Message


async def test_a_hosts_lifespan_closes_connections_before_what_they_use() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def resource(_: object) -> AsyncGenerator[None]:
        seen.append("opened")
        yield
        seen.append("closed")

    def gone() -> None:
        seen.append("disconnected")

    @websocket_listener("/", on_disconnect=gone)
    async def echo(data: str) -> str:
        return data

    app = WebSocketApp([echo], lifespan=resource)
    async with Talk(app, C, R("here"), sent(3), D(1012)) as talk:
        async with app.lifespan():
            await talk.count(2)
        await talk.ended()
    assert talk.sent == [A, S("here"), X(1012, "the server restarts")]
    assert seen == ["opened", "disconnected", "closed"]


async def test_a_lifespan_that_fails_still_closes_connections() -> None:
    @websocket_listener("/")
    async def echo(data: str) -> str:
        return data

    app = WebSocketApp([echo])
    async with Talk(app, C, sent(2), D(1012)) as talk:
        try:
            async with app.lifespan():
                await talk.count(1)
                raise LookupError("of the host")
        except LookupError:
            pass
        await talk.ended()
    assert talk.sent == [A, X(1012, "the server restarts")]


def lifespan_of(
    steps: list[str], name: str, *, accept: bool = False, swallow: bool = False
) -> Callable[[WebSocket], AbstractAsyncContextManager[None]]:
    """A connection lifespan that writes down when it is entered and left, and by what."""

    @asynccontextmanager
    async def lifespan(socket: WebSocket) -> AsyncGenerator[None]:
        steps.append(f"enter {name}")
        if accept:
            await socket.accept()
        try:
            yield
        except WebSocketDisconnect as error:
            steps.append(f"{name} sees {error.code}")
            if not swallow:
                raise
        finally:
            steps.append(f"leave {name}")

    return lifespan


def living(steps: list[str], **options: bool) -> list[ASGIApp]:
    """A decorated and a generated application with two lifespans each."""
    lifespans = [lifespan_of(steps, "one", **options), lifespan_of(steps, "two")]

    @websocket_listener("/shout", connection_lifespan=lifespans)
    async def shout(data: str) -> str:
        steps.append("handled")
        return data.upper()

    class Living(Shout):
        connection_lifespan = tuple(lifespans)

        @override
        async def on_message(self, message: str, /) -> str | None:
            steps.append("handled")
            return await super().on_message(message)

    return [WebSocketApp([shout]), create_app(Parts(shout=Living))]


@pytest.mark.parametrize("accept", [True, False])
async def test_b51_lifespans_are_entered_in_order_and_left_in_reverse(accept: bool) -> None:
    steps: list[str] = []
    for app in living(steps, accept=accept):
        steps.clear()
        assert await run(app, C, R("a"), D(1001), path="/shout") == [A, S("A")]
        assert steps == [
            "enter one",
            "enter two",
            "handled",
            "two sees 1001",
            "leave two",
            "one sees 1001",
            "leave one",
        ]


async def test_b51_one_may_swallow_the_disconnect(logged: Logged) -> None:
    steps: list[str] = []
    for app in living(steps, swallow=True):
        assert await run(app, C, D(1001), path="/shout") == [A]
    assert logged() == []


async def test_b51_nothing_is_received_before_all_are_entered() -> None:
    go, reached = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow(socket: WebSocket) -> AsyncGenerator[None]:
        reached.set()
        await go.wait()
        yield

    @websocket_listener("/", connection_lifespan=[slow])
    async def echo(data: str) -> str:
        return data

    async with Talk(WebSocketApp([echo]), C, R("a"), D()) as talk:
        await soon(reached.wait())
        assert talk.receives == 1
        assert talk.sent == []
        go.set()
    assert talk.sent == [A, S("a")]


async def test_b51_they_are_given_what_they_ask_for() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def given(socket: WebSocket, room: int, user: str) -> AsyncGenerator[None]:
        steps.append(f"{room} {user} {socket.path}")
        yield

    @websocket("/{room:int}", dependencies={"user": lambda: "ann"}, connection_lifespan=[given])
    async def handler(socket: WebSocket) -> None:
        await socket.accept()

    assert await run(WebSocketApp([handler]), C, path="/7") == [A, X(1000)]
    assert steps == ["7 ann /7"]


@pytest.mark.parametrize("where", ["enter", "leave"])
async def test_b51_one_that_raises_ends_the_connection(where: str, logged: Logged) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def raises(socket: WebSocket) -> AsyncGenerator[None]:
        if where == "enter":
            raise LookupError("secret")
        yield
        raise LookupError("secret")

    @websocket("/", connection_lifespan=[lifespan_of(steps, "outer"), raises])
    async def handler(socket: WebSocket) -> None:
        await socket.accept()

    expected = [Denied(500, "")] if where == "enter" else [A, X(1011)]
    assert await run(WebSocketApp([handler]), C) == expected
    assert steps == ["enter outer", "leave outer"]
    assert len(logged()) == 1


async def test_b66_a_lifespan_scope_is_answered_as_often_as_it_comes() -> None:
    seen: list[object] = []

    @asynccontextmanager
    async def resource(app: object) -> AsyncGenerator[None]:
        seen.append("opened")
        yield
        seen.append("closed")

    app = WebSocketApp([], lifespan=resource)
    for _ in range(2):
        assert await lived(app) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert seen == ["opened", "closed"] * 2
    assert await lived(create_app()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
async def test_b66_a_lifespan_that_fails_is_reported(phase: str) -> None:
    @asynccontextmanager
    async def fails(app: object) -> AsyncGenerator[None]:
        if phase == "startup":
            raise LookupError("no engine")
        yield
        raise LookupError("no engine")

    sent: list[str] = []
    with pytest.raises(LookupError):
        await lived(WebSocketApp([], lifespan=fails), sent)
    assert sent[-1] == f"lifespan.{phase}.failed"


async def lived(app: ASGIApp, sent: list[str] | None = None) -> list[str]:
    """What an application answers to one life."""
    types: list[str] = [] if sent is None else sent
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        return {"type": next(events)}

    async def send(event: Message) -> None:
        types.append(event["type"])

    await soon(app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))
    return types
