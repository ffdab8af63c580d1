"""Corners of the test client and of requests."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.runtime.handmade import soon
from tests.runtime.scripted import make_scope

from wsgen_runtime import WebSocket, WebSocketApp, websocket, websocket_listener
from wsgen_runtime._asgi import Receive, Scope, Send
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime.exceptions import ProtocolMisuse
from wsgen_runtime.testing import WebSocketTestClient


@websocket_listener("/echo")
async def echo(data: str) -> str:
    return data


@websocket_listener("/host")
async def host(data: str, socket: WebSocket) -> str:
    return socket.headers["host"]


@websocket("/waits")
async def waits(socket: WebSocket) -> None:
    """Receives until the end, and once more: some servers would let it wait for ever."""
    async for _ in socket.iter_text():
        pass
    assert [each async for each in socket.iter_text()] == []


APP = WebSocketApp([echo, host, waits])


async def test_b79_a_host_of_ones_own() -> None:
    client = WebSocketTestClient(APP)
    async with client.connect("/host", headers={"Host": "a.example"}) as session:
        await session.send_text("?")
        assert await session.receive_text() == "a.example"


async def test_b79_a_frame_of_the_other_kind_fails_the_test() -> None:
    @websocket("/")
    async def binary(socket: WebSocket) -> None:
        await socket.send_bytes(b"x")
        await socket.send_text("x")

    async with WebSocketTestClient(WebSocketApp([binary])).connect("/") as session:
        with pytest.raises(AssertionError, match="expected a text frame"):
            await session.receive_text()
        with pytest.raises(AssertionError, match="expected a binary frame"):
            await session.receive_bytes()


async def test_b79_a_receive_after_the_end_waits_as_on_many_servers() -> None:
    waiting: list[asyncio.Task[Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        await receive()
        waiting.append(asyncio.ensure_future(receive()))
        await asyncio.sleep(0)  # let it begin

    async with WebSocketTestClient(app).connect("/"):
        pass
    assert not waiting[0].done()
    waiting[0].cancel()
    await asyncio.wait(waiting, timeout=2)


async def test_b79_misuse_is_what_fails_even_if_the_application_is_cancelled() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await send({"type": "websocket.send", "text": "too early"})
        finally:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)

    with pytest.raises(ProtocolMisuse):
        async with WebSocketTestClient(app).connect("/"):
            pass


async def test_b79_an_application_that_cancels_itself_has_ended() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        raise asyncio.CancelledError

    async with WebSocketTestClient(app).connect("/"):
        pass


@pytest.mark.parametrize("last", ["shutdown", "startup"])
async def test_b79_what_a_lifespan_raises_at_the_end_is_raised(last: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
            if phase == last:
                raise KeyError("at the end")

    with pytest.raises(KeyError, match="at the end"):
        async with WebSocketTestClient(app):
            await asyncio.sleep(0)


async def test_b79_a_lifespan_that_raises_at_shutdown_instead_of_answering() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise KeyError("at the end")

    with pytest.raises(KeyError, match="at the end"):
        async with WebSocketTestClient(app):
            pass


async def test_b79_a_lifespan_that_does_not_return() -> None:
    cancelled = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError, match="the lifespan did not return within"):
        async with WebSocketTestClient(app, timeout=0.02):
            pass
    await soon(cancelled.wait())


async def test_b79_nothing_is_received_after_the_end() -> None:
    async with WebSocketTestClient(APP).connect("/waits") as session:
        await session.send_text("x")


def test_b10_what_a_request_says_can_be_printed() -> None:
    connection = ASGIConnection(make_scope(headers=[("X-A", "1")]))
    assert repr(connection.headers) == "Headers({'host': 'testserver', 'x-a': '1'})"
    assert ASGIConnection.headers.__doc__


async def test_b66_other_kinds_of_scope_are_none_of_ours() -> None:
    async def never(*_: object) -> Any:
        raise AssertionError("nothing to receive or send")

    with pytest.raises(ValueError, match="'telephone'"):
        await WebSocketApp([])({"type": "telephone"}, never, never)
