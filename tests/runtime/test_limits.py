"""Limits: sizes, rates, silence, time-outs, numbers of connections (behaviour 69)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import FLAT, MSGPACK, NESTED, WIRES, Parts, Shout, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, Rb, S, Talk, X, run
from tests.runtime.wires import ROOM, answers, frame
from typing_extensions import override

from wsgen_runtime import (
    Limits,
    WebSocket,
    WebSocketApp,
    gen1,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp, Message
from wsgen_runtime._terms import DEFAULT_MAX_MESSAGE, OnInvalid, TokenBucket

TOO_BIG = X(1009, "the message is too big")
TOO_MANY = X(1008, "too many messages")


def decorated(limits: Limits, **options: Any) -> ASGIApp:
    @websocket_listener("/shout", limits=limits, **options)
    async def shout(data: str) -> str:
        return data.upper()

    return WebSocketApp([shout])


def generated(limits: Limits, on_invalid: OnInvalid = "close") -> ASGIApp:
    return create_app(options={"limits": limits, "on_invalid": on_invalid})


Make = Callable[..., ASGIApp]
BOTH = pytest.mark.parametrize("make", [decorated, generated])


@BOTH
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 8, True),
        ("x" * 9, False),
        ("é" * 4, True),
        ("é" * 4 + "x", False),
        ("€€xx", True),
        ("€€xxx", False),
        ("🎉🎉", True),
        ("🎉🎉x", False),
        ("\ud800" * 3, False),
    ],
)
async def test_b69_max_message_counts_bytes_of_utf_8(make: Make, text: str, fits: bool) -> None:
    app = make(Limits(max_message=8))
    if fits:
        assert await run(app, C, R(text), D(), path="/shout") == [A, S(text.upper())]
    else:
        assert await run(app, C, R(text), path="/shout") == [A, TOO_BIG]


@BOTH
async def test_b69_the_default_is_a_mebibyte(make: Make) -> None:
    app = make(Limits())
    fits = "x" * DEFAULT_MAX_MESSAGE
    assert len(await run(app, C, R(fits), D(), path="/shout")) == 2
    assert await run(app, C, R(fits + "x"), path="/shout") == [A, TOO_BIG]


@BOTH
@pytest.mark.parametrize("on_invalid", ["close", "reply", "ignore"])
async def test_b69_a_frame_of_the_wrong_kind_counts_too(make: Make, on_invalid: str) -> None:
    app = make(Limits(max_message=8), on_invalid=on_invalid)
    assert await run(app, C, Rb(b"x" * 9), path="/shout") == [A, TOO_BIG]


async def test_b69_no_decoder_sees_what_is_too_big() -> None:
    """Malformed and too big is too big, whatever the wire and the policy."""
    limits = Limits(max_message=100)
    for wire in WIRES.values():
        options = {"limits": limits, "on_invalid": "reply"}
        data = "{" * 101
        event = R(data) if wire.key == "text" else Rb(data.encode())
        app = create_app(wire=wire, options=options)
        assert await run(app, C, event, path=ROOM) == [A, TOO_BIG]


@BOTH
async def test_b69_rate_closes(make: Make) -> None:
    app = make(Limits(rate=3))
    played = await run(app, C, *[R(str(n)) for n in range(4)], path="/shout")
    assert played == [A, S("0"), S("1"), S("2"), TOO_MANY]


@BOTH
@pytest.mark.parametrize("event", [R(""), Rb(b"x")])
async def test_b69_rate_counts_every_frame(make: Make, event: Message) -> None:
    app = make(Limits(rate=2), on_invalid="ignore")
    played = await run(app, C, event, event, event, path="/shout")
    assert played[-1] == TOO_MANY


@pytest.mark.parametrize("wire", [FLAT, NESTED, MSGPACK], ids=["flat", "nested", "msgpack"])
async def test_b69_rate_is_answered_where_mistakes_are(wire: gen1.Wire) -> None:
    frames = [frame(wire, "say", number, text="hi") for number in (1, 2, 3)]
    first, second, error = await answers(wire, *frames, limits=Limits(rate=2), on_invalid="reply")
    assert first["type"] == second["type"] == "said"
    fields = error if wire.payload is None else error[wire.payload]
    assert fields["code"] == "rate_limited"
    assert error["request_id"] == 3  # who waits for an answer is told


async def test_b69_rate_comes_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("wsgen_runtime._terms.time.monotonic", lambda: now)
    bucket = TokenBucket(2.0)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now += 100
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    slow = TokenBucket(0.1)
    assert [slow.take() for _ in range(2)] == [True, False]


@BOTH
async def test_b69_an_idle_client_is_closed(make: Make, logged: Logged) -> None:
    app = make(Limits(idle_timeout=0.01))
    assert await run(app, C, path="/shout") == [A, X(1001, "idle for too long")]
    assert logged() == []


async def test_b69_idle_means_the_client_not_the_handler() -> None:
    @websocket_listener("/", limits=Limits(idle_timeout=0.01))
    async def slow(data: str) -> str:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.03)
        return data

    assert await run(WebSocketApp([slow]), C, R("a"), R("b"), D()) == [A, S("a"), S("b")]


async def test_b69_an_idle_client_is_closed_where_the_handler_may_be_cancelled_too() -> None:
    @websocket_listener("/", limits=Limits(idle_timeout=0.01), cancel_on_disconnect=True)
    async def listener(data: str) -> str:
        await asyncio.sleep(0)
        return data

    played = await run(WebSocketApp([listener]), C, R("a"))
    assert played == [A, S("a"), X(1001, "idle for too long")]


@pytest.mark.parametrize("generated", [True, False])
async def test_b69_streams_are_never_idle(generated: bool) -> None:
    limits = Limits(idle_timeout=0.005)

    @websocket_stream("/clock", limits=limits)
    async def clock() -> AsyncIterator[str]:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.03)
        yield "tick"

    app = create_app(options={"limits": limits}) if generated else WebSocketApp([clock])
    played = await run(app, C, path="/clock")
    assert played[-1] == X(1000)


async def test_b69_the_handshake_timeout_does_not_reach_into_the_conversation() -> None:
    async def quick() -> int:
        return 1

    limits = Limits(handshake_timeout=0.01)

    @websocket("/", dependencies={"quick": quick}, limits=limits)
    async def handler(socket: WebSocket, quick: int) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.03)
        await socket.send_text("late")

    assert await run(WebSocketApp([handler]), C) == [A, S("late"), X(1000)]


async def test_b69_a_timeout_of_a_provider_itself_is_no_handshake_timeout(logged: Logged) -> None:
    async def fails() -> int:
        raise TimeoutError

    @websocket_listener("/", dependencies={"fails": fails})
    async def listener(data: str, fails: int) -> None:
        pass

    assert await run(WebSocketApp([listener]), C) == [Denied(500, "")]
    assert len(logged()) == 1


@pytest.mark.parametrize("code", [1000, 4000])
async def test_b69_a_close_that_the_server_never_finishes(code: int) -> None:
    class Closes(Shout):
        @override
        async def on_message(self, message: str, /) -> str | None:
            closing.set()
            await self.socket.close(code)
            return None

    closing = asyncio.Event()
    app = create_app(Parts(shout=Closes), options={"limits": Limits(close_timeout=0.02)})
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        talk.block_sends()
        talk.feed(R("x"))
        await soon(closing.wait())
        await talk.ended()
    assert talk.sent == [A]


@pytest.mark.parametrize("denial", [True, False])
async def test_b69_a_refusal_that_the_server_never_finishes(denial: bool) -> None:
    app = create_app(Parts(seat=refuses), options={"limits": Limits(close_timeout=0.02)})
    extensions: dict[str, object] = {"websocket.http.response": {}} if denial else {}
    async with Talk(app, path=ROOM, extensions=extensions) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.ended()
        talk.order.mistakes.clear()
    assert talk.sent == []


def refuses(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
    raise gen1.WebSocketException("no", code=4003)


@pytest.mark.parametrize("generated", [True, False])
async def test_b69_connections_per_application(generated: bool, logged: Logged) -> None:
    @websocket_listener("/shout")
    async def shout(data: str) -> str:
        return data

    more: Any = {"max_connections": 1}
    app = create_app(**more) if generated else WebSocketApp([shout], **more)
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        assert await run(app, C, path="/shout") == [Denied(503, "too many connections")]
        assert await run(app, C, path="/shout", extensions={}) == [X(1013, "too many connections")]
        talk.feed(D())
    assert len(logged()) == 2
    assert await run(app, C, D(), path="/shout") == [A]  # the place is free again


async def test_b69_who_wins() -> None:
    """`create_app` goes before the schema, a decorator before the application."""
    schema, app_limits = Limits(max_message=5, rate=1), Limits(max_message=2)
    app = create_app(options={"limits": schema}, limits=app_limits)
    assert await run(app, C, R("abc"), path="/shout") == [A, TOO_BIG]
    assert await run(app, C, R("ab"), R("cd"), path="/shout") == [A, S("AB"), TOO_MANY]

    @websocket_listener("/", limits=schema)
    async def listener(data: str) -> str:
        return data

    both = WebSocketApp([listener], limits=Limits(max_message=2, idle_timeout=0.01))
    played = await run(both, C, R("abc"))
    assert played == [A, S("abc"), X(1001, "idle for too long")]


async def test_limits_hold_for_typed_sockets() -> None:
    app = create_app(options={"limits": Limits(max_message=40, rate=2)})
    say = msgspec.json.encode({"type": "say", "text": "hi"}).decode()
    played = await run(app, C, R(say), R(say), R(say), path="/echo")
    assert played[-1] == TOO_MANY
    assert await run(app, C, R(say + " " * 40), path="/echo") == [A, TOO_BIG]
