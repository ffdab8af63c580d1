"""What an observer is told, and that it harms nobody (30, 69)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, create_app
from tests.runtime.scripted import A, C, D, Denied, R, Rb, S, Talk, X, run, sent
from tests.runtime.wires import ROOM
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
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame
from wsgen_runtime.observe import Counters, Observer

EVIL = [("origin", "https://evil.example")]


class Story(Observer):
    """Everything that it is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, object]]] = []

    def __getattribute__(self, name: str) -> Any:
        if name not in vars(Observer) or name.startswith("_"):
            return super().__getattribute__(name)

        def tell(**facts: object) -> None:
            facts.pop("seconds", None)
            self.told.append((name, facts))

        return tell

    def names(self) -> list[str]:
        return [name for name, _ in self.told]


def decorated(observer: Observer | None, **options: Any) -> ASGIApp:
    limits = options.pop("limits", None)

    @websocket_listener("/shout", name="shout", limits=limits, **options)
    async def shout(data: str) -> str:
        if data == "fail":
            raise LookupError
        return data.upper()

    return WebSocketApp([shout], observer=observer)


def generated(observer: Observer | None, **options: Any) -> ASGIApp:
    return create_app(options=options, observer=observer)


BOTH = pytest.mark.parametrize("make", [decorated, generated])
Make = Callable[..., ASGIApp]


@BOTH
async def test_an_observer_is_told_of_a_connection_from_its_start_to_its_end(make: Make) -> None:
    story = Story()
    played = await run(make(story), C, R("hi"), R("é"), sent(3), D(4000, "bye"), path="/shout")
    assert played == [A, S("HI"), S("É")]
    assert story.told == [
        ("opened", {"handler": "shout"}),
        ("received", {"handler": "shout", "size": 2}),
        ("sent", {"handler": "shout", "size": 2}),
        ("received", {"handler": "shout", "size": 2}),
        ("sent", {"handler": "shout", "size": 2}),
        ("closed", {"handler": "shout", "code": 4000, "by": "client"}),
    ]


@BOTH
async def test_without_an_observer_nothing_stands_between_server_and_link(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr("wsgen_runtime._link.Watch", lambda *_, **__: made.append(0))
    assert await run(make(None), C, R("hi"), D(), path="/shout") == [A, S("HI")]
    assert made == []


@BOTH
@pytest.mark.parametrize(
    ("opening", "code", "status", "handler"),
    [
        ({"path": "/nowhere"}, 4404, 404, ""),
        ({"path": "/shout", "headers": EVIL}, 1008, 403, "shout"),
        ({"path": "/nowhere", "extensions": {}}, 4404, None, ""),
        ({"path": "/shout", "headers": EVIL, "extensions": {}}, 1008, None, "shout"),
    ],
)
async def test_an_observer_is_told_of_every_refusal(
    make: Make, opening: Any, code: int, status: int | None, handler: str
) -> None:
    story = Story()
    await run(make(story), C, **opening)
    assert story.told == [("refused", {"handler": handler, "code": code, "status": status})]


async def test_a_refusal_by_accepting_and_closing_was_never_open() -> None:
    def refuse(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
        raise gen1.WebSocketException("no", code=4003)

    story = Story()
    app = create_app(Parts(seat=refuse), options={"on_reject": "close"}, observer=story)
    assert await run(app, C, path=ROOM) == [A, X(4003, "no")]
    assert story.told == [("refused", {"handler": "room", "code": 4003, "status": None})]


async def test_who_leaves_before_an_answer_was_neither_open_nor_refused() -> None:
    story = Story()
    assert await run(create_app(observer=story), D(1001), path=ROOM) == []
    assert story.told == []


async def test_b69_connections_beyond_the_limit_are_counted() -> None:
    counters = Counters()
    app = create_app(observer=counters, max_connections=1)
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        assert await run(app, C, path="/shout") == [Denied(503, "too many connections")]
        assert counters.open == {"shout": 1}
        talk.feed(D())
    assert counters.refusals == {("shout", 1013): 1}
    assert counters.open["shout"] == 0


@BOTH
@pytest.mark.parametrize(
    ("limits", "events", "code"),
    [
        (Limits(max_message=4), [R("too big")], 1009),
        (Limits(rate=1), [R("a"), R("b")], 1008),
        (Limits(idle_timeout=0.01), [], 1001),
    ],
)
async def test_b69_limits_are_counted_by_their_close_codes(
    make: Make, limits: Limits, events: Any, code: int
) -> None:
    counters = Counters()
    await run(make(counters, limits=limits), C, *events, path="/shout")
    assert counters.ended == {("shout", code): 1}


@BOTH
@pytest.mark.parametrize("on_invalid", ["close", "reply", "ignore"])
async def test_what_is_not_valid_is_counted_whatever_the_policy(
    make: Make, on_invalid: str
) -> None:
    counters = Counters()
    await run(make(counters, on_invalid=on_invalid), C, Rb(b"x"), D(), path="/shout")
    assert counters.mistakes == {("shout", "wrong_frame"): 1}
    assert counters.drops == ({("shout", "invalid"): 1} if on_invalid == "ignore" else {})
    assert counters.failures == {}


async def test_messages_of_a_contract_are_counted_by_their_mistake() -> None:
    counters = Counters()
    app = create_app(options={"on_invalid": "reply"}, observer=counters)
    mistakes = [R("{"), R('{"type":"what"}'), R('{"type":"say"}'), Rb(b"{}")]
    await run(app, C, *mistakes, D(), path=ROOM)
    assert counters.mistakes == {
        ("room", "malformed"): 1,
        ("room", "unknown_type"): 1,
        ("room", "invalid_message"): 1,
        ("room", "wrong_frame"): 1,
    }
    assert (counters.messages_in["room"], counters.messages_out["room"]) == (4, 4)


async def test_what_a_rate_or_a_stream_drops_is_counted() -> None:
    counters = Counters()
    options = {"on_invalid": "reply", "limits": Limits(rate=1)}
    await run(create_app(options=options, observer=counters), C, R("a"), R("b"), D(), path="/shout")
    assert counters.drops == {("shout", "rate_limited"): 1}

    @websocket_stream("/")
    async def stream() -> AsyncIterator[str]:
        yield "one"
        await asyncio.Event().wait()

    counters = Counters()
    await run(WebSocketApp([stream], observer=counters), C, R("a"), R("b"), D())
    assert counters.drops == {("stream", "streaming"): 2}


@pytest.mark.parametrize(
    ("receive", "event", "error", "code"),
    [
        (WebSocket.receive_json, R("{"), InvalidMessage, "malformed"),
        (WebSocket.receive_text, Rb(b""), WrongFrame, "wrong_frame"),
    ],
)
async def test_a_websocket_handler_counts_what_it_catches_too(
    receive: Any, event: Any, error: Any, code: str
) -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        with pytest.raises(error):
            await receive(socket)

    counters = Counters()
    await run(WebSocketApp([handler], observer=counters), C, event)
    assert counters.mistakes == {("handler", code): 1}


async def test_a_typed_socket_counts_too() -> None:
    counters = Counters()
    played = await run(create_app(observer=counters), C, R('{"type":"typing"}'), path="/echo")
    assert played[-1] == X(1007, "type: Expected a known tag")
    assert counters.mistakes == {("echo", "unknown_type"): 1}
    assert counters.ended == {("echo", 1007): 1}


async def test_b30_a_failure_is_told_with_its_error() -> None:
    story = Story()
    await run(decorated(story), C, R("fail"), path="/shout")
    ((_, told),) = [each for each in story.told if each[0] == "failed"]
    assert isinstance(told["error"], LookupError)
    assert story.names() == ["opened", "received", "failed", "closed"]


async def test_b7_returning_without_an_answer_is_a_failure() -> None:
    @websocket("/")
    async def forgetful(socket: WebSocket) -> None:
        pass

    counters = Counters()
    await run(WebSocketApp([forgetful], observer=counters), C)
    assert counters.failures == {("forgetful", "ProtocolMisuse"): 1}
    assert counters.refusals == {("forgetful", 1011): 1}


async def test_b69_a_handshake_that_takes_too_long_is_a_failure() -> None:
    async def slow() -> int:
        await asyncio.Event().wait()
        return 1

    @websocket_listener("/", dependencies={"slow": slow}, limits=Limits(handshake_timeout=0.01))
    async def late(data: str, slow: int) -> None:
        pass

    counters = Counters()
    await run(WebSocketApp([late], observer=counters), C)
    assert counters.failures == {("late", "TimeoutError"): 1}
    assert counters.refusals == {("late", 1013): 1}


async def test_b71_a_cancelled_connection_is_counted_to_its_end() -> None:
    counters = Counters()
    async with Talk(create_app(observer=counters), C, path=ROOM) as talk:
        await talk.count(1)
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert counters.ended == {("room", 1012): 1}
    assert counters.open["room"] == 0


async def test_a_send_that_fails_is_not_counted() -> None:
    counters = Counters()
    async with Talk(create_app(observer=counters), C, path="/clock") as talk:
        talk.hang_up(D(1006))
    assert counters.messages_out == {}


class Failing(Story):
    """An observer that raises whatever it is told."""

    @override
    def __getattribute__(self, name: str) -> Any:
        if name not in vars(Observer) or name.startswith("_"):
            return super().__getattribute__(name)

        def fail(**facts: object) -> None:
            raise RuntimeError(name)

        fail.__name__ = name
        return fail


@BOTH
async def test_an_observer_that_raises_harms_no_connection_and_is_logged_once(
    make: Make, logged: Logged
) -> None:
    app = make(Failing())
    for _ in range(2):
        played = await run(app, C, R("a"), R("b"), sent(3), D(), path="/shout")
        assert played == [A, S("A"), S("B")]
    said = [record.getMessage() for record in logged()]
    assert len(said) == 4
    for name in ("opened", "received", "sent", "closed"):
        assert sum(f"failed in {name}()" in each for each in said) == 1
