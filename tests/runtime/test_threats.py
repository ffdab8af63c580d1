"""What hostile clients cost, measured: bounds of docs/security.md that no other test shows (70).

Memory is what tracemalloc counts, which is the same on every machine. Time is compared with time
of the same run, generously: twice the size may cost four times as much, but not a thousand times.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.runtime.handmade import Clock, Parts, Tick, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, Talk, X, make_scope, run
from tests.runtime.wires import ROOM
from tests.timing import least_async
from typing_extensions import override

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Message

KIB = 1024
MIB = 1024 * KIB
SECRET = "s3cr3t-c4n4ry"


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    """The collector leaves what there was before alone: going through it is no client's fault."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


class Peak:
    """Bytes that were allocated at the most, beyond what there was."""

    value = 0


@contextmanager
def measured() -> Iterator[Peak]:
    peak = Peak()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        yield peak
        peak.value = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


async def converse(app: ASGIApp, path: str, events: Iterator[Message]) -> list[Message]:
    """Play events that are made one by one, so that they take no memory themselves."""
    sent: list[Message] = []

    async def receive() -> Message:
        return next(events)

    async def send(event: Message) -> None:
        if event["type"] != "websocket.send":
            sent.append(event)

    await soon(app(make_scope(path), receive, send))
    return sent


def listening(**options: Any) -> ASGIApp:
    @websocket_listener("/", **options)
    async def listener(data: str) -> str:
        return data

    return WebSocketApp([listener])


def anything(**options: Any) -> ASGIApp:
    """Takes any JSON, the worst case: everything becomes an object."""

    @websocket_listener("/", on_invalid="ignore", **options)
    async def listener(data: Any) -> None:
        pass

    return WebSocketApp([listener])


# Size and number


async def test_b69_a_message_that_is_too_big_is_not_copied() -> None:
    event = R("x" * 16 * MIB)
    app = listening()
    await run(app, C, R("x"), D())
    with measured() as peak:
        (_, close) = await run(app, C, event)
    assert isinstance(close, X)
    assert close.code == 1009
    assert peak.value < 64 * KIB


async def test_b69_counting_bytes_takes_no_more_than_the_limit_allows() -> None:
    """Text that may be within the limit is encoded to count its bytes, and given up at once."""
    event = R("é" * (600 * KIB))
    app = listening()
    await run(app, C, R("x"), D())
    with measured() as peak:
        (_, close) = await run(app, C, event)
    assert isinstance(close, X)
    assert close.code == 1009
    assert peak.value < 2 * MIB


@pytest.mark.parametrize("make", [listening, create_app], ids=["decorated", "generated"])
async def test_b70_small_frames_take_no_memory_however_many(make: Callable[[], ASGIApp]) -> None:
    app = make()
    path = "/" if make is listening else "/shout"

    def frames(count: int) -> Iterator[Message]:
        yield C
        for _ in range(count):
            yield R("x")
        yield D()

    await converse(app, path, frames(10))
    with measured() as peak:
        await converse(app, path, frames(5_000))
    assert peak.value < 64 * KIB


@pytest.mark.parametrize("watched", [False, True])
async def test_b39_no_frame_is_read_ahead_of_its_turn(watched: bool) -> None:
    """The server's own flow control reaches the client: at most one frame is held besides.

    Who wants to know whether the client has left has to look behind them: at 32 small ones.
    """
    hold = asyncio.Event()

    @websocket_listener("/", cancel_on_disconnect=watched)
    async def slow(data: str) -> None:
        await hold.wait()

    async with Talk(WebSocketApp([slow]), C, *[R("x")] * 100) as talk:
        await talk.count(1)
        for _ in range(200):
            await asyncio.sleep(0)
        connect_and_handled = 2
        assert talk.receives <= connect_and_handled + (33 if watched else 1)
        hold.set()
        talk.feed(D())


# What decoding costs

HOSTILE: dict[str, Callable[[int], str]] = {
    "lists in lists": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "objects in objects": lambda size: '{"a":' * (size // 6) + "1" + "}" * (size // 6),
    "an open end": lambda size: "[" * size,
    "a long number": lambda size: "9" * size,
    "a long fraction": lambda size: "0." + "9" * size,
    "a large exponent": lambda size: "1e" + "9" * size,
    "many numbers": lambda size: f"[{','.join(['1' * 308] * (size // 309))}]",
    "many lists": lambda size: f"[{','.join(['[]'] * (size // 3))}]",
    "many keys": lambda size: json.dumps({f"k{index}": 0 for index in range(size // 12)}),
    "one key many times": lambda size: "{" + ",".join(['"k":0'] * (size // 6)) + "}",
    "escapes": lambda size: '"' + "\\u0041" * (size // 6) + '"',
    "white space": lambda size: " " * size + "1",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
async def test_b70_decoding_takes_memory_in_proportion_to_the_payload(
    hostile: Callable[[int], str],
) -> None:
    """At most 40 bytes for each byte of JSON, so 40 MiB for a message by default."""
    app = anything()
    size = 256 * KIB
    event = R(hostile(size))
    await run(app, C, R("[]"), D())
    with measured() as peak:
        await run(app, C, event, D())
    assert peak.value < 40 * size


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("make", [anything, create_app], ids=["decorated", "generated"])
async def test_b70_decoding_takes_time_in_proportion_to_the_payload(
    make: Callable[[], ASGIApp], hostile: Callable[[int], str]
) -> None:
    app = make()
    path = "/" if make is anything else ROOM

    async def cost(size: int) -> float:
        event = R(hostile(size))
        return await least_async(lambda: run(app, C, event, D(), path=path))

    small, large = await cost(32 * KIB), await cost(512 * KIB)
    assert large < 16 * 4 * small + 0.02  # a quadratic cost would be 256 times as much


INVALID = [
    SECRET,
    f'{{"type":"{SECRET}"}}',
    f'{{"type":"say","text":1,"{SECRET}":2}}',
    f'{{"type":"say","text":"{SECRET * 9}"}}',
    f'{{"type":"say","text":"x","mentions":["{SECRET}",1]}}',
    f'{{"type":"say","text":"x","mentions":{{"{SECRET}":1}}}}',
    f'{{"type":["{SECRET}"]}}',
    f'{{"type":"say","text":"x"}} {SECRET}',
    f'{{"type":"strict","userName":"x","{SECRET}":1}}',
]


@pytest.mark.parametrize("on_invalid", ["close", "reply"])
@pytest.mark.parametrize("payload", INVALID)
async def test_b36_no_payload_is_repeated_to_the_client(payload: str, on_invalid: str) -> None:
    app = create_app(options={"on_invalid": on_invalid})
    sent = await run(app, C, R(payload), D(), path=ROOM)
    assert len(sent) == 2
    assert SECRET not in repr(sent)


async def test_b30_no_error_is_repeated_to_the_client() -> None:
    @websocket_listener("/")
    async def fails(data: str) -> None:
        raise LookupError(SECRET)

    assert await run(WebSocketApp([fails]), C, R("x")) == [A, X(1011)]


# Clients that are slow, silent or many


async def test_b69_a_slow_handshake_ends_in_its_time() -> None:
    async def never() -> int:
        await asyncio.get_running_loop().create_future()
        return 1

    limits = Limits(handshake_timeout=0.02)

    @websocket_listener("/", dependencies={"value": never}, limits=limits)
    async def listener(data: str, value: int) -> None:
        pass

    async with asyncio.timeout(1):
        played = await run(WebSocketApp([listener]), C)
    assert played == [Denied(503, "not ready in time")]


async def test_b48_a_client_that_never_reads_holds_one_item() -> None:
    """Nothing is queued for it: the stream waits, and is closed as soon as the client is gone."""
    made: list[int] = []

    class Endless(Clock):
        @override
        async def stream(self) -> AsyncIterator[Tick]:
            while True:
                made.append(1)
                yield Tick(counter=len(made))

    async with Talk(create_app(Parts(clock=Endless)), C, path="/clock") as talk:
        await talk.count(3)
        talk.block_sends()
        before = len(made)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(made) <= before + 1
        talk.hang_up(D(1006))
        talk.block_sends(False)


async def test_b69_a_client_that_never_reads_cannot_hold_up_a_close() -> None:
    @websocket("/", limits=Limits(close_timeout=0.02))
    async def closing(socket: WebSocket) -> None:
        await socket.accept()
        reached.set()
        await socket.close(4000)
        closed.append(True)

    reached = asyncio.Event()
    closed: list[bool] = []
    async with asyncio.timeout(1), Talk(WebSocketApp([closing]), C) as talk:
        await talk.count(1)
        talk.block_sends()
        await reached.wait()
        await talk.ended()
    assert closed


async def test_b69_a_silent_client_is_closed_in_its_time() -> None:
    async with asyncio.timeout(1):
        played = await run(listening(limits=Limits(idle_timeout=0.02)), C)
    assert played == [A, X(1001, "idle for too long")]


@pytest.mark.parametrize("make", [listening, create_app], ids=["decorated", "generated"])
async def test_b69_an_open_connection_takes_less_than_16_kib(make: Callable[[], ASGIApp]) -> None:
    """Ours alone; what the server keeps for each comes on top."""
    app, path = make(), "/" if make is listening else ROOM
    count = 200
    leaving = asyncio.Event()

    async def receive() -> Message:
        await leaving.wait()
        return D()

    def client() -> Awaitable[None]:
        first = [C]

        async def next_event() -> Message:
            return first.pop() if first else await receive()

        async def send(event: Message) -> None:
            pass

        return app(make_scope(path), next_event, send)

    for _ in range(2):  # what Python keeps for the next time, it keeps from the first time on
        leaving.clear()
        with measured() as peak:
            tasks = [asyncio.ensure_future(client()) for _ in range(count)]
            for _ in range(5):
                await asyncio.sleep(0)
            held = tracemalloc.get_traced_memory()[0]
            leaving.set()
            await soon(asyncio.gather(*tasks))
            del tasks
            left = tracemalloc.get_traced_memory()[0]
    assert held < count * 16 * KIB
    assert peak.value < count * 16 * KIB
    assert left < count * KIB  # and nothing when it has ended


async def test_b64_refused_connections_leave_nothing() -> None:
    app = create_app(max_connections=1)

    async def refused(count: int) -> None:
        for number in range(count):
            assert await run(app, C, path=f"/nowhere/{number}") == [Denied(404, "not found")]
            assert await run(app, C, path=f"/rooms/x{number}") == [Denied(404, "not found")]

    with measured():
        await refused(200)  # what is made once, and what asyncio keeps of its timers for a while
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        await refused(200)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    assert after - before < 16 * KIB


# Opening requests

LARGE: dict[str, Callable[[int], dict[str, Any]]] = {
    "query": lambda size: {"query_string": b"&".join([b"a=%41"] * (size // 6))},
    "names": lambda size: {
        "query_string": "&".join(f"k{index}=1" for index in range(size // 8)).encode()
    },
    "escapes": lambda size: {"query_string": b"token=" + b"%" * size},
    "cookie": lambda size: {"headers": [("cookie", "; ".join(["a=b"] * (size // 5)))]},
    "equals": lambda size: {"headers": [("cookie", "=" * size)]},
    "quotes": lambda size: {"headers": [("cookie", 'a="' + "\\" * size)]},
    "headers": lambda size: {"headers": [("x-a", "b")] * (size // 8)},
    "origin": lambda size: {"headers": [("origin", "http://" + "a." * (size // 2))]},
    "host": lambda size: {"headers": [("host", "a" * size), ("origin", "http://a")]},
    "path": lambda size: {"path": "/rooms/" + "1" * size},
    "segments": lambda size: {"path": "/rooms" + "/1" * (size // 2)},
    "subprotocols": lambda size: {"path": "/echo", "subprotocols": ["x"] * (size // 2)},
}


@pytest.mark.parametrize("opening", LARGE.values(), ids=LARGE)
async def test_b70_an_opening_request_costs_in_proportion_to_its_size(
    opening: Callable[[int], dict[str, Any]],
) -> None:
    """Servers bound its size (64 KiB or so); whatever is in it, a provider may look at it all."""

    def user(socket: WebSocket, /, *, token: str | None) -> str:
        return f"{len(socket.cookies)} {len(socket.query_params)} {len(dict(socket.headers))}"

    app = create_app(Parts(user=user))

    async def cost(size: int) -> float:
        how = {"path": ROOM, **opening(size)}
        return await least_async(lambda: run(app, C, D(), **how))

    small, large = await cost(4 * KIB), await cost(64 * KIB)
    assert large < 16 * 4 * small + 0.02
