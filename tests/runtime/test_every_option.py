"""Every option of every handler and layer does something: none is silently ignored (behaviour 58).

One probe for each option says what it does; a test fails for an option without a probe. Each probe
looks at the talk with the option and without it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Any

import pytest
from tests.runtime.options import (
    DECORATED,
    NAMESPACE,
    Kind,
    Layer,
    Make,
    build,
    make_for,
    path_of,
    script,
)
from tests.runtime.scripted import A, C, D, Denied, R, S, Sent, Talk, X, run

from wsgen_runtime import Limits, WebSocket, WebSocketException
from wsgen_runtime._app import AppOptions, WebSocketOptions
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime._options import HandlerOptions, ListenerOptions, StreamOptions
from wsgen_runtime.exceptions import ConfigurationError

EVIL = [("origin", "https://evil.example")]
MARK = (b"x-mark", b"1")
Probe = Callable[[Kind, Make], Awaitable[None]]


async def play(app: Any, kind: Kind, **opening: Any) -> list[Sent]:
    return await run(app, *script(kind), path=path_of(kind), **opening)


def talked(kind: Kind, answer: str = "default", accepted: Any = A) -> list[Sent]:
    """What the talk comes to where nothing is in its way."""
    return [accepted, S(answer), *([X(1000)] if kind in ("websocket", "stream") else [])]


def refuse(socket: WebSocket) -> None:
    raise WebSocketException("not you", code=4403)


def marking(app: ASGIApp) -> ASGIApp:
    """Middleware that adds a header to the accept."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(event: Message) -> None:
            if event["type"] == "websocket.accept":
                event = {**event, "headers": [*event["headers"], MARK]}
            await send(event)

        await app(scope, receive, marked)

    return wrapped


@contextlib.asynccontextmanager
async def marked(socket: WebSocket) -> AsyncIterator[None]:
    """A connection lifespan that accepts with a header."""
    await socket.accept(headers=[("x-mark", "1")])
    yield


async def probe_dependencies(kind: Kind, make: Make) -> None:
    assert await play(make({"dependencies": {"value": lambda: "given"}}), kind) == talked(
        kind, "given"
    )
    assert await play(make({}), kind) == talked(kind)


async def probe_exception_handlers(kind: Kind, make: Make) -> None:
    def fails(socket: WebSocket, value: Any) -> Any:
        raise LookupError

    async def close(socket: WebSocket, error: Exception) -> None:
        await socket.close(4100, type(error).__name__)

    given = {"exception_handlers": {LookupError: close}}
    assert await play(make(given, fails), kind) == [A, X(4100, "LookupError")]
    assert await play(make({}, fails), kind) == [A, X(1011)]


async def probe_guards(kind: Kind, make: Make) -> None:
    assert await play(make({"guards": [refuse]}), kind) == [Denied(403, "not you")]
    assert await play(make({}), kind) == talked(kind)


async def probe_middleware(kind: Kind, make: Make) -> None:
    app = make({"middleware": [marking]})
    assert await play(app, kind) == talked(kind, accepted=A(None, [MARK]))
    assert await play(make({}), kind) == talked(kind)


async def probe_name(kind: Kind, make: Make) -> None:
    def url(socket: WebSocket, value: Any) -> str:
        return socket.url_for("named", number=3)

    assert await play(make({"name": "named"}, url), kind) == talked(kind, "ws://testserver/talk/3")
    assert await play(make({}, url), kind) == [A, X(1011)]


async def probe_opt(kind: Kind, make: Make) -> None:
    def by_role(socket: WebSocket, opt: Mapping[str, Any]) -> None:
        if opt.get("role") != "any":
            refuse(socket)

    assert await play(make({"opt": {"role": "any"}}, guards=[by_role]), kind) == talked(kind)
    assert await play(make({}, guards=[by_role]), kind) == [Denied(403, "not you")]


async def probe_signature_namespace(kind: Kind, make: Make) -> None:
    with pytest.raises(ConfigurationError, match="takes `number` as Decimal"):
        make({"signature_namespace": NAMESPACE})
    assert await play(make({}), kind) == talked(kind)


async def probe_websocket_class(kind: Kind, make: Make) -> None:
    class Own(WebSocket):
        pass

    def class_of(socket: WebSocket, value: Any) -> str:
        return type(socket).__name__

    assert await play(make({"websocket_class": Own}, class_of), kind) == talked(kind, "Own")
    assert await play(make({}, class_of), kind) == talked(kind, "WebSocket")


async def probe_connection_lifespan(kind: Kind, make: Make) -> None:
    app = make({"connection_lifespan": [marked]})
    assert await play(app, kind) == talked(kind, accepted=A(None, [MARK]))
    assert await play(make({}), kind) == talked(kind)


async def probe_origins(kind: Kind, make: Make) -> None:
    for origins in ("any", ["https://evil.example"]):
        assert await play(make({"origins": origins}), kind, headers=EVIL) == talked(kind)
    alternatives: list[dict[str, Any]]
    alternatives = [{}, {"origins": "same"}, {"origins": []}, {"origins": ["https://b.example"]}]
    for others in alternatives:
        assert await play(make(others), kind, headers=EVIL) == [Denied(403, "")]


async def probe_subprotocols(kind: Kind, make: Make) -> None:
    offered = ("soap", "chat.v1")
    app = make({"subprotocols": ("chat.v2", "chat.v1")})
    assert await play(app, kind, subprotocols=offered) == talked(kind, accepted=A("chat.v1"))
    assert await play(make({}), kind, subprotocols=offered) == talked(kind)


async def probe_on_reject(kind: Kind, make: Make) -> None:
    def fails(socket: WebSocket, value: Any) -> Any:
        raise AssertionError("not reached")

    more: dict[str, Any] = {"subprotocols": ["chat.v1"]}
    offered = ("soap",)
    (accept, close) = await play(
        make({"on_reject": "close"}, fails, **more), kind, subprotocols=offered
    )
    assert (accept, close) == (A, X(1002, "none of the offered subprotocols is spoken here"))
    for other in ({}, {"on_reject": "deny"}):
        (denied,) = await play(make(other, fails, **more), kind, subprotocols=offered)
        assert isinstance(denied, Denied)
        assert denied.status == 400


async def probe_limits(kind: Kind, make: Make) -> None:
    """The one limit that every kind has, and that needs no guard; the others are in LIMITS."""
    number, try_it, expected = LIMITS["close_timeout"]
    app = make({"limits": Limits(close_timeout=number)})
    assert await try_it(app, path_of(kind)) == expected


HANDLER_PROBES: Mapping[str, Probe] = {
    "dependencies": probe_dependencies,
    "exception_handlers": probe_exception_handlers,
    "guards": probe_guards,
    "middleware": probe_middleware,
    "name": probe_name,
    "opt": probe_opt,
    "signature_namespace": probe_signature_namespace,
    "websocket_class": probe_websocket_class,
    "connection_lifespan": probe_connection_lifespan,
    "origins": probe_origins,
    "subprotocols": probe_subprotocols,
    "limits": probe_limits,
    "on_reject": probe_on_reject,
}
OF_APPS = {
    *("lifespan", "max_connections", "mount_path", "handlers", "http", "observer", "debug"),
}
"""Of applications alone: in test_every_own_option.py, like those of one kind of handler."""
GENERATED: Mapping[Layer, tuple[str, ...]] = {
    "handler": (
        *("exception_handlers", "middleware", "connection_lifespan"),
        *("origins", "subprotocols", "limits", "on_reject"),
    ),
    "app": ("middleware", "exception_handlers", "origins", "limits"),
}


def cases() -> list[tuple[Kind, Layer, str]]:
    layers: Mapping[Layer, type] = {"handler": HandlerOptions, "app": WebSocketOptions}
    made: list[tuple[Kind, Layer, str]] = [
        (kind, layer, option)
        for kind in DECORATED
        for layer, options in layers.items()
        for option in options.__annotations__
        if option not in OF_APPS
    ]
    made += [("generated", layer, each) for layer, names in GENERATED.items() for each in names]
    return made


def test_b58_every_option_has_a_probe() -> None:
    common = set(HandlerOptions.__annotations__)
    assert set(HANDLER_PROBES) == common
    assert set(WebSocketOptions.__annotations__) <= common | OF_APPS
    assert set(AppOptions.__annotations__) <= set(GENERATED["app"]) | OF_APPS
    assert common < set(ListenerOptions.__annotations__)
    assert common < set(StreamOptions.__annotations__)
    assert {each.name for each in fields(Limits)} == set(LIMITS)


@pytest.mark.parametrize(("kind", "layer", "option"), cases())
async def test_b58_every_option_does_something(kind: Kind, layer: Layer, option: str) -> None:
    await HANDLER_PROBES[option](kind, make_for(kind, layer))


# Limits, one by one


async def _never(socket: WebSocket) -> None:
    await asyncio.get_running_loop().create_future()


async def big(app: ASGIApp, path: str) -> list[Sent]:
    return await run(app, C, R("too long"), path=path)


async def many(app: ASGIApp, path: str) -> list[Sent]:
    return await run(app, C, R("?"), R("?"), path=path)


async def silent(app: ASGIApp, path: str) -> list[Sent]:
    return await run(app, C, path=path)


async def from_elsewhere(app: ASGIApp, path: str) -> list[Sent]:
    async with Talk(app, headers=EVIL, path=path) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.ended()  # the default would be 10 seconds, and this waits for 2
    return talk.sent


LIMITS: Mapping[str, tuple[float, Callable[[ASGIApp, str], Awaitable[list[Sent]]], list[Sent]]] = {
    "max_message": (4, big, [A, X(1009, "the message is too big")]),
    "rate": (1, many, [A, S("default"), X(1008, "too many messages")]),
    "idle_timeout": (0.01, silent, [A, X(1001, "idle for too long")]),
    "handshake_timeout": (0.01, silent, [Denied(503, "not ready in time")]),
    "close_timeout": (0.01, from_elsewhere, []),
}


@pytest.mark.parametrize("layer", ["handler", "app"])
@pytest.mark.parametrize("kind", ["websocket", "listener", "class", "generated"])
@pytest.mark.parametrize("limit", ["max_message", "rate", "idle_timeout"])
async def test_b69_every_limit_holds(kind: Kind, layer: Layer, limit: str) -> None:
    number: Any
    number, try_it, expected = LIMITS[limit]
    app = make_for(kind, layer)({"limits": Limits(**{limit: number})})
    if (kind, limit) == ("websocket", "rate"):
        expected = [A, S("default"), X(1000)]  # it receives once, and that is within the rate
    assert await try_it(app, path_of(kind)) == expected


@pytest.mark.parametrize("layer", ["handler", "app"])
@pytest.mark.parametrize("kind", DECORATED)
async def test_b69_the_handshake_timeout_holds(kind: Kind, layer: Layer) -> None:
    number, try_it, expected = LIMITS["handshake_timeout"]
    app = make_for(kind, layer)({"limits": Limits(handshake_timeout=number)}, guards=[_never])
    assert await try_it(app, path_of(kind)) == expected


# Both layers at once: which goes before


def named(name: str) -> Any:
    return lambda app: _adding(app, name)


def _adding(app: ASGIApp, name: str) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("order", []).append(name)
        await app(scope, receive, send)

    return wrapped


def noting(name: str) -> Callable[[WebSocket], None]:
    return lambda socket: socket.scope.setdefault("order", []).append(name)


def order(socket: WebSocket, value: Any) -> str:
    opt = socket.scope.get("opt", {})
    return " ".join([*socket.scope.get("order", []), value, *map(str, opt.values())])


def closing(code: int) -> Any:
    async def close(socket: WebSocket, error: Exception) -> None:
        await socket.close(code)

    return {LookupError: close}


@pytest.mark.parametrize("kind", DECORATED)
async def test_b52_with_both_layers_the_outer_is_outside_and_the_inner_wins(kind: Kind) -> None:
    def keep(socket: WebSocket, opt: Mapping[str, Any]) -> None:
        socket.scope["opt"] = dict(opt)

    app = build(
        kind,
        {
            "dependencies": {"value": lambda outer: f"inner of {outer}"},
            "guards": [noting("inner guard")],
            "middleware": [named("inner")],
            "opt": {"a": "inner a"},
            "subprotocols": ["x"],
            "on_reject": "close",
            "origins": "any",
            "signature_namespace": {"Later": int},
        },
        {
            "dependencies": {"value": lambda: "outer", "outer": lambda: "outer"},
            "guards": [keep, noting("outer guard")],
            "middleware": [named("outer")],
            "opt": {"a": "outer a", "b": "outer b"},
            "on_reject": "deny",
            "origins": [],
            "signature_namespace": NAMESPACE,
        },
        order,
    )
    expected = "outer inner outer guard inner guard inner of outer inner a outer b"
    assert await play(app, kind, headers=EVIL) == talked(kind, expected)
    assert (await play(app, kind, subprotocols=["y"]))[0] == A  # our `close`, not the app's `deny`


@pytest.mark.parametrize("kind", [*DECORATED, "generated"])
async def test_b31_with_both_layers_the_inner_exception_handler_is_asked(kind: Kind) -> None:
    def fails(socket: WebSocket, value: Any) -> Any:
        raise KeyError

    inner, outer = closing(4001), {KeyError: closing(4002)[LookupError]}
    app = build(kind, {"exception_handlers": inner}, {"exception_handlers": outer}, fails)
    assert await play(app, kind) == [A, X(4001)]


@pytest.mark.parametrize("kind", ["listener", "class", "generated"])
async def test_b69_limits_are_merged_one_by_one(kind: Kind) -> None:
    """A decorator goes before the application; `create_app` before the schema."""
    inner, outer = Limits(max_message=100, idle_timeout=0.01), Limits(max_message=2, rate=1)
    if kind == "generated":
        inner, outer = outer, inner
    app = build(kind, {"limits": inner}, {"limits": outer})
    path = path_of(kind)
    assert await run(app, C, path=path) == [A, X(1001, "idle for too long")]
    assert await many(app, path) == [A, S("default"), X(1008, "too many messages")]
    assert await run(app, C, R("x" * 50), D(), path=path) == [A, S("default")]
    assert await run(app, C, R("x" * 101), path=path) == [A, X(1009, "the message is too big")]
