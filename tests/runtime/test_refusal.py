"""Behaviours A6 to A10: the opening handshake where it ends in a refusal, or in nothing."""

from __future__ import annotations

from collections.abc import Mapping

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
    Server,
    X,
    make_scope,
    run,
)
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    WebSocketState,
    websocket,
)
from wsgen_runtime._asgi import Message

NO_DENIAL = Server(denial=False)


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


@pytest.mark.parametrize("status", [0, 99, 101, 200, 302, 600])
async def test_b6_a_status_that_refuses_nothing_is_not_sent(status: int) -> None:
    class Odd(WebSocketException):
        code = 4401

    Odd.status = status

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        raise Odd("no")

    assert await run(WebSocketApp([handler]), C) == [Denied(401, "no")]


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
