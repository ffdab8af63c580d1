"""Behaviours A: the opening handshake, from the connect event to accept or refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import (
    DAPHNE,
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
    make_scope,
    run,
    sent,
)
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketState,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import Message, Receive, Scope, Send
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


STATUSES = {
    3000: 401, 4001: 401, 4401: 401,
    1008: 403, 3003: 403, 4003: 403, 4403: 403,
    4004: 404, 4404: 404,
    1002: 400, 1007: 400, 4400: 400,
    4029: 429, 4429: 429,
    1012: 503, 1013: 503,
    1011: 500,
    1000: 403, 4999: 403,
}  # fmt: skip


@pytest.mark.parametrize(("code", "status"), STATUSES.items())
async def test_b6_a_refusal_is_an_http_answer_where_the_server_can(code: int, status: int) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.close(code, "no → entry")

    app = WebSocketApp([handler])
    assert await run(app, C) == [Denied(status, "no → entry")]
    assert await run(app, C, server=NO_DENIAL) == [X(code, "no → entry")]


async def test_b6_an_answer_in_plain_text_with_its_length() -> None:
    events: list[Message] = []

    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.close(4001, "nö")

    async def receive() -> Message:
        return C

    async def send(event: Message) -> None:
        events.append(event)

    await WebSocketApp([handler])(make_scope(), receive, send)
    assert events == [
        {
            "type": "websocket.http.response.start",
            "status": 401,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", b"3"),
            ],
        },
        {"type": "websocket.http.response.body", "body": "nö".encode()},
    ]


async def test_b6_a_declared_code_has_its_own_status_and_reason() -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.close(4009)

    assert await run(g.app_of(Talker), C) == [Denied(503, "No seat left")]
    assert await run(g.app_of(Talker), C, server=NO_DENIAL) == [X(4009, "No seat left")]


@pytest.mark.parametrize("server", [PLAIN, NO_DENIAL])
async def test_b6_on_reject_close_accepts_so_that_a_browser_sees_the_code(server: Server) -> None:
    @websocket(on_reject="close")
    async def handler(socket: WebSocket) -> None:
        await socket.close(4001, "no")
        with pytest.raises(WebSocketDisconnect):
            await socket.accept()

    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            raise g.Unauthorized

    assert await run(WebSocketApp([handler]), C, server=server) == [A, X(4001, "no")]
    said = g.options("talk", on_reject="close")
    assert await run(g.app_of(Talker, said), C, server=server) == [
        A,
        X(4001, "Authentication required"),
    ]


async def test_b6_a_server_that_takes_few_codes_is_asked_again() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.close(1008, "no")

    assert await run(WebSocketApp([handler]), C, server=DAPHNE) == [X(4908, "no")]


async def test_b7_returning_without_an_answer_is_refused_and_logged(logged: Logged) -> None:
    @websocket()
    async def forgetful(socket: WebSocket) -> None: ...

    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None: ...

    app = WebSocketApp([forgetful])
    assert await run(app, C) == [Denied(500, "")]
    [record] = logged()
    assert record.getMessage().startswith("forgetful returned without accept() or close() [ws-")
    assert await run(app, C, server=NO_DENIAL) == [X(1011, "")]
    assert await run(g.app_of(Talker), C) == [Denied(500, "")]


async def test_b8_returning_after_accept_closes(logged: Logged) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.accept()

    assert await run(WebSocketApp([handler]), C) == [A, X(1000)]
    assert logged() == []


async def test_b9_a_client_that_has_left_before_connecting_runs_nothing(logged: Logged) -> None:
    ran: list[str] = []

    def guard(socket: WebSocket) -> None:
        ran.append("guard")

    @websocket(guards=[guard])
    async def handler(socket: WebSocket) -> None:
        ran.append("handler")

    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            ran.append("handler")

    assert await run(WebSocketApp([handler]), D(1006)) == []
    assert await run(WebSocketApp([handler]), D(1006), path="/nowhere") == []
    assert await run(g.app_of(Talker), D(1006)) == []
    assert ran == []
    assert logged() == []


async def test_b9_leaving_before_the_answer_is_no_error(logged: Logged) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.receive()
        assert (await socket.receive())["type"] == "websocket.disconnect"
        with pytest.raises(WebSocketDisconnect):
            await socket.accept()
        await socket.close(4001)

    assert await run(WebSocketApp([handler]), C, D(1006)) == []
    assert logged() == []


async def test_b10_the_opening_request_is_readable_before_accept() -> None:
    seen: Mapping[str, object] = {}

    @websocket("/rooms/{room_id:int}/ws")
    async def handler(socket: WebSocket, room_id: int) -> None:
        nonlocal seen
        seen = {
            "path": socket.path,
            "room_id": (room_id, socket.path_params["room_id"]),
            "token": socket.query_params["token"],
            "header": socket.headers["X-Trace"],
            "cookie": socket.cookies["sid"],
            "client": socket.client,
            "url": str(socket.url),
            "subprotocols": socket.subprotocols,
            "state": socket.connection_state,
        }
        raise WebSocketException("enough", code=4000)

    played = await run(
        WebSocketApp([handler]),
        C,
        path="/rooms/7/ws",
        query="token=abc",
        headers=[("X-Trace", "t1"), ("Cookie", "sid=s1")],
        subprotocols=["chat.v1"],
    )
    assert played == [Denied(403, "enough")]
    assert seen == {
        "path": "/rooms/7/ws",
        "room_id": (7, 7),
        "token": "abc",
        "header": "t1",
        "cookie": "s1",
        "client": ("127.0.0.1", 50000),
        "url": "ws://testserver/rooms/7/ws?token=abc",
        "subprotocols": ("chat.v1",),
        "state": WebSocketState.CONNECTING,
    }
