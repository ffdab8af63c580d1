"""Behaviour U79: the test client, async and sync."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from typing_extensions import override

from wsgen_runtime import (
    Closed,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    gen1,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime.exceptions import ProtocolMisuse, SerializationError
from wsgen_runtime.testing import (
    Rejected,
    WebSocketTestClient,
)

SHORT = 0.02


@websocket_listener("/echo")
async def echo(data: str) -> str:
    return data


@websocket("/refuse/{code:int}")
async def refuse(socket: WebSocket, code: int) -> None:
    raise WebSocketException("not you", code=code)


@websocket("/open", subprotocols=["chat.v1"])
async def opened(socket: WebSocket) -> None:
    await socket.accept(headers=[("X-Server", "wsgen")])
    request = {
        "path": socket.path,
        "query": [socket.query_params.getlist("a"), socket.query_params.get("b")],
        "host": socket.headers["host"],
        "trace": socket.headers.get("x-trace"),
    }
    await socket.send_json(request)
    await socket.send_json(request, mode="binary")
    await socket.send_bytes(await socket.receive_bytes())
    await socket.send_json(await socket.receive_json())
    await socket.close(4000, "enough")


@websocket("/boom")
async def boom(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    raise LookupError("boom")


@websocket("/hang")
async def hang(socket: WebSocket) -> None:
    await asyncio.Event().wait()


HANDLERS = [echo, refuse, opened, boom, hang]
APP = WebSocketApp(HANDLERS)


async def test_b79_connect_returns_after_accept_with_subprotocol_and_headers() -> None:
    async with WebSocketTestClient(APP) as client:
        opening = client.connect(
            "/open?a=1",
            query={"a": ["2", "é"], "b": "x y"},
            headers={"X-Trace": "t1"},
            subprotocols=["chat.v2", "chat.v1"],
        )
        async with opening as session:
            assert session.accepted_subprotocol == "chat.v1"
            assert session.response_headers == [("x-server", "wsgen")]
            expected = {
                "path": "/open",
                "query": [["1", "2", "é"], "x y"],
                "host": "testserver",
                "trace": "t1",
            }
            assert await session.receive_json() == expected
            assert await session.receive_json(mode="binary") == expected
            await session.send_bytes(b"x")
            assert await session.receive_bytes() == b"x"
            await session.send_json([1, None])
            assert await session.receive_json() == [1, None]
            closed = await session.receive_close()
            assert closed == Closed(code=4000, reason="enough", by="server")
            assert session.closed == closed
            with pytest.raises(WebSocketDisconnect) as caught:
                await session.receive_text()
            assert (caught.value.code, caught.value.by) == (4000, "server")


async def test_b79_a_rejection_is_an_exception() -> None:
    with pytest.raises(Rejected) as caught:
        async with WebSocketTestClient(APP).connect("/refuse/4401"):
            pytest.fail("it was refused")
    error = caught.value
    assert (error.code, error.reason, error.status) == (None, "not you", 401)
    assert str(error) == "rejected with HTTP status 401: not you"
    with pytest.raises(Rejected, match="close code 4401: not you") as caught:
        async with WebSocketTestClient(APP, denial=False).connect("/refuse/4401"):
            pytest.fail("it was refused")
    assert (caught.value.code, caught.value.status) == (4401, None)
    with pytest.raises(Rejected, match="404"):
        async with WebSocketTestClient(APP).connect("/nowhere"):
            pytest.fail("it was refused")


async def test_b79_every_wait_has_a_timeout() -> None:
    client = WebSocketTestClient(APP, timeout=SHORT)
    async with client.connect("/echo") as session:
        for receive in (session.receive_text, session.receive_bytes, session.receive_close):
            with pytest.raises(TimeoutError, match=r"sent nothing for 0\.02 s"):
                await receive()
        await session.send_text("still here")
        assert await session.receive_text() == "still here"
    with pytest.raises(TimeoutError):
        async with client.connect("/hang"):
            pytest.fail("it does not answer")


async def test_b79_leaving_sends_1000_and_waits_for_the_application() -> None:
    seen: list[object] = []

    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        seen.extend([text async for text in socket.iter_text()])
        await asyncio.sleep(0)
        seen.append((socket.close_code, socket.close_reason))

    async with WebSocketTestClient(WebSocketApp([handler])).connect() as session:
        await session.send_text("x")
    assert seen == ["x", (1000, "")]
    async with WebSocketTestClient(WebSocketApp([handler])).connect() as session:
        await session.close(4321, "bye")
    assert seen[2:] == [(4321, "bye")]


async def test_b79_leaving_raises_what_the_application_raised() -> None:
    client = WebSocketTestClient(WebSocketApp(HANDLERS, debug=True))
    with pytest.raises(LookupError, match="boom"):
        async with client.connect("/boom") as session:
            await session.send_text("x")
    async with WebSocketTestClient(APP).connect("/boom") as session:
        await session.send_text("x")
        assert (await session.receive_close()).code == 1011


async def test_b79_an_error_of_the_test_goes_before_those_of_the_application() -> None:
    async def fails(client: WebSocketTestClient) -> None:
        async with client.connect("/boom") as session:
            await session.send_text("x")
            raise KeyError("of the test")

    with pytest.raises(KeyError) as caught:
        await fails(WebSocketTestClient(WebSocketApp(HANDLERS, debug=True)))
    assert caught.value.__notes__ == ["besides, the application: LookupError('boom')"]


ACCEPT: Message = {"type": "websocket.accept"}
CLOSE: Message = {"type": "websocket.close"}
SEND: Message = {"type": "websocket.send", "text": "x"}
DENY: Message = {"type": "websocket.http.response.start", "status": 403, "headers": []}


def sending(*events: Message, to_the_end: bool = False) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for event in events:
            if to_the_end:
                while (await receive())["type"] != "websocket.disconnect":
                    pass
            await send(dict(event))

    return app


@pytest.mark.parametrize(
    "app",
    [
        sending(SEND),
        sending(ACCEPT, ACCEPT),
        sending(ACCEPT, CLOSE, SEND),
        sending(ACCEPT, CLOSE, CLOSE),
        sending(ACCEPT, {"type": "websocket.send"}),
        sending(ACCEPT, {"type": "websocket.send", "text": None, "bytes": None}),
        sending(ACCEPT, {"type": "websocket.send", "bytes": "x"}),
        sending(ACCEPT, {"type": "websocket.send", "text": "\ud800"}),
        sending(ACCEPT, {**CLOSE, "code": 1006}),
        sending(ACCEPT, {**CLOSE, "reason": "x" * 124}),
        sending({**ACCEPT, "subprotocol": "chat.v1"}),
        sending(ACCEPT, DENY),
        sending({"type": "websocket.http.response.body", "body": b""}),
        sending({"type": "lifespan.startup.complete"}),
        sending(),
        sending(ACCEPT),
    ],
)
async def test_b79_an_illegal_order_of_events_fails_the_test(app: ASGIApp) -> None:
    with pytest.raises(ProtocolMisuse):
        async with WebSocketTestClient(app).connect() as session:
            await session.receive_close()


@pytest.mark.parametrize("event", [SEND, CLOSE, ACCEPT])
async def test_b79_nothing_may_be_sent_after_the_disconnect(event: Message) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(dict(ACCEPT))
        await receive()
        try:
            await send(dict(event))
        except Exception:
            return

    with pytest.raises(ProtocolMisuse, match="left, or was lost"):
        async with WebSocketTestClient(app).connect():
            pass


async def test_b79_a_denial_needs_the_extension() -> None:
    body = {"type": "websocket.http.response.body", "body": b"no"}
    more = {**body, "more_body": True}
    with pytest.raises(Rejected, match="403: nono"):
        async with WebSocketTestClient(sending(DENY, more, body)).connect():
            pass
    with pytest.raises(ProtocolMisuse, match="does not know"):
        async with WebSocketTestClient(sending(DENY, body), denial=False).connect():
            pass


async def test_b79_an_application_may_answer_before_it_reads_the_connect_event() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({**CLOSE, "code": 4001, "reason": "no"})

    with pytest.raises(Rejected, match="close code 4001: no"):
        async with WebSocketTestClient(app).connect():
            pytest.fail("it was refused")


async def test_b79_an_application_that_does_not_end_is_cancelled() -> None:
    cancelled: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(dict(ACCEPT))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with pytest.raises(TimeoutError, match=r"did not return within 0\.02 s"):
        async with WebSocketTestClient(app, timeout=SHORT).connect():
            pass
    assert cancelled == [True]


async def test_b79_typed_messages_of_a_generated_package() -> None:
    client = WebSocketTestClient(g.app_of(g.Room), wire=g.WIRE)
    async with client.connect() as session:
        await session.send(g.Say(text="hi"))
        said = await session.receive(g.Said)
        assert (said.text, session.request_id) == ("hi", None)
        await session.send(g.Say(text="hi"), request_id=7)
        assert await session.receive(g.Said) == g.Said(text="hi")
        assert session.request_id == 7
        await session.send(g.Say(text="hi"))
        with pytest.raises(AssertionError, match=r"expected Tick, and Said\(text='hi'\) came"):
            await session.receive(g.Tick)
        with pytest.raises(SerializationError):
            await session.send(g.RoomSocket)  # type: ignore[arg-type]
        await session.send_text("{}")
        with pytest.raises(WebSocketDisconnect) as caught:
            await session.receive(g.Said)
        assert caught.value.code == 1007
    async with WebSocketTestClient(APP).connect("/echo") as session:
        with pytest.raises(TypeError, match="wire=WIRE"):
            await session.send(g.Say(text="x"))


async def test_b79_what_is_no_message_of_the_package_fails() -> None:
    async with WebSocketTestClient(APP, wire=g.WIRE).connect("/echo") as session:
        await session.send_text('{"type": "nothing"}')
        with pytest.raises(AssertionError, match="expected Said"):
            await session.receive(g.Said)
        await session.send_text("x")
        with pytest.raises(AssertionError, match="expected a binary frame"):
            await session.receive_bytes()
        await session.send_text("y")
        with pytest.raises(AssertionError, match="expected a close"):
            await session.receive_close()


def broken_said() -> g.Said:
    text: Any = 5
    return g.Said(text=text)


@pytest.mark.parametrize("kind", ["listener", "stream", "websocket"])
async def test_b79_what_a_generated_handler_sends_is_decoded(kind: str, logged: Logged) -> None:
    class Room(g.Room):
        @override
        async def on_say(self, message: g.Say, /) -> g.Said:
            return broken_said()

    class Clock(g.ClockHandler):
        @override
        async def stream(self) -> AsyncIterator[g.Tick]:
            counter: Any = "one"
            yield g.Tick(counter=counter)

    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.accept()
            await self.socket.send(broken_said())

    handlers: dict[str, type[gen1.Handler[Any, Any]]]
    handlers = {"listener": Room, "stream": Clock, "websocket": Talker}
    handler = handlers[kind]
    async with WebSocketTestClient(g.app_of(handler), wire=g.WIRE).connect() as session:
        await session.send(g.Say(text="x"))
        assert (await session.receive_close()).code == 1011
    [record] = logged()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], SerializationError)
    assert "a client would refuse" in str(record.exc_info[1])
