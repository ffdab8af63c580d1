"""Behaviours C: sending, and what becomes of a send that cannot arrive."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import enum
import json
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Literal

import msgspec
import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, ClientGone, D, R, S, Sb, Server, Talk, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketState,
    websocket,
    websocket_stream,
)
from wsgen_runtime.exceptions import ProtocolMisuse, SerializationError

Sending = Callable[[WebSocket], Awaitable[None]]


def sending(send: Sending) -> WebSocketApp:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await send(socket)

    return WebSocketApp([handler])


class Point(msgspec.Struct):
    y: float
    x: float | None = None


@dataclasses.dataclass
class Pair:
    b: float
    a: int = 1


class Colour(enum.StrEnum):
    RED = "red"


async def test_b19_text_and_bytes_are_sent_as_they_are() -> None:
    async def send(socket: WebSocket) -> None:
        await socket.send_text("a")
        await socket.send_text("")
        await socket.send_bytes(b"b")
        buffers: list[Any] = [bytearray(b"c"), memoryview(b"d")]
        for buffer in buffers:
            await socket.send_bytes(buffer)

    played = await run(sending(send), C)
    assert played == [A, S("a"), S(""), Sb(b"b"), Sb(b"c"), Sb(b"d"), X(1000)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"b":1,"a":[true,null]}'),
        (OrderedDict(z=1, a="é"), '{"z":1,"a":"é"}'),
        (Point(y=1.0), '{"y":1.0,"x":null}'),
        (Pair(b=0.5), '{"b":0.5,"a":1}'),
        ([uuid.UUID(int=1), Decimal("1.50")], '["00000000-0000-0000-0000-000000000001","1.50"]'),
        (dt.date(2026, 1, 2), '"2026-01-02"'),
        ({1: Colour.RED}, '{"1":"red"}'),
        ("null", '"null"'),
        (None, "null"),
        ((1, {2}), "[1,[2]]"),
    ],
)
async def test_b19_json_is_compact_and_keeps_the_order_of_keys(value: object, text: str) -> None:
    async def send(socket: WebSocket) -> None:
        await socket.send_json(value)
        await socket.send_json(value, mode="binary")

    played = await run(sending(send), C)
    assert played == [A, S(text), Sb(text.encode()), X(1000)]
    json.loads(text)


def _self_containing() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


NAN, INF = float("nan"), float("inf")
UNSENDABLE: list[object] = [
    NAN,
    [1.0, -INF],
    {"a": {"b": NAN}},
    Point(y=NAN),
    Point(y=1.0, x=INF),
    [Pair(b=NAN)],
    (None, {INF}),
    OrderedDict(a=NAN),
    object(),
    {"a": object()},
    "\ud800",
    {"a": "\udfff"},
    {(1, 2): 3},
    _self_containing(),
    1j,
]


@pytest.mark.parametrize("mode", ["text", "binary"])
@pytest.mark.parametrize("value", UNSENDABLE, ids=lambda value: type(value).__name__)
async def test_b20_what_json_has_no_form_for_raises_before_any_event(
    value: object, mode: Literal["text", "binary"]
) -> None:
    async def send(socket: WebSocket) -> None:
        with pytest.raises(SerializationError):
            await socket.send_json(value, mode=mode)
        assert socket.connection_state is WebSocketState.CONNECTING
        await socket.send_text("still here")

    assert await run(sending(send), C) == [A, S("still here"), X(1000)]


@pytest.mark.parametrize("value", [b"x", None, 1, ["x"]])
async def test_b20_send_text_takes_text_only(value: Any) -> None:
    async def send(socket: WebSocket) -> None:
        with pytest.raises(TypeError, match="send_text takes str"):
            await socket.send_text(value)
        await socket.send_text("x")

    assert await run(sending(send), C) == [A, S("x"), X(1000)]


@pytest.mark.parametrize("value", ["x", None, 1, [1]])
async def test_b20_send_bytes_takes_bytes_only(value: Any) -> None:
    async def send(socket: WebSocket) -> None:
        with pytest.raises(TypeError, match="send_bytes takes bytes"):
            await socket.send_bytes(value)
        await socket.send_bytes(b"x")

    assert await run(sending(send), C) == [A, Sb(b"x"), X(1000)]


async def test_b20_lone_surrogates_are_refused_before_any_event() -> None:
    async def send(socket: WebSocket) -> None:
        with pytest.raises(ValueError, match="surrogates"):
            await socket.send_text("a\ud800")
        await socket.send_text("x")

    assert await run(sending(send), C) == [A, S("x"), X(1000)]


async def test_b20_generated_sockets_refuse_what_is_not_of_the_schema() -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            for wrong in (g.Say(text="x"), g.Tick(counter=1), "x", None):
                with pytest.raises(SerializationError, match="is not sent here, but Said"):
                    await self.socket.send(wrong)  # type: ignore[arg-type]
            with pytest.raises(SerializationError):
                await self.socket.send(g.Said(text="\ud800"))
            await self.socket.send(g.Said(text="y"))

    played = await run(g.app_of(Talker), C)
    assert played == [A, S('{"type":"said","text":"y"}'), X(1000)]


async def test_b20_generated_streams_refuse_nan(logged: Logged) -> None:
    class Clock(g.ClockHandler):
        @override
        async def stream(self) -> Any:
            yield g.Tick(counter=1, load=NAN)

    assert await run(g.app_of(Clock), C) == [A, X(1011)]
    [record] = logged()
    assert record.exc_info is not None
    assert record.exc_info[0] is SerializationError


async def test_b20_raw_events_take_the_way_of_their_method() -> None:
    async def send(socket: WebSocket) -> None:
        await socket.send({"type": "websocket.send", "text": "a", "bytes": None})
        await socket.send({"type": "websocket.send", "bytes": b"b"})
        for wrong in (
            {"type": "websocket.receive", "text": "x"},
            {"type": "websocket.send"},
            {"type": "websocket.send", "text": None, "bytes": None},
            {"type": "websocket.http.response.start", "status": 200, "headers": []},
            {"text": "x"},
        ):
            with pytest.raises(ProtocolMisuse):
                await socket.send(wrong)
        await socket.send({"type": "websocket.close", "code": 4000, "reason": "c"})
        await socket.send({"type": "websocket.close"})

    assert await run(sending(send), C) == [A, S("a"), Sb(b"b"), X(4000, "c")]


async def test_b20_raw_accept_takes_subprotocol_and_headers() -> None:
    async def send(socket: WebSocket) -> None:
        event = {"type": "websocket.accept", "subprotocol": "v1", "headers": [(b"X-A", b"1")]}
        await socket.send(event)
        await socket.send({"type": "websocket.accept"})

    played = await run(sending(send), C, subprotocols=["v1"])
    assert played == [A("v1", [(b"x-a", b"1")]), X(1000)]


WAYS: list[Sending] = [
    lambda socket: socket.send_text("x"),
    lambda socket: socket.send_bytes(b"x"),
    lambda socket: socket.send_json({}),
    lambda socket: socket.send({"type": "websocket.send", "text": "x"}),
    lambda socket: socket.accept(),
]


async def test_b21_sending_after_our_own_close_is_a_typed_error() -> None:
    async def send(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(4000, "enough")
        for way in WAYS:
            with pytest.raises(WebSocketDisconnect) as caught:
                await way(socket)
            error = caught.value
            assert (error.code, error.reason, error.by) == (4000, "enough", "server")

    assert await run(sending(send), C) == [A, X(4000, "enough")]


async def test_b21_sending_after_the_disconnect_is_a_typed_error(logged: Logged) -> None:
    async def send(socket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect):
            await socket.receive_text()
        for way in WAYS:
            with pytest.raises(WebSocketDisconnect) as caught:
                await way(socket)
            assert (caught.value.code, caught.value.by) == (4321, "client")
        await socket.send_text("uncaught")

    assert await run(sending(send), C, D(4321)) == [A]
    assert logged() == []


@pytest.mark.parametrize("error", [OSError, RuntimeError, ClientGone, ConnectionResetError])
async def test_b21_a_send_that_the_server_refuses_shows_that_the_client_left(
    error: type[Exception], logged: Logged
) -> None:
    async def send(socket: WebSocket) -> None:
        await socket.accept()
        await left.wait()
        with pytest.raises(WebSocketDisconnect) as caught:
            await socket.send_text("x")
        assert (caught.value.code, caught.value.by) == (1006, "client")
        assert isinstance(caught.value.__cause__, error)
        assert socket.connection_state is WebSocketState.DISCONNECTED
        assert socket.client_state is WebSocketState.DISCONNECTED
        await socket.close()
        with pytest.raises(WebSocketDisconnect):
            await socket.receive_text()
        await socket.send_text("uncaught")

    left = asyncio.Event()
    async with Talk(sending(send), C, server=Server(late_send=error)) as talk:
        await talk.count(1)
        talk.hang_up(D(1001))
        left.set()
    assert talk.sent == [A]
    assert logged() == []


async def test_b21_the_code_of_a_disconnect_that_nobody_read_is_found() -> None:
    async def send(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await socket.receive_text()
        await left.wait()
        with pytest.raises(WebSocketDisconnect) as caught:
            await socket.send_text("x")
        assert (caught.value.code, caught.value.reason) == (4321, "bye")

    left = asyncio.Event()
    async with Talk(sending(send), C) as talk:
        await talk.idle()
        talk.hang_up(D(4321, "bye"))
        await talk.until(lambda: talk.order.gone)
        talk.order.gone = False  # delivered to us, not yet to the application
        left.set()
    assert talk.sent == [A]


async def test_b21_an_accept_that_the_server_refuses(logged: Logged) -> None:
    told: list[object] = []

    class Room(g.Room):
        @override
        async def accepted(self) -> None:
            told.append("accepted")

        @override
        async def disconnected(self, close: object, /) -> None:
            told.append("disconnected")

    async with Talk(g.app_of(Room)) as talk:
        talk.hang_up(C)
    assert talk.sent == []
    assert told == []
    assert logged() == []


async def test_b21_a_server_that_swallows_late_sends(logged: Logged) -> None:
    async def send(socket: WebSocket) -> None:
        await socket.accept()
        await left.wait()
        await socket.send_text("swallowed")
        await socket.receive_text()

    left = asyncio.Event()
    async with Talk(sending(send), C, server=Server(late_send=None)) as talk:
        await talk.count(1)
        talk.hang_up(D(1001))
        left.set()
    assert talk.sent == [A]
    assert logged() == []


async def test_b22_sends_of_concurrent_tasks_keep_their_order() -> None:
    async def send(socket: WebSocket) -> None:
        async def count(name: str) -> None:
            for number in range(20):
                await socket.send_text(f"{name}{number}")

        await asyncio.gather(*(count(name) for name in "abc"))

    async with Talk(sending(send)) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.until(lambda: talk.order.phase == "open")
        talk.block_sends(blocked=False)
    texts = [each.text for each in talk.sent if isinstance(each, S)]
    assert len(texts) == 60
    for name in "abc":
        assert [each for each in texts if each[0] == name] == [f"{name}{n}" for n in range(20)]
    assert talk.sent[0] == A
    assert talk.sent[-1] == X(1000)


async def test_b22_a_close_during_a_send_comes_after_it() -> None:
    async def send(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(socket.send_text("x"))
            tasks.create_task(socket.close())

    played = await run(sending(send), C, sent(1), R("go"))
    assert played == [A, S("x"), X(1000)]


async def test_b22_streams_do_not_interleave_with_other_tasks() -> None:
    @websocket_stream()
    async def stream(socket: WebSocket) -> Any:
        other = asyncio.create_task(socket.send_text("other"))
        yield "1"
        yield "2"
        await other

    played = await run(WebSocketApp([stream]), C)
    assert sorted(map(repr, played)) == sorted(map(repr, [A, S("1"), S("other"), S("2"), X(1000)]))
