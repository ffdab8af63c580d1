"""Behaviours F29, F30, F33, F34: what an exception does to a connection, and what is logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest
from tests.runtime import generated as g
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, Denied, R, S, Server, Talk, X, run
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    exceptions,
    websocket,
    websocket_listener,
    websocket_stream,
)

NO_DENIAL = Server(denial=False)


class Boom(Exception):
    """Something that no handler expects."""


SECRET = "hunter2"


def raising(
    make: Callable[[], BaseException], *, accept: bool = True, debug: bool = False
) -> WebSocketApp:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        if accept:
            await socket.accept()
        raise make()

    return WebSocketApp([handler], debug=debug)


class Custom(WebSocketException):
    code = 4123
    detail = "custom"
    status = 418


@pytest.mark.parametrize(
    ("make", "code", "reason", "status"),
    [
        (lambda: WebSocketException(detail="x", code=4123), 4123, "x", 403),
        (lambda: WebSocketException("x", code=4401), 4401, "x", 401),
        (lambda: WebSocketException("x"), 1011, "x", 500),
        (WebSocketException, 1011, "", 500),
        (lambda: WebSocketException(code=1000), 1000, "", 403),
        (lambda: WebSocketException("é" * 100, code=4000), 4000, "é" * 61, 403),
        (Custom, 4123, "custom", 418),
        (lambda: Custom("another"), 4123, "another", 418),
        (g.Unauthorized, 4001, "Authentication required", 401),
        (lambda: g.RoomFull("try the next one"), 4009, "try the next one", 503),
    ],
)
async def test_b29_an_exception_with_a_close_code(
    make: Callable[[], Exception], code: int, reason: str, status: int, logged: Logged
) -> None:
    assert await run(raising(make), C) == [A, X(code, reason)]
    assert await run(raising(make, accept=False), C) == [Denied(status, reason)]
    assert await run(raising(make, accept=False), C, server=NO_DENIAL) == [X(code, reason)]
    assert logged() == []


def test_b29_its_attributes_and_text() -> None:
    error = WebSocketException("x", code=4123)
    assert (error.code, error.detail, error.status, str(error)) == (4123, "x", None, "x")
    declared = g.Unauthorized()
    assert (declared.code, declared.detail, str(declared)) == (4001,) + (
        "Authentication required",
    ) * 2


async def test_b29_in_every_kind_of_handler() -> None:
    @websocket_listener("/listener")
    async def listener(data: str) -> None:
        raise Custom

    @websocket_stream("/stream")
    async def stream() -> AsyncIterator[str]:
        yield "x"
        raise Custom

    class Room(g.Room):
        @override
        async def on_say(self, message: g.Say, /) -> None:
            raise g.RoomFull

    class Clock(g.ClockHandler):
        @override
        async def stream(self) -> AsyncIterator[g.Tick]:
            raise g.RoomFull
            yield

    app = WebSocketApp([listener, stream])
    assert await run(app, C, R("x"), path="/listener") == [A, X(4123, "custom")]
    assert await run(app, C, path="/stream") == [A, S("x"), X(4123, "custom")]
    full = X(4009, "No seat left")
    assert await run(g.app_of(Room), C, R('{"type":"say","text":"x"}')) == [A, full]
    assert await run(g.app_of(Clock), C) == [A, full]


async def test_b29_a_code_that_may_not_be_sent_is_a_mistake_of_ours(logged: Logged) -> None:
    app = raising(lambda: WebSocketException(SECRET, code=1006))
    assert await run(app, C) == [A, X(1011)]
    assert len(logged()) == 1


@pytest.mark.parametrize("accept", [True, False])
async def test_b30_any_other_exception_is_logged_and_not_told(accept: bool, logged: Logged) -> None:
    played = await run(raising(lambda: Boom(SECRET), accept=accept), C)
    assert played == ([A, X(1011)] if accept else [Denied(500, "")])
    [record] = logged()
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], Boom)
    assert record.exc_info[1].__traceback__ is not None
    assert "handler" in record.getMessage()
    connection: str = record.__dict__["connection"]
    assert connection.startswith("ws-")
    assert f"[{connection}]" in record.getMessage()
    assert record.__dict__["handler"] == "handler"


async def test_b30_generated_handlers_too(logged: Logged) -> None:
    class Room(g.Room):
        @override
        async def on_say(self, message: g.Say, /) -> None:
            raise Boom(SECRET)

    assert await run(g.app_of(Room), C, R('{"type":"say","text":"x"}')) == [A, X(1011)]
    [record] = logged()
    assert record.__dict__["handler"] == "room"


async def test_b30_debug_lets_the_server_see_what_nobody_expected() -> None:
    for accept, answer in ((True, [A, X(1011)]), (False, [Denied(500, "")])):
        async with Talk(raising(Boom, accept=accept, debug=True), C) as talk:
            with pytest.raises(Boom):
                await talk.ended()
            talk.forgive()
        assert talk.sent == answer


async def test_b30_debug_does_not_show_what_is_meant_for_the_client() -> None:
    app = raising(lambda: WebSocketException("x", code=4000), debug=True)
    assert await run(app, C) == [A, X(4000, "x")]


async def test_b30_debug_does_not_show_what_was_handled() -> None:
    async def handle(socket: WebSocket, error: Exception) -> None:
        await socket.close(4000)

    @websocket(exception_handlers={Boom: handle})
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        raise Boom

    assert await run(WebSocketApp([handler], debug=True), C) == [A, X(4000)]


async def test_b33_an_exception_after_our_own_close_is_logged_only(logged: Logged) -> None:
    @websocket("/{how:str}")
    async def handler(socket: WebSocket, how: str) -> None:
        if how == "accepted":
            await socket.accept()
        await socket.close(4001, "no")
        raise WebSocketException(SECRET, code=4002) if how == "typed" else Boom(SECRET)

    app = WebSocketApp([handler])
    assert await run(app, C, path="/accepted") == [A, X(4001, "no")]
    assert await run(app, C, path="/refused") == [Denied(401, "no")]
    assert await run(app, C, path="/typed") == [Denied(401, "no")]
    assert len(logged()) == 3


async def test_b33_an_exception_after_the_disconnect_is_logged_only(logged: Logged) -> None:
    @websocket()
    async def handler(socket: WebSocket) -> None:
        async for _ in socket.iter_text():
            pass
        raise Boom(SECRET)

    assert await run(WebSocketApp([handler]), C, D(1001)) == [A]
    [record] = logged()
    assert record.exc_info is not None
    assert record.exc_info[0] is Boom


@pytest.mark.parametrize(
    ("make", "closed", "records"),
    [
        (lambda: ExceptionGroup("", [WebSocketException("x", code=4000)]), X(4000, "x"), 0),
        (
            lambda: ExceptionGroup("", [ExceptionGroup("", [WebSocketException("x", code=4000)])]),
            X(4000, "x"),
            0,
        ),
        (
            lambda: ExceptionGroup("", [WebSocketException("x", code=4000), Boom(SECRET)]),
            X(1011),
            1,
        ),
        (lambda: ExceptionGroup("", [Boom(SECRET)]), X(1011), 1),
    ],
)
async def test_b34_a_group_of_one_is_its_member(
    make: Callable[[], Exception], closed: X, records: int, logged: Logged
) -> None:
    assert await run(raising(make), C) == [A, closed]
    assert len(logged()) == records


async def test_b34_exception_handlers_see_the_member_of_a_group_of_one() -> None:
    async def handle(socket: WebSocket, error: Exception) -> None:
        await socket.close(4000, type(error).__name__)

    @websocket(exception_handlers={Boom: handle})
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())

    async def fail() -> None:
        raise Boom

    assert await run(WebSocketApp([handler]), C) == [A, X(4000, "Boom")]


@pytest.mark.parametrize("accept", [True, False])
async def test_b34_cancellation_is_never_converted_and_cleanup_runs(
    accept: bool, logged: Logged
) -> None:
    cleaned: list[str] = []

    async def resource() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            cleaned.append("resource")

    @websocket(dependencies={"resource": resource})
    async def handler(socket: WebSocket, resource: int) -> None:
        try:
            if accept:
                await socket.accept()
            reached.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cleaned.append("handler")
            raise

    reached = asyncio.Event()
    async with Talk(WebSocketApp([handler]), C) as talk:
        await reached.wait()
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    restart = "the server restarts"
    assert talk.sent == ([A, X(1012, restart)] if accept else [Denied(503, restart)])
    assert cleaned == ["handler", "resource"]
    assert logged() == []


def test_b34_the_error_tree_is_what_its_module_says() -> None:
    tree = exceptions.__doc__ or ""
    for name in exceptions.__all__:
        kind = getattr(exceptions, name)
        if isinstance(kind, type):
            assert issubclass(kind, Exception)
            assert name in tree


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (WebSocketDisconnect(), "closed by the client with 1005"),
        (WebSocketDisconnect(4000, "bye", by="server"), "closed by the server with 4000: 'bye'"),
        (exceptions.InvalidMessage("malformed", "not valid JSON"), "$: not valid JSON"),
        (exceptions.ConfigurationError(["a", "b"]), "a\nb"),
    ],
)
def test_b34_texts_of_errors(error: Exception, text: str) -> None:
    assert str(error) == text
