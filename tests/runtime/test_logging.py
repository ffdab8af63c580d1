"""The log: one record for each failure, and nothing that a client can write into it (30, 68)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, Room, anybody, create_app, soon
from tests.runtime.scripted import C, D, R, Rb, Talk, run
from tests.runtime.wires import ROOM
from typing_extensions import override

from wsgen_runtime import (
    Closed,
    Limits,
    WebSocket,
    WebSocketApp,
    gen1,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime.observe import Counters, Observer

Make = Callable[[Observer], ASGIApp]


class Oops(Exception):
    """What fails in these tests."""


def oops(*_: object, **__: object) -> Any:
    raise Oops


async def torn() -> AsyncIterator[int]:
    yield 1
    raise Oops


def synchronously_torn() -> Iterator[int]:
    yield 1
    raise Oops


async def slow() -> int:
    await asyncio.get_running_loop().create_future()
    return 1


def listening(**options: Any) -> Make:
    @websocket_listener("/room", name="room", **options)
    async def room(data: str) -> str:
        return oops() if data == "fail" else data

    return lambda observer: WebSocketApp([room], observer=observer)


def providing(provider: Any) -> Make:
    @websocket_listener("/room", name="room", dependencies={"value": provider})
    async def room(data: str, value: int) -> str:
        return data

    return lambda observer: WebSocketApp([room], observer=observer)


def talking(work: Callable[[WebSocket], Any]) -> Make:
    @websocket("/room", name="room")
    async def room(socket: WebSocket) -> None:
        await work(socket)

    return lambda observer: WebSocketApp([room], observer=observer)


def streaming() -> Make:
    @websocket_stream("/room", name="room")
    async def room() -> AsyncIterator[int]:
        yield 1
        raise Oops

    return lambda observer: WebSocketApp([room], observer=observer)


async def fail_after_own_close(socket: WebSocket) -> None:
    await socket.close()
    raise Oops


async def fail_after_disconnect(socket: WebSocket) -> None:
    await socket.accept()
    async for _ in socket.iter_text():
        pass
    raise Oops


async def forget(socket: WebSocket) -> None:
    pass


def raise_again(socket: WebSocket, error: Exception) -> None:
    raise Oops from error


def slow_handshake() -> Make:
    limits = Limits(handshake_timeout=0.005)

    @websocket_listener("/room", name="room", dependencies={"value": slow}, limits=limits)
    async def room(data: str, value: int) -> str:
        return data

    return lambda observer: WebSocketApp([room], observer=observer)


PATHS: dict[str, Make] = {
    "a listener": listening(),
    "a listener that a leaving client cancels": listening(cancel_on_disconnect=True),
    "a guard": listening(guards=[oops]),
    "a hook after accepting": listening(on_accept=oops),
    "a hook at the end": listening(on_disconnect=oops),
    "an exception handler": listening(exception_handlers={Oops: raise_again}),
    "a connection lifespan": listening(connection_lifespan=[oops]),
    "a provider": providing(oops),
    "a teardown": providing(torn),
    "a sync teardown": providing(synchronously_torn),
    "a stream": streaming(),
    "after our own close": talking(fail_after_own_close),
    "after a disconnect": talking(fail_after_disconnect),
    "no answer": talking(forget),
    "a handshake that takes too long": slow_handshake(),
}


@pytest.mark.parametrize("make", PATHS.values(), ids=PATHS)
async def test_b30_every_failure_is_one_record_that_says_where(make: Make, logged: Logged) -> None:
    counters = Counters()
    text = "hi" if make is PATHS["a hook at the end"] else "fail"
    await run(make(counters), C, R(text), D(), path="/room")
    (record,) = logged()
    assert record.levelno == logging.ERROR
    said = vars(record)
    assert said["handler"] == "room"
    assert said["connection"].startswith("ws-")
    assert record.getMessage().startswith("room")
    assert said["connection"] in record.getMessage()
    assert counters.failures.total() == 1
    assert set(counters.failures) <= {
        ("room", name) for name in ("Oops", "ProtocolMisuse", "TimeoutError")
    }


class Fails(Room):
    """A room that fails where it is told to."""

    where = ""

    @override
    async def accepted(self) -> None:
        if self.where == "background":
            self.background(self.work())
            await asyncio.sleep(0)

    async def work(self) -> None:
        raise Oops

    @override
    async def disconnected(self, close: Closed, /) -> None:
        if self.where == "disconnected":
            raise Oops


def fails(where: str) -> type[Fails]:
    return type("Fails", (Fails,), {"where": where})


@pytest.mark.parametrize(
    "parts",
    [
        Parts(room=fails("background")),
        Parts(room=fails("disconnected")),
        Parts(user=oops),
        Parts(seat=oops),
        Parts(room=oops),
    ],
    ids=["background work", "disconnected", "provider", "guard", "factory"],
)
async def test_b30_generated_handlers_log_the_same(parts: Parts, logged: Logged) -> None:
    counters = Counters()
    await run(create_app(parts, observer=counters), C, D(), path=ROOM)
    (record,) = logged()
    said = vars(record)
    assert said["handler"] == "room"
    assert said["connection"] in record.getMessage()
    assert counters.failures == {("room", "Oops"): 1}


async def test_b32_who_leaves_is_not_logged(logged: Logged) -> None:
    for path in (ROOM, "/shout", "/clock", "/echo"):
        await run(create_app(), C, D(1006), path=path)
    assert logged() == []


@pytest.mark.parametrize("debug", [True, False])
async def test_b30_the_server_is_not_told_as_well(debug: bool, logged: Logged) -> None:
    @websocket_listener("/")
    async def room(data: str) -> None:
        raise Oops

    with contextlib.suppress(Oops):
        await run(WebSocketApp([room], debug=debug), C, R("x"))
    assert len(logged()) == 1


async def test_b34_a_second_cancellation_is_one_record_too(logged: Logged) -> None:
    app = create_app(options={"limits": Limits(close_timeout=5)})
    async with Talk(app, C, path=ROOM) as talk:
        await talk.idle()
        talk.block_sends()
        talk.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        talk.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
        talk.order.mistakes.clear()
    (record,) = logged()
    assert vars(record)["handler"] == "room"
    assert vars(record)["connection"] in record.getMessage()


# What a client writes

FAKE = "2026-01-01 00:00:00 CRITICAL root: all is lost"
HOSTILE = f"x\r\n{FAKE}\n\x1b[2J\x1b]0;owned\x07\u202eevil\u2066\u2028\u0085\x00"
LATIN = HOSTILE.encode("latin-1", "ignore").decode("latin-1")


def spelled(record: logging.LogRecord) -> str:
    """A record as a handler writes it, its traceback too."""
    return logging.Formatter("%(levelname)s %(name)s: %(message)s").format(record)


def assert_nothing_was_injected(records: list[logging.LogRecord]) -> None:
    for record in records:
        text = spelled(record)
        assert not any(line.lstrip().startswith("2026-01-01") for line in text.splitlines())
        assert not set("\r\x1b\x07\x00\u202e\u2066\u2028\x85") & set(text)


async def test_b68_an_origin_appears_escaped(logged: Logged) -> None:
    await run(create_app(), C, path=ROOM, headers=[("Origin", LATIN)])
    (record,) = logged()
    assert "all is lost" in spelled(record)
    assert "\n" not in spelled(record)
    assert_nothing_was_injected(logged())


def chained(what: str) -> ASGIApp:
    """Fails after the client has said something, so that its words may be in the traceback."""

    @websocket(["/", "/{name:path}"] if what == "path" else "/", name="room")
    async def room(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await socket.receive_json()
        except Exception as error:
            raise Oops from error

    return WebSocketApp([room])


@pytest.mark.parametrize(
    "event",
    [D(4000, HOSTILE), R(HOSTILE), R('{"a":"' + HOSTILE), Rb(HOSTILE.encode())],
    ids=["reason", "text", "json", "bytes"],
)
async def test_b30_what_a_client_says_appears_escaped_in_tracebacks(
    event: Any, logged: Logged
) -> None:
    await run(chained("said"), C, event)
    assert len(logged()) == 1
    assert_nothing_was_injected(logged())


@pytest.mark.parametrize(
    "opening",
    [
        {"path": "/" + HOSTILE},
        {"path": "/rooms/" + HOSTILE},
        {"path": "/echo", "subprotocols": [HOSTILE]},
        {"path": ROOM, "query_string": b"token=" + HOSTILE.encode()},
        {"path": ROOM, "headers": [("Cookie", LATIN), ("X-Any", LATIN), ("User-Agent", LATIN)]},
        {"path": ROOM, "headers": [("Host", LATIN), ("Origin", "http://testserver")]},
        {"path": ROOM, "client": (HOSTILE, 1)},
    ],
    ids=["path", "parameter", "subprotocol", "query", "headers", "host", "client"],
)
@pytest.mark.parametrize("failing", [True, False])
async def test_b30_nothing_of_an_opening_request_can_be_injected(
    opening: dict[str, Any], failing: bool, logged: Logged
) -> None:
    """Whether it is refused, or a provider fails on it."""

    def user(socket: gen1.WebSocket, /, *, token: str | None) -> str:
        if failing:
            raise KeyError(token or socket.path_params, socket.cookies, dict(socket.headers))
        return anybody(socket, token="ann")

    await run(create_app(Parts(user=user)), C, D(), **opening)
    assert len(logged()) <= 1
    assert_nothing_was_injected(logged())


async def test_b69_a_full_application_says_so_with_handler_and_connection(logged: Logged) -> None:
    app = create_app(max_connections=0)
    await soon(run(app, C, path=ROOM))
    (record,) = logged()
    assert vars(record)["handler"] == "room"
    assert vars(record)["connection"] in record.getMessage()
