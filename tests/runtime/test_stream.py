"""Streams, decorated, generated, and by hand (behaviours 44–50)."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Clock, Parts, Tick, create_app
from tests.runtime.scripted import A, C, D, Denied, R, S, Sb, Talk, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    Closed,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    send_websocket_stream,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime.exceptions import ConfigurationError

Source = Callable[[Any], AsyncIterator[Tick]]
TICK = '{"type":"tick","counter":%d,"rate":1.0}'


def decorated(source: Source, **options: Any) -> ASGIApp:
    @websocket_stream("/clock", **options)
    async def clock(socket: WebSocket) -> AsyncIterator[Tick]:
        async for each in source(socket):
            yield each

    return WebSocketApp([clock])


def generated(source: Source) -> ASGIApp:
    class Sourced(Clock):
        @override
        async def stream(self) -> AsyncIterator[Tick]:
            async for each in source(self.socket.connection):
                yield each

    return create_app(Parts(clock=Sourced))


Make = Callable[[Source], ASGIApp]
BOTH = pytest.mark.parametrize("make", [decorated, generated])


async def ticks(socket: WebSocket) -> AsyncIterator[Tick]:
    for counter in range(2):
        yield Tick(counter=counter)


async def nothing(socket: WebSocket) -> AsyncIterator[Tick]:
    for counter in range(0):
        yield Tick(counter=counter)


@BOTH
async def test_b44_accept_items_close(make: Make) -> None:
    assert await run(make(ticks), C, path="/clock") == [A, S(TICK % 0), S(TICK % 1), X(1000)]


@BOTH
async def test_b44_an_empty_stream(make: Make) -> None:
    assert await run(make(nothing), C, path="/clock") == [A, X(1000)]


@BOTH
async def test_b44_accepted_before_the_first_item_is_awaited(make: Make) -> None:
    go = asyncio.Event()

    async def waiting(socket: WebSocket) -> AsyncIterator[Tick]:
        await go.wait()
        yield Tick(counter=7)

    async with Talk(make(waiting), C, path="/clock") as talk:
        await talk.count(1)
        assert talk.sent == [A]
        go.set()
    assert talk.sent == [A, S(TICK % 7), X(1000)]


class Endings:
    """A source that waits for ever after one item, and notes how it ends."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def __call__(self, socket: WebSocket) -> AsyncIterator[Tick]:
        try:
            yield Tick(counter=0)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.steps.append("cancelled")
            raise
        finally:
            self.steps.append("finally")
            await asyncio.sleep(0)
            self.steps.append("finally to the end")


@BOTH
async def test_b45_the_client_leaves_while_the_generator_waits(make: Make, logged: Logged) -> None:
    source = Endings()
    assert await run(make(source), C, sent(2), D(1001), path="/clock") == [A, S(TICK % 0)]
    assert source.steps == ["cancelled", "finally", "finally to the end"]
    assert logged() == []


@BOTH
async def test_b45_the_client_leaves_while_a_send_is_blocked(make: Make) -> None:
    source = Endings()
    async with Talk(make(source), C, path="/clock") as talk:
        await talk.count(1)
        talk.block_sends()
        await talk.idle()
        talk.feed(D(1006))
        await talk.ended()
    assert talk.sent[0] == A
    assert source.steps[-1] == "finally to the end"


@BOTH
async def test_b45_a_send_fails(make: Make, logged: Logged) -> None:
    async def endless(socket: WebSocket) -> AsyncIterator[Tick]:
        try:
            while True:
                yield Tick(counter=0)
                await asyncio.sleep(0)
        finally:
            steps.append("finally")

    steps: list[str] = []
    async with Talk(make(endless), C, path="/clock") as talk:
        await talk.count(3)
        talk.hang_up(D(1006))
    assert steps == ["finally"]
    assert logged() == []


@BOTH
async def test_b45_cancellation(make: Make) -> None:
    source = Endings()
    async with Talk(make(source), C, path="/clock") as talk:
        await talk.count(2)
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.sent == [A, S(TICK % 0), X(1012, "the server restarts")]
    assert source.steps == ["cancelled", "finally", "finally to the end"]


async def test_b45_a_handler_is_told_after_its_stream_is_closed() -> None:
    steps: list[object] = []

    class Told(Clock):
        @override
        async def stream(self) -> AsyncIterator[Tick]:
            try:
                yield Tick(counter=0)
                await asyncio.Event().wait()
            finally:
                steps.append("finally")

        @override
        async def disconnected(self, close: Closed, /) -> None:
            steps.append((close.code, close.by))

    await run(create_app(Parts(clock=Told)), C, sent(2), D(4001), path="/clock")
    assert steps == ["finally", (4001, "client")]


async def test_b45_context_variables_are_reset_where_they_were_set() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")

    async def source(socket: WebSocket) -> AsyncIterator[Tick]:
        token = variable.set(1)
        try:
            yield Tick(counter=0)
            await asyncio.Event().wait()
        finally:
            variable.reset(token)

    for make in (decorated, generated):
        assert len(await run(make(source), C, sent(2), D(), path="/clock")) == 2


@BOTH
async def test_b46_what_a_client_sends_is_dropped_and_counted(make: Make) -> None:
    go = asyncio.Event()
    sockets: list[WebSocket] = []

    async def source(socket: WebSocket) -> AsyncIterator[Tick]:
        sockets.append(socket)
        await go.wait()
        yield Tick(counter=1)

    async with Talk(make(source), C, R("a"), R("b" * 2_000_000), path="/clock") as talk:
        await talk.idle()
        go.set()
    assert talk.sent == [A, S(TICK % 1), X(1000)]
    assert sockets[0].link.dropped == 2


async def test_b46_without_listening_the_generator_may_receive() -> None:
    @websocket_stream("/", listen_for_disconnect=False)
    async def answers(socket: WebSocket) -> AsyncIterator[str]:
        while True:
            yield (await socket.receive_text()).upper()

    assert await run(WebSocketApp([answers]), C, R("a"), R("b"), D()) == [A, S("A"), S("B")]


@BOTH
async def test_b47_the_generator_raises_a_close_code(make: Make, logged: Logged) -> None:
    async def source(socket: WebSocket) -> AsyncIterator[Tick]:
        yield Tick(counter=0)
        raise WebSocketException("over", code=4321)

    assert await run(make(source), C, path="/clock") == [A, S(TICK % 0), X(4321, "over")]
    assert logged() == []


@BOTH
async def test_b47_any_other_exception_is_1011(make: Make, logged: Logged) -> None:
    async def source(socket: WebSocket) -> AsyncIterator[Tick]:
        yield Tick(counter=0)
        raise LookupError("secret")

    assert await run(make(source), C, path="/clock") == [A, S(TICK % 0), X(1011)]
    (record,) = logged()
    assert "clock" in record.getMessage()


@BOTH
async def test_b47_after_its_own_close_nothing_is_sent(make: Make, logged: Logged) -> None:
    async def source(socket: WebSocket) -> AsyncIterator[Tick]:
        yield Tick(counter=0)
        await socket.close(4000, "enough")
        yield Tick(counter=1)
        steps.append("not reached")

    steps: list[str] = []
    assert await run(make(source), C, path="/clock") == [A, S(TICK % 0), X(4000, "enough")]
    assert steps == []
    assert logged() == []


@BOTH
async def test_b48_an_endless_stream_starves_nobody(make: Make) -> None:
    async def endless(socket: WebSocket) -> AsyncIterator[Tick]:
        while True:
            yield Tick(counter=0)

    async with Talk(make(endless), C, path="/clock") as talk:
        await talk.count(100)
        assert await run(create_app(), C, R("hi"), D(), path="/shout") == [A, S("HI")]
        talk.feed(D())


@pytest.mark.parametrize(
    ("item", "text", "binary"),
    [
        ("é", S("é"), Sb("é".encode())),
        (b"\xff", Sb(b"\xff"), Sb(b"\xff")),
        ({"a": [1, None]}, S('{"a":[1,null]}'), Sb(b'{"a":[1,null]}')),
        (Tick(counter=0), S(TICK % 0), Sb((TICK % 0).encode())),
        (0, S("0"), Sb(b"0")),
        (None, S("null"), Sb(b"null")),
    ],
)
async def test_b49_items_are_sent_as_they_are_or_encoded(item: object, text: S, binary: Sb) -> None:
    @websocket_stream("/text")
    async def in_text(socket: WebSocket) -> AsyncIterator[object]:
        yield item

    @websocket_stream("/binary", mode="binary")
    async def in_binary(socket: WebSocket) -> AsyncIterator[object]:
        yield item

    app = WebSocketApp([in_text, in_binary])
    assert await run(app, C, path="/text") == [A, text, X(1000)]
    assert await run(app, C, path="/binary") == [A, binary, X(1000)]


async def test_b49_an_item_that_cannot_be_sent_is_1011() -> None:
    @websocket_stream("/")
    async def bad() -> AsyncIterator[object]:
        yield float("nan")

    assert await run(WebSocketApp([bad]), C) == [A, X(1011)]


def test_b49_what_is_no_stream_is_refused() -> None:
    @websocket_stream("/")
    async def mistaken() -> int:
        return 1

    with pytest.raises(ConfigurationError, match="async generator"):
        WebSocketApp([mistaken])


async def test_b49_a_function_that_returns_a_stream_is_one() -> None:
    class Items:
        def __aiter__(self) -> AsyncIterator[str]:
            return letters([])

    @websocket_stream("/iterator")
    def iterator() -> AsyncIterator[str]:
        return letters([])

    @websocket_stream("/iterable")
    def iterable() -> AsyncIterable[str]:
        return Items()

    app = WebSocketApp([iterator, iterable])
    for path in ("/iterator", "/iterable"):
        assert await run(app, C, path=path) == [A, S("a"), S('{"b":1}'), X(1000)]


async def letters(steps: list[str], *, fail: bool = False) -> AsyncIterator[Any]:
    try:
        yield "a"
        yield {"b": 1}
        if fail:
            await asyncio.Event().wait()
    finally:
        steps.append("finally")


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize("listen", [True, False])
async def test_b50_by_hand_on_a_socket(accept: bool, close: bool, listen: bool) -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        if accept:
            await socket.accept()
        await send_websocket_stream(
            socket, letters(steps), close=close, listen_for_disconnect=listen
        )
        states.append(socket.connection_state.value)
        await socket.close(4000)

    steps: list[str] = []
    states: list[str] = []
    played = await run(WebSocketApp([handler]), C)
    assert played == [A, S("a"), S('{"b":1}'), X(1000 if close else 4000)]
    assert steps == ["finally"]
    assert states == ["DISCONNECTED" if close else "CONNECTED"]


async def test_b50_binary_mode() -> None:
    @websocket_listener("/")
    async def listener(socket: WebSocket, data: str) -> None:
        await send_websocket_stream(socket, letters([]), mode="binary")

    played = await run(WebSocketApp([listener]), C, R("x"), D())
    assert played == [A, Sb(b"a"), Sb(b'{"b":1}')]


@pytest.mark.parametrize("listen", [True, False])
async def test_b50_a_stream_that_cannot_be_sent_is_closed_all_the_same(listen: bool) -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        stream = letters(steps)
        await anext(stream)
        await socket.close(4003)
        with pytest.raises(WebSocketDisconnect):
            await send_websocket_stream(socket, stream, listen_for_disconnect=listen)

    steps: list[str] = []
    assert await run(WebSocketApp([handler]), C) == [Denied(403, "")]
    assert steps == ["finally"]


async def test_b50_the_disconnect_ends_the_stream_where_it_is_listened_for() -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect) as caught:
            await send_websocket_stream(
                socket, letters(steps, fail=True), listen_for_disconnect=True
            )
        codes.append(caught.value.code)

    steps: list[str] = []
    codes: list[int] = []
    await run(WebSocketApp([handler]), C, sent(3), D(4005))
    assert steps == ["finally"]
    assert codes == [4005]
