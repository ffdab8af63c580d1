"""Behaviours A1 to A5: the opening handshake, from the connect event to accept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from tests.runtime import generated as g
from tests.runtime.scripted import (
    PLAIN,
    A,
    C,
    D,
    Denied,
    R,
    S,
    Server,
    Talk,
    X,
    run,
    sent,
)
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketState,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import Receive, Scope, Send
from wsgen_runtime._opening import HeaderSource

NO_DENIAL = Server(denial=False)


async def test_b1_accept_sends_one_event_with_subprotocol_and_headers() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept("chat.v1", [("X-Server", "wsgen")])
        await socket.accept()
        await socket.accept("other")

    played = await run(WebSocketApp([handler]), C, subprotocols=["chat.v1"])
    assert played == [A("chat.v1", [(b"x-server", b"wsgen")]), X(1000)]


@pytest.mark.parametrize(
    "headers",
    [
        [("X-A", "1"), ("x-b", "é")],
        [(b"X-A", b"1"), (b"X-B", b"\xe9")],
        {"X-A": "1", "X-B": "é"},
    ],
)
async def test_b2_headers_are_pairs_or_a_mapping(headers: HeaderSource) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept(headers=headers)

    played = await run(WebSocketApp([handler]), C)
    assert played == [A(headers=[(b"x-a", b"1"), (b"x-b", b"\xe9")]), X(1000)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-a", "1\r\nset-cookie: a=b"),
        ("x-a", "1\n2"),
        ("x-a", "1\x002"),
        ("x-a\r\n", "1"),
        ("", "1"),
        ("Sec-WebSocket-Protocol", "chat.v1"),
        ("x-a", "→"),
    ],
)
async def test_b2_headers_that_break_the_response_are_refused(name: str, value: str) -> None:
    raised: list[ValueError] = []

    @websocket()
    async def handler(socket: WebSocket) -> None:
        with pytest.raises(ValueError) as caught:
            await socket.accept(headers=[(name, value)])
        raised.append(caught.value)
        await socket.accept()

    assert await run(WebSocketApp([handler]), C) == [A, X(1000)]
    assert raised


@pytest.mark.parametrize(
    ("ours", "offered", "chosen"),
    [
        ("chat.v1", ["chat.v2", "chat.v1"], "chat.v1"),
        (["chat.v2", "chat.v1"], ["chat.v1", "chat.v2"], "chat.v2"),
        (["chat.v3", "chat.v1"], ["chat.v1", "chat.v2"], "chat.v1"),
        (["chat.v1"], [], None),
        (None, ["chat.v1"], None),
        ([], ["chat.v1"], None),
    ],
)
async def test_b3_the_first_of_our_subprotocols_that_is_offered(
    ours: str | Sequence[str] | None, offered: list[str], chosen: str | None
) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept(ours)

    assert await run(WebSocketApp([handler]), C, subprotocols=offered) == [A(chosen), X(1000)]


@pytest.mark.parametrize("offered", [[], ["chat.v2"]])
async def test_b3_one_subprotocol_that_was_not_offered_is_a_mistake(offered: list[str]) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        with pytest.raises(ValueError, match=r"does not offer the subprotocol 'chat\.v1'"):
            await socket.accept("chat.v1")
        assert socket.connection_state is WebSocketState.CONNECTING
        await socket.accept()

    assert await run(WebSocketApp([handler]), C, subprotocols=offered) == [A, X(1000)]


@pytest.mark.parametrize(
    ("server", "refusal"),
    [
        (PLAIN, Denied(400, "none of the offered subprotocols is spoken here")),
        (NO_DENIAL, X(1002, "none of the offered subprotocols is spoken here")),
    ],
)
async def test_b3_no_subprotocol_in_common_is_a_refusal(server: Server, refusal: object) -> None:
    @websocket("/given")
    async def given(socket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect) as caught:
            await socket.accept(["chat.v1"])
        assert (caught.value.code, caught.value.by) == (1002, "server")

    @websocket("/declared", subprotocols=["chat.v1"])
    async def declared(socket: WebSocket) -> None:
        await socket.accept()

    @websocket_listener("/listener", subprotocols=["chat.v1"])
    async def listener(data: str) -> None: ...

    app = WebSocketApp([given, declared, listener])
    for path in ("/given", "/declared", "/listener"):
        played = await run(app, C, path=path, subprotocols=["chat.v2"], server=server)
        assert played == [refusal]


async def test_b3_declared_subprotocols_of_generated_handlers() -> None:
    app = g.app_of(g.Room, g.options("room", subprotocols=("chat.v2", "chat.v1")))
    script = (C, R('{"type":"say","text":"hi"}'), D(1000))
    assert await run(app, *script, subprotocols=["chat.v1"]) == [
        A("chat.v1"),
        S('{"type":"said","text":"hi"}'),
    ]
    assert (await run(app, *script))[0] == A
    assert await run(app, C, subprotocols=["x"]) == [
        Denied(400, "none of the offered subprotocols is spoken here")
    ]


async def test_b4_sending_accepts_first() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.send_text("hello")

    assert await run(WebSocketApp([handler]), C) == [A, S("hello"), X(1000)]


async def test_b4_receiving_accepts_first() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.send_text(await socket.receive_text())

    played = await run(WebSocketApp([handler]), C, sent(1), R("x"))
    assert played == [A, S("x"), X(1000)]


async def test_b4_listeners_and_streams_accept_before_anything_else() -> None:
    @websocket_listener("/listener")
    async def listener(data: str) -> None: ...

    @websocket_stream("/stream")
    async def stream() -> AsyncIterator[str]:
        await gate.wait()
        yield "x"

    gate = asyncio.Event()
    app = WebSocketApp([listener, stream])
    assert await run(app, C, sent(1), D(1000), path="/listener") == [A]
    async with Talk(app, C, path="/stream") as talk:
        await talk.count(1)
        gate.set()
    assert talk.sent == [A, S("x"), X(1000)]


async def test_b4_generated_listeners_and_streams_accept_by_themselves() -> None:
    class Clock(g.ClockHandler):
        @override
        async def stream(self) -> AsyncIterator[g.Tick]:
            await gate.wait()
            yield g.Tick(counter=1)

    gate = asyncio.Event()
    assert await run(g.app_of(g.Room), C, sent(1), D(1000)) == [A]
    async with Talk(g.app_of(Clock), C) as talk:
        await talk.count(1)
        gate.set()
    assert talk.sent == [A, S('{"type":"tick","counter":1,"load":0.0}'), X(1000)]


async def test_b4_two_tasks_racing_accept_once_and_lose_no_message() -> None:
    heard: list[str] = []

    @websocket()
    async def handler(socket: WebSocket) -> None:
        async def hear() -> None:
            heard.append(await socket.receive_text())

        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(hear())
            tasks.create_task(socket.send_text("hello"))
            tasks.create_task(socket.accept())

    async with Talk(WebSocketApp([handler])) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.until(lambda: talk.order.phase == "open", "accept was called")
        talk.block_sends(blocked=False)
        talk.feed(R("1"), R("2"))
    assert talk.sent == [A, S("hello"), X(1000)]
    assert heard == ["1", "2"]


async def test_b4_a_plain_socket_raced_by_two_tasks_takes_the_connect_event_once() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        raw, text = await asyncio.gather(socket.receive(), socket.receive_text())
        assert {raw["type"], text} == {"websocket.connect", "x"} or raw.get("text") == "x"
        await socket.close()

    async with Talk(app) as talk:
        await talk.idle()
        talk.feed(C, sent(1), R("x"), R("x"))
    assert talk.sent == [A, X(1000)]


@pytest.mark.parametrize("close_first", [False, True])
async def test_b4_closing_while_accepting_waits_for_the_accept(close_first: bool) -> None:
    @websocket(on_reject="close")
    async def handler(socket: WebSocket) -> None:
        both = [socket.accept(), socket.close(4000, "changed my mind")]
        await asyncio.gather(*(reversed(both) if close_first else both), return_exceptions=True)

    async with Talk(WebSocketApp([handler])) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.until(lambda: talk.order.phase == "open", "accepting")
        talk.block_sends(blocked=False)
    assert talk.sent == [A, X(4000, "changed my mind")]


async def test_b5_raw_receive_takes_the_connect_event_and_accept_is_still_sent() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        event = await socket.receive()
        assert event == {"type": "websocket.connect"}
        await socket.accept()

    assert await run(WebSocketApp([handler]), C) == [A, X(1000)]
