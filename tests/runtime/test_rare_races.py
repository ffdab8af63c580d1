"""What happens at awkward moments: silent servers, races of an answer with the end, late work."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, R, S, Server, Talk, X, run

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime._handlers import Handler
from wsgen_runtime.exceptions import InvalidMessage

SILENT = Server(late_send=None)
"""Takes sends for ever after the client has left, as hypercorn, granian and daphne do."""


async def test_b21_a_handler_that_only_sends_learns_that_the_client_has_left() -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        while True:
            await socket.send_text("tick")
            await asyncio.sleep(0)

    async with Talk(WebSocketApp([handler]), C, server=SILENT) as talk:
        await talk.count(3)
        talk.feed(D(1001))
        await talk.ended()


async def test_b21_a_method_of_a_listener_that_only_sends_learns_it_too() -> None:
    @websocket_listener("/")
    async def listener(data: str, socket: WebSocket) -> None:
        while True:
            await socket.send_text("tick")
            await asyncio.sleep(0)

    async with Talk(WebSocketApp([listener]), C, R("go"), server=SILENT) as talk:
        await talk.count(3)
        talk.feed(D(1001))
        await talk.ended()


@pytest.mark.parametrize("said", [1, 20])
async def test_b21_what_a_client_said_before_it_left_hides_nothing(said: int) -> None:
    """On a silent server the disconnect stands behind messages that nobody takes."""
    heard: list[str] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.send_text("tick")
                await asyncio.sleep(0)
        heard.extend([text async for text in socket.iter_text()])
        assert socket.close_code == 1001

    everything = [str(number) for number in range(said)]
    async with Talk(WebSocketApp([handler]), C, server=SILENT) as talk:
        await talk.count(3)
        talk.feed(*map(R, everything), D(1001))
        await talk.ended()
    assert heard == everything


async def test_b21_raw_events_keep_their_order_behind_the_end() -> None:
    events: list[object] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.send_text("tick")
                await asyncio.sleep(0)
        events.extend([(await socket.receive())["type"] for _ in range(3)])
        with pytest.raises(WebSocketDisconnect):
            await socket.receive()

    async with Talk(WebSocketApp([handler]), C, server=SILENT) as talk:
        await talk.count(3)
        talk.feed(R("a"), R("b"), D(1001))
        await talk.ended()
    assert events == ["websocket.receive", "websocket.receive", "websocket.disconnect"]


async def test_b39_a_listener_still_handles_what_was_said_while_it_sent() -> None:
    handled: list[str] = []

    @websocket_listener("/")
    async def listener(data: str, socket: WebSocket) -> None:
        handled.append(data)
        if data == "go":
            for _ in range(5):
                await socket.send_text("tick")
                await asyncio.sleep(0)

    said = [str(number) for number in range(20)]
    async with Talk(WebSocketApp([listener]), C, R("go"), *map(R, said), server=SILENT) as talk:
        await talk.count(6)
        talk.feed(D(1001))
        await talk.ended()
    assert handled == ["go", *said]


@pytest.mark.parametrize(
    ("said", "handled"),
    [
        ([R("1"), R("2")], ["go", "1", "2"]),  # no answer gets out, which is no reason to skip any
        ([R("1"), R("x" * 50), R("2")], ["go", "1"]),  # a limit ends it, as if it were still there
    ],
    ids=["answered", "too big"],
)
async def test_b39_what_was_said_before_the_end_is_handled_as_ever(
    said: list[Message], handled: list[str]
) -> None:
    heard: list[str] = []

    @websocket_listener("/", limits=Limits(max_message=40))
    async def listener(data: str, socket: WebSocket) -> str:
        heard.append(data)
        with contextlib.suppress(WebSocketDisconnect):
            while data == "go":
                await socket.send_text("tick")
                await asyncio.sleep(0)
        return data

    async with Talk(WebSocketApp([listener]), C, R("go"), *said, server=SILENT) as talk:
        await talk.count(6)
        talk.feed(D(1001))
        await talk.ended()
    assert heard == handled


@pytest.mark.parametrize(("ticks", "handled"), [(2, ["go", "1"]), (4, ["go", "1", "2"])])
async def test_b39_a_refused_answer_is_no_reason_to_skip_what_was_read_ahead(
    ticks: int, handled: list[str]
) -> None:
    heard: list[str] = []

    @websocket_listener("/")
    async def listener(data: str, socket: WebSocket) -> str:
        heard.append(data)
        if data == "go":
            for _ in range(ticks):
                await socket.send_text("tick")
                await asyncio.sleep(0)
            await asyncio.sleep(0)
        return data

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(event: Message) -> None:
            if event.get("text") == "go":
                raise OSError("the client has left")
            await send(event)

        await app(scope, receive, sending)

    app = WebSocketApp([listener])
    async with Talk(refusing, C, R("go"), R("1"), R("2")) as talk:
        await talk.ended()
    assert heard == handled


@pytest.mark.parametrize("size", [1, 30_000])
async def test_b70_only_so_much_is_kept_for_who_only_sends(size: int) -> None:
    """64 KiB, or 32 small messages; beyond that the client has to wait."""

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        for _ in range(200):
            await socket.send_text("tick")
            await asyncio.sleep(0)

    async with Talk(WebSocketApp([handler]), C, *[R("x" * size)] * 100, server=SILENT) as talk:
        await talk.ended()
        assert talk.receives <= 2 + (33 if size == 1 else 4)


async def test_b41_a_call_is_cancelled_though_the_client_said_more_before_it_left() -> None:
    called: list[str] = []

    @websocket_listener("/", cancel_on_disconnect=True)
    async def listener(data: str) -> None:
        called.append(data)
        await asyncio.Event().wait()

    said = [R(str(number)) for number in range(10)]
    async with Talk(WebSocketApp([listener]), C, *said, D(1001), server=SILENT) as talk:
        await talk.ended()
    assert called == ["0"]


async def test_b21_what_is_raised_in_place_of_a_lost_client_is_on_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A middleware's mistake looks to the handler like a client that has left; the log knows."""

    def broken(app: ASGIApp) -> ASGIApp:
        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            async def faulty(event: Message) -> None:
                if event["type"] == "websocket.send":
                    raise KeyError("oops")
                await send(event)

            await app(scope, receive, faulty)

        return inner

    @websocket_listener("/", middleware=[broken])
    async def listener(data: str) -> str:
        return data

    caplog.set_level(logging.DEBUG, "wsgen_runtime")
    assert await run(WebSocketApp([listener]), C, R("x")) == [A]
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)


async def test_b36_an_exception_handler_may_answer_an_invalid_message_and_go_on() -> None:
    async def answer(socket: WebSocket, error: Exception) -> None:
        await socket.send_text("again, please")

    @websocket_listener("/", exception_handlers={InvalidMessage: answer})
    async def listener(data: int) -> int:
        return data

    out = await run(WebSocketApp([listener]), C, R("x"), R("1"), D(1000))
    assert out == [A, S("again, please"), S("1")]


async def test_b34_a_server_that_fails_to_receive_has_lost_the_client(logged: Logged) -> None:
    ended: list[int | None] = []

    @websocket_listener("/", on_disconnect=lambda socket: ended.append(socket.close_code))
    async def listener(data: str) -> None: ...

    events = iter([C])

    async def receive() -> dict[str, object]:
        for event in events:
            return dict(event)
        raise RuntimeError("the server is broken")

    sent: list[str] = []

    async def send(event: dict[str, object]) -> None:
        sent.append(str(event["type"]))

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    await WebSocketApp([listener])(scope, receive, send)  # type: ignore[arg-type]
    assert sent == ["websocket.accept"]
    assert ended == [1006]
    assert logged() == []


async def test_b41_work_that_starts_while_other_work_is_cancelled_is_cancelled_too() -> None:
    handler: Handler[object, object] = Handler()  # type: ignore[type-var]
    late: list[str] = []

    async def second() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            late.append("cancelled")

    async def first() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            handler.background(second())
            await asyncio.sleep(0)

    handler.background(first())
    await asyncio.sleep(0)
    await handler.release()
    assert late == ["cancelled"]


@pytest.mark.parametrize("value", ["a\x01b", " a", "a\t", "a\x7f"])
async def test_b2_a_header_that_would_kill_the_connection_on_some_servers_is_refused(
    value: str,
) -> None:
    problems: list[str] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        try:
            await socket.accept(headers=[("x-a", value)])
        except ValueError as error:
            problems.append(str(error))
        await socket.accept()

    assert await run(WebSocketApp([handler]), C) == [A, X(1000)]
    assert len(problems) == 1


async def test_b6_accepting_in_order_to_close_takes_a_subprotocol_that_the_browser_offers() -> None:
    @websocket("/", on_reject="close", subprotocols=["chat.v1"])
    async def handler(socket: WebSocket) -> None:
        await socket.close(4001, "no")

    async with Talk(WebSocketApp([handler]), C, subprotocols=["chat.v1"]) as talk:
        await talk.ended()
    assert [getattr(each, "subprotocol", None) for each in talk.sent] == ["chat.v1", None]
    assert talk.sent[1] == X(4001, "no")


async def test_b4_an_accept_that_meets_a_disconnect_is_a_disconnect() -> None:
    seen: list[int] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        reading = asyncio.create_task(socket.receive())
        await asyncio.sleep(0)
        again = asyncio.create_task(socket.receive())
        await asyncio.sleep(0)
        try:
            await socket.accept()
            await socket.receive_text()
        except WebSocketDisconnect as left:
            seen.append(left.code)
        await asyncio.gather(reading, again, return_exceptions=True)

    async with Talk(WebSocketApp([handler]), C) as talk:
        talk.feed(D(1001))
        await talk.ended()
    assert seen == [1001]
