"""Behaviours D: closing once, with a code that may be sent, and what one sees afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import IntEnum

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import (
    DAPHNE,
    A,
    C,
    ClientGone,
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
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketState,
    close_codes,
    websocket,
)
from wsgen_runtime.close_codes import check_code, cut_reason


def doing(
    work: Callable[[WebSocket], Awaitable[object]], limits: Limits | None = None
) -> WebSocketApp:
    @websocket(limits=limits)
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        await work(socket)

    return WebSocketApp([handler])


async def test_b23_close_sends_1000_once() -> None:
    async def work(socket: WebSocket) -> None:
        await socket.close()
        await socket.close()
        await socket.close(4000, "again")

    assert await run(doing(work), C) == [A, X(1000, "")]


async def test_b23_concurrent_closes_send_one() -> None:
    async def work(socket: WebSocket) -> None:
        await asyncio.gather(*(socket.close(4000 + number) for number in range(5)))
        assert socket.close_code == 4000

    assert await run(doing(work), C) == [A, X(4000)]


async def test_b23_concurrent_refusals_send_one() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await asyncio.gather(*(socket.close(4000 + number) for number in range(5)))

    assert await run(WebSocketApp([handler]), C) == [Denied(403, "")]


async def test_b23_close_after_the_disconnect_is_a_no_op(logged: Logged) -> None:
    async def work(socket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect):
            await socket.receive_text()
        await socket.close()
        await socket.close(4000, "late")
        assert socket.close_code == 1001

    assert await run(doing(work), C, D(1001)) == [A]
    assert logged() == []


@pytest.mark.parametrize("late_send", [None, OSError, RuntimeError, ClientGone])
async def test_b23_a_close_that_comes_too_late_is_no_error(
    late_send: type[Exception] | None, logged: Logged
) -> None:
    async def work(socket: WebSocket) -> None:
        await left.wait()
        await socket.close(4000)
        assert socket.connection_state is WebSocketState.DISCONNECTED

    left = asyncio.Event()
    async with Talk(doing(work), C, server=Server(late_send=late_send)) as talk:
        await talk.count(1)
        talk.hang_up(D(1001))
        left.set()
    assert talk.sent == [A]
    assert logged() == []


@pytest.mark.parametrize(
    ("code", "arrives"),
    [(1000, 1000), (1008, 4908), (1011, 4911), (1001, 4901), (3000, 3000), (4001, 4001)],
)
async def test_b23_a_code_that_the_server_refuses_is_replaced(code: int, arrives: int) -> None:
    async def work(socket: WebSocket) -> None:
        await socket.close(code, "why")
        assert (socket.close_code, socket.close_reason) == (code, "why")

    assert await run(doing(work), C, server=DAPHNE) == [A, X(arrives, "why")]


async def test_b23_the_last_resort_is_1000() -> None:
    async def work(socket: WebSocket) -> None:
        await socket.close(4001, "why")

    server = Server(takes_code=lambda code: code == 1000)
    assert await run(doing(work), C, server=server) == [A, X(1000, "why")]
    nothing = Server(takes_code=lambda _: False)
    assert await run(doing(work), C, server=nothing) == [A]


async def test_b23_a_close_that_blocks_is_given_up() -> None:
    async def work(socket: WebSocket) -> None:
        await blocked.wait()
        await socket.close()

    blocked = asyncio.Event()
    async with Talk(doing(work, Limits(close_timeout=0.001)), C) as talk:
        await talk.count(1)
        talk.block_sends()
        blocked.set()
    assert talk.sent == [A]


UNSENDABLE = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535, -1]


@pytest.mark.parametrize("code", UNSENDABLE)
async def test_b24_codes_that_may_not_be_sent(code: int) -> None:
    async def work(socket: WebSocket) -> None:
        with pytest.raises(ValueError, match=f"close code {code} may not be sent"):
            await socket.close(code)
        await socket.send_text("still here")

    assert await run(doing(work), C) == [A, S("still here"), X(1000)]
    with pytest.raises(ValueError):
        check_code(code)


@pytest.mark.parametrize(
    "code",
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4999],
)
async def test_b24_codes_that_may_be_sent(code: int) -> None:
    class Code(IntEnum):
        THIS = code

    async def work(socket: WebSocket) -> None:
        await socket.close(Code.THIS)

    [_, closed] = await run(doing(work), C)
    assert closed == X(code)
    assert isinstance(closed, X)
    assert type(closed.code) is int


def test_b24_every_constant_is_its_number() -> None:
    names = [name for name in vars(close_codes) if name.startswith("WS_")]
    assert names
    for name in names:
        assert getattr(close_codes, name) == int(name.split("_")[1])


@pytest.mark.parametrize(
    ("reason", "cut"),
    [
        ("x" * 123, "x" * 123),
        ("x" * 124, "x" * 123),
        ("é" * 62, "é" * 61),
        ("€" * 42, "€" * 41),
        ("x" + "😀" * 31, "x" + "😀" * 30),
        ("", ""),
    ],
)
async def test_b25_a_long_reason_is_cut_between_characters(reason: str, cut: str) -> None:
    async def work(socket: WebSocket) -> None:
        await socket.close(4000, reason)
        assert socket.close_reason == cut

    @websocket("/refused")
    async def refused(socket: WebSocket) -> None:
        await socket.close(4000, reason)

    assert await run(doing(work), C) == [A, X(4000, cut)]
    no_denial = Server(denial=False)
    app = WebSocketApp([refused])
    assert await run(app, C, path="/refused", server=no_denial) == [X(4000, cut)]
    assert await run(app, C, path="/refused") == [Denied(403, cut)]


def test_b25_lone_surrogates_in_a_reason_do_not_break_the_close() -> None:
    assert cut_reason("a\ud800b") == "a?b"
    assert cut_reason(None) == ""


async def test_b25_a_declared_reason_goes_with_its_code() -> None:
    class Talker(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.accept()
            await self.socket.close(4009)

    class Other(g.TalkHandler):
        @override
        async def handle(self) -> None:
            await self.socket.accept()
            await self.socket.close(4009, "come back at eight")

    assert await run(g.app_of(Talker), C) == [A, X(4009, "No seat left")]
    assert await run(g.app_of(Other), C) == [A, X(4009, "come back at eight")]


def states(socket: WebSocket) -> tuple[WebSocketState, WebSocketState]:
    return socket.connection_state, socket.client_state


CONNECTING, CONNECTED, DISCONNECTED = WebSocketState


async def test_b26_states_before_and_after_accept() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        assert states(socket) == (CONNECTING, CONNECTED)
        assert (socket.close_code, socket.close_reason) == (None, None)
        await socket.accept()
        assert states(socket) == (CONNECTED, CONNECTED)
        assert (socket.close_code, socket.close_reason) == (None, None)

    await run(WebSocketApp([handler]), C)


async def test_b26_a_socket_that_has_not_seen_the_connect_event_yet() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        socket = WebSocket(scope, receive, send)  # type: ignore[arg-type]
        assert states(socket) == (CONNECTING, CONNECTING)
        await socket.accept()
        await socket.close()

    assert await run(app, C) == [A, X(1000)]


async def test_b26_states_and_code_after_our_own_close() -> None:
    async def work(socket: WebSocket) -> None:
        waiting = asyncio.ensure_future(socket.receive_text())
        await asyncio.sleep(0)
        await socket.close(4000, "enough")
        assert states(socket) == (DISCONNECTED, CONNECTED)
        assert (socket.close_code, socket.close_reason) == (4000, "enough")
        with pytest.raises(WebSocketDisconnect):
            await waiting
        assert states(socket) == (DISCONNECTED, DISCONNECTED)
        assert (socket.close_code, socket.close_reason) == (4000, "enough")

    assert await run(doing(work), C, sent(2), D(1006)) == [A, X(4000, "enough")]


async def test_b26_states_and_code_after_the_disconnect_also_when_an_iterator_swallowed_it() -> (
    None
):
    async def work(socket: WebSocket) -> None:
        assert [text async for text in socket.iter_text()] == ["x"]
        assert states(socket) == (DISCONNECTED, DISCONNECTED)
        assert (socket.close_code, socket.close_reason) == (4321, "bye")

    assert await run(doing(work), C, R("x"), D(4321, "bye")) == [A]


async def test_b26_states_and_code_after_a_refusal() -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        await socket.close(4001, "no")
        assert states(socket) == (DISCONNECTED, CONNECTED)
        assert (socket.close_code, socket.close_reason) == (4001, "no")

    assert await run(WebSocketApp([handler]), C) == [Denied(401, "no")]
