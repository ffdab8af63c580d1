"""What an observer is told, that it harms nobody, and what the adapters make of it (F30, K69)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry
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
from wsgen_runtime.observe import Counters, Observer, code_label
from wsgen_runtime.opentelemetry import OpenTelemetryObserver
from wsgen_runtime.prometheus import PrometheusObserver

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


@pytest.mark.parametrize(
    ("code", "by", "label"),
    [
        (1000, "client", "1000"),
        (1006, "client", "1006"),
        (3000, "client", "3xxx"),
        (4999, "client", "4xxx"),
        (4999, "server", "4999"),
        (77, "client", "other"),
        (70_000, "client", "other"),
    ],
)
def test_clients_cannot_make_up_labels(
    code: int, by: Literal["client", "server"], label: str
) -> None:
    assert code_label(code, by) == label


def test_any_code_of_a_client_is_one_of_few_labels() -> None:
    assert len({code_label(code, "client") for code in range(70_000)}) == 16 + 3


async def everything(observer: Observer) -> None:
    """A connection of every kind: served, refused, failed, not valid."""
    app = decorated(observer, on_invalid="ignore")
    await run(app, C, R("hi"), Rb(b"x"), sent(2), D(4321), path="/shout")
    await run(app, C, R("fail"), path="/shout")
    await run(app, C, path="/nowhere")
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        talk.feed(D())


async def test_the_adapter_for_prometheus_counts() -> None:
    registry = CollectorRegistry()
    await everything(PrometheusObserver(registry))

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"wsgen_{name}", labels)

    assert value("connections_open", handler="shout") == 0
    assert value("connections_opened_total", handler="shout") == 3
    closed = {"handler": "shout", "by": "client"}
    assert value("connections_closed_total", code="4xxx", **closed) == 1
    assert value("connections_closed_total", handler="shout", by="server", code="1011") == 1
    assert value("connection_duration_seconds_count", handler="shout") == 3
    assert value("connections_refused_total", handler="", code="4404") == 1
    assert value("messages_received_total", handler="shout") == 3
    assert value("received_bytes_total", handler="shout") == 7
    assert value("messages_sent_total", handler="shout") == 1
    assert value("sent_bytes_total", handler="shout") == 2
    assert value("messages_invalid_total", handler="shout", code="wrong_frame") == 1
    assert value("messages_dropped_total", handler="shout", reason="invalid") == 1
    assert value("failures_total", handler="shout", error="LookupError") == 1
    with pytest.raises(ValueError, match="Duplicated"):
        PrometheusObserver(registry)
    PrometheusObserver(registry, namespace="other")


def points(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


async def test_the_adapter_for_opentelemetry_counts() -> None:
    reader = InMemoryMetricReader()
    await everything(OpenTelemetryObserver(MeterProvider([reader])))
    found = points(reader)

    def values(name: str) -> dict[tuple[tuple[str, Any], ...], Any]:
        return {
            tuple(sorted(point.attributes.items())): getattr(point, "value", None)
            for point in found[name]
        }

    shout = ("wsgen.handler", "shout")
    assert values("wsgen.active_connections") == {(shout,): 0}
    assert values("wsgen.messages") == {
        (("network.io.direction", "receive"), shout): 3,
        (("network.io.direction", "transmit"), shout): 1,
    }
    assert values("wsgen.io")[("network.io.direction", "receive"), shout] == 7
    assert values("wsgen.refused_connections") == {
        (("http.response.status_code", 404), ("wsgen.close.code", "4404")): 1
    }
    assert values("wsgen.invalid_messages") == {(("error.type", "wrong_frame"), shout): 1}
    assert values("wsgen.dropped_messages") == {(("wsgen.drop.reason", "invalid"), shout): 1}
    assert values("wsgen.failures") == {(("error.type", "LookupError"), shout): 1}
    durations = found["wsgen.connection.duration"]
    assert sum(point.count for point in durations) == 3
    codes = {(point.attributes["wsgen.close.code"], point.attributes["wsgen.close.by"])
             for point in durations}  # fmt: skip
    assert codes == {("4xxx", "client"), ("1011", "server"), ("1005", "client")}


def test_the_runtime_imports_no_library_of_metrics() -> None:
    code = (
        "import sys, wsgen_runtime, wsgen_runtime.gen1, wsgen_runtime.observe\n"
        "assert not {'prometheus_client', 'opentelemetry'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
