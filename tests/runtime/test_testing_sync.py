"""Behaviour U79, continued: the lifespan around the test client, and the client without async."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tests.runtime import generated as g

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketException,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import Receive, Scope, Send
from wsgen_runtime.testing import Rejected, SyncWebSocketTestClient, WebSocketTestClient

SHORT = 0.02


@websocket_listener("/echo")
async def echo(data: str) -> str:
    return data


@websocket("/refuse")
async def refuse(socket: WebSocket) -> None:
    raise WebSocketException("not you", code=4001)


@websocket("/boom")
async def boom(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    raise LookupError("boom")


HANDLERS = [echo, refuse, boom]
APP = WebSocketApp(HANDLERS)


async def test_b79_the_lifespan_runs_around_the_client() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        events.append("start")
        yield
        events.append("stop")

    @websocket()
    async def handler(socket: WebSocket) -> None:
        events.append("connection")
        await socket.accept()

    async with (
        WebSocketTestClient(WebSocketApp([handler], lifespan=lifespan)) as client,
        client.connect(),
    ):
        pass
    assert events == ["start", "connection", "stop"]


async def test_b79_state_of_the_lifespan_reaches_connections() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["type"] == "lifespan":
            scope["state"]["db"] = "a database"
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": scope["state"]["db"]})
            await send({"type": "websocket.close"})

    async with WebSocketTestClient(app) as client, client.connect() as session:
        assert await session.receive_text() == "a database"


async def _fails(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


async def _hangs(receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


async def _fails_late(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.failed", "message": "still busy"})


async def _knows_none(receive: Receive, send: Send) -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("live", "error"),
    [
        (_fails, (RuntimeError, "startup failed: no database")),
        (_fails_late, (RuntimeError, "shutdown failed: still busy")),
        (_hangs, (TimeoutError, r"no answer to lifespan\.startup")),
        (_knows_none, None),
    ],
)
async def test_b79_an_application_that_does_not_start_or_stop(
    live: Callable[[Receive, Send], Awaitable[None]],
    error: tuple[type[Exception], str] | None,
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await live(receive, send)

    client = WebSocketTestClient(app, timeout=SHORT)
    if error is None:
        async with client:
            pass
        return
    with pytest.raises(error[0], match=error[1]):
        async with client:
            pass


def test_b79_the_sync_client_is_the_same_code_in_a_thread() -> None:
    threads: set[str] = set()

    @websocket_listener("/room", subprotocols=["chat.v1"])
    async def room(data: str) -> str:
        threads.add(threading.current_thread().name)
        return data

    with SyncWebSocketTestClient(WebSocketApp([*HANDLERS, room])) as client:
        with client.connect("/room", subprotocols=["chat.v1"]) as session:
            assert session.accepted_subprotocol == "chat.v1"
            assert session.response_headers == []
            session.send_text("a")
            session.send_json({"a": 1})
            assert session.receive_text() == "a"
            assert session.receive_json() == {"a": 1}
            assert session.closed is None
        with pytest.raises(Rejected), client.connect("/refuse"):
            pytest.fail("it was refused")
        with client.connect("/boom") as session:
            session.send_text("x")
            assert session.receive_close().code == 1011
    assert threads == {"wsgen-test-client"}
    assert "wsgen-test-client" not in {each.name for each in threading.enumerate()}


def test_b79_the_sync_client_types_binary_frames_and_messages() -> None:
    @websocket_listener()
    async def handler(data: bytes) -> bytes:
        return data

    with SyncWebSocketTestClient(WebSocketApp([handler])) as client, client.connect() as session:
        session.send_bytes(b"x")
        assert session.receive_bytes() == b"x"
        session.close(4000)
    wired = SyncWebSocketTestClient(g.app_of(g.Room), wire=g.WIRE)
    with wired as client, client.connect() as session:
        session.send(g.Say(text="hi"), request_id="r1")
        assert session.receive(g.Said) == g.Said(text="hi")
        assert session.request_id == "r1"


def test_b79_the_sync_client_raises_what_the_application_raised() -> None:
    with (
        SyncWebSocketTestClient(WebSocketApp(HANDLERS, debug=True)) as client,
        pytest.raises(LookupError),
        client.connect("/boom") as session,
    ):
        session.send_text("x")
    with (
        pytest.raises(RuntimeError, match="startup failed"),
        SyncWebSocketTestClient(_lifeless),
    ):
        pass
    assert "wsgen-test-client" not in {each.name for each in threading.enumerate()}


async def _lifeless(scope: Scope, receive: Receive, send: Send) -> None:
    await _fails(receive, send)


def test_b79_clients_say_how_they_are_used() -> None:
    with pytest.raises(RuntimeError, match="use `with"):
        SyncWebSocketTestClient(APP).connect()


async def test_b79_sessions_say_how_they_are_used() -> None:
    with pytest.raises(RuntimeError, match="use `async with"):
        await WebSocketTestClient(APP).connect("/echo").send_text("x")
