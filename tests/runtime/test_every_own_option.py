"""Every option of listeners, of streams and of applications does something (behaviour 58)."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
from tests.runtime import handmade
from tests.runtime.options import Kind, Observe, build, path_of
from tests.runtime.scripted import A, C, D, Denied, R, Rb, S, Sb, Sent, Talk, X, run
from tests.runtime.test_every_option import HANDLER_PROBES, OF_APPS

from wsgen_runtime import WebSocket, WebSocketApp, WebsocketListener, websocket, websocket_listener
from wsgen_runtime._app import AppOptions, WebSocketOptions
from wsgen_runtime._asgi import Message, Receive, Scope, Send
from wsgen_runtime._options import ListenerOptions, StreamOptions
from wsgen_runtime.observe import Counters

LISTENERS: tuple[Kind, ...] = ("listener", "class")
LISTENING = pytest.mark.parametrize("kind", LISTENERS)


def listener(kind: Kind, observe: Observe, **options: Any) -> Any:
    return build(kind, options, {}, observe)


def answer(value: Any) -> Observe:
    return lambda socket, _: value


async def play(app: Any, *script: Any, **more: Any) -> list[Sent]:
    return await run(app, *script, path="/talk/7", **more)


# Listeners


async def probe_on_accept(kind: Kind) -> None:
    async def greet(socket: WebSocket, number: int) -> None:
        await socket.send_text(f"welcome to {number}")

    app = listener(kind, answer("ok"), on_accept=greet)
    assert await play(app, C, R("?"), D()) == [A, S("welcome to 7"), S("ok")]
    assert await play(listener(kind, answer("ok")), C, R("?"), D()) == [A, S("ok")]


async def probe_on_disconnect(kind: Kind) -> None:
    codes: list[int | None] = []

    def ended(websocket: WebSocket) -> None:
        codes.append(websocket.close_code)

    app = listener(kind, answer("ok"), on_disconnect=ended)
    assert await play(app, C, D(4100)) == [A]
    assert codes == [4100]


async def probe_connection_accept_handler(kind: Kind) -> None:
    async def accept(socket: WebSocket) -> None:
        await socket.accept(headers=[("x-mark", "1")])

    app = listener(kind, answer("ok"), connection_accept_handler=accept)
    assert await play(app, C, D()) == [A(None, [(b"x-mark", b"1")])]
    assert await play(listener(kind, answer("ok")), C, D()) == [A]


async def probe_receive_mode(kind: Kind) -> None:
    app = listener(kind, answer("ok"), receive_mode="binary")
    assert await play(app, C, Rb(b"?"), D()) == [A, S("ok")]
    assert await play(app, C, R("?")) == [A, X(1003, "expected a binary frame")]
    for text in ({}, {"receive_mode": "text"}, {"receive_mode": None}):
        app = listener(kind, answer("ok"), **text)
        assert await play(app, C, R("?"), D()) == [A, S("ok")]
        assert await play(app, C, Rb(b"?")) == [A, X(1003, "expected a text frame")]


async def probe_send_mode(kind: Kind) -> None:
    for value, text in (({"a": 1}, '{"a":1}'), ("x", "x"), (True, "true")):
        binary = listener(kind, answer(value), send_mode="binary")
        assert await play(binary, C, R("?"), D()) == [A, Sb(text.encode())]
        app = listener(kind, answer(value))
        assert await play(app, C, R("?"), D()) == [A, S(text)]


async def probe_on_invalid(kind: Kind) -> None:
    async def played(**options: Any) -> list[Sent]:
        app = listener(kind, answer("ok"), **options)
        return await play(app, C, Rb(b"?"), R("?"), D())

    closed = [A, X(1003, "expected a text frame")]
    assert await played() == await played(on_invalid="close") == closed
    assert await played(on_invalid="ignore") == [A, S("ok")]
    (accept, error, answered) = await played(on_invalid="reply")
    assert (accept, answered) == (A, S("ok"))
    assert isinstance(error, S)
    assert '"code":"wrong_frame"' in error.text


async def probe_sync_to_thread(kind: Kind) -> None:
    def ident() -> str:
        return str(threading.get_ident())

    def function(data: str) -> str:
        return ident()

    class Listener(WebsocketListener):
        def on_receive(self, data: str) -> str:
            return ident()

    for in_thread in (True, False):
        options: Any = {"sync_to_thread": True} if in_thread else {}
        handler: Any = (
            websocket_listener("/", **options)(function)
            if kind == "listener"
            else Listener("/", **options)
        )
        (_, said) = await run(WebSocketApp([handler]), C, R("?"), D())
        assert (said != S(ident())) is in_thread


async def probe_cancel_on_disconnect(kind: Kind) -> None:
    for cancels in (True, False):
        work = Work()
        app = _waiting(kind, work, {"cancel_on_disconnect": True} if cancels else {})
        async with Talk(app, C, R("?")) as talk:
            await handmade.soon(work.begun.wait())
            talk.feed(D())
            if not cancels:
                work.goes_on.set()
            await talk.ended()
        assert work.end == ("cancelled" if cancels else "done")


class Work:
    """Something that takes as long as a test wants."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()
        self.end = ""

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.end = "cancelled"
            raise
        self.end = "done"


def _waiting(kind: Kind, work: Work, options: Any) -> WebSocketApp:

    class Listener(WebsocketListener):
        async def on_receive(self, data: str) -> None:
            await work()

    @websocket_listener("/", **options)
    async def function(data: str) -> None:
        await work()

    return WebSocketApp([function if kind == "listener" else Listener("/", **options)])


LISTENER_PROBES: Mapping[str, Callable[[Kind], Awaitable[None]]] = {
    "on_accept": probe_on_accept,
    "on_disconnect": probe_on_disconnect,
    "connection_accept_handler": probe_connection_accept_handler,
    "receive_mode": probe_receive_mode,
    "send_mode": probe_send_mode,
    "on_invalid": probe_on_invalid,
    "sync_to_thread": probe_sync_to_thread,
    "cancel_on_disconnect": probe_cancel_on_disconnect,
}


@LISTENING
@pytest.mark.parametrize("option", LISTENER_PROBES)
async def test_b58_every_option_of_listeners_does_something(kind: Kind, option: str) -> None:
    await LISTENER_PROBES[option](kind)


async def test_b58_a_method_goes_before_the_option_of_its_name() -> None:
    class Listener(WebsocketListener):
        async def on_receive(self, data: str) -> str:
            return data

        async def on_accept(self, socket: WebSocket) -> None:
            await socket.send_text("method")

    async def by_option(socket: WebSocket) -> None:
        await socket.send_text("option")

    app = WebSocketApp([Listener("/", on_accept=by_option)])
    assert await run(app, C, D()) == [A, S("method")]


# Streams


async def probe_mode() -> None:
    for value, text in (({"a": 1}, '{"a":1}'), ("x", "x")):
        for options, sent in (({"mode": "binary"}, Sb(text.encode())), ({}, S(text))):
            app = build("stream", options, {}, answer(value))
            assert await play(app, C) == [A, sent, X(1000)]


async def probe_listen_for_disconnect() -> None:
    """With it the runtime notices; without it the generator receives by itself."""
    for listens in (True, False):
        options = {} if listens else {"listen_for_disconnect": False}
        async with Talk(build("stream", options, {}, answer("ok")), C, path="/talk/7") as talk:
            await talk.ended()
        assert talk.sent == [A, S("ok"), X(1000)]
        assert talk.receives == (2 if listens else 1)


STREAM_PROBES: Mapping[str, Callable[[], Awaitable[None]]] = {
    "mode": probe_mode,
    "listen_for_disconnect": probe_listen_for_disconnect,
}


@pytest.mark.parametrize("option", STREAM_PROBES)
async def test_b58_every_option_of_streams_does_something(option: str) -> None:
    await STREAM_PROBES[option]()


# Applications


@websocket("/extra")
async def extra(socket: WebSocket) -> None:
    await socket.send_text("extra")


App = Callable[..., Any]


def decorated(**options: Any) -> Any:
    return build("listener", {}, options)


def generated(**options: Any) -> Any:
    return build("generated", {}, options)


async def probe_lifespan(make: App, path: str) -> None:
    steps: list[Any] = []

    @contextlib.asynccontextmanager
    async def life(app: Any) -> AsyncIterator[None]:
        steps.append(app)
        yield
        steps.append("ended")

    app = make(lifespan=life)
    async with app.lifespan():
        assert steps == [app]
    assert steps == [app, "ended"]


async def probe_max_connections(make: App, path: str) -> None:
    app = make(max_connections=1)
    async with Talk(app, C, path=path) as talk:
        await talk.count(1)
        assert await run(app, C, path=path) == [Denied(503, "too many connections")]
        talk.feed(D())
    app = make()
    async with Talk(app, C, path=path) as talk:
        await talk.count(1)
        assert await run(app, C, D(), path=path) == [A]
        talk.feed(D())


async def probe_mount_path(make: App, path: str) -> None:
    assert await run(make(mount_path="/api"), C, D(), path=f"/api{path}") == [A]
    assert await run(make(), C, D(), path=f"/api{path}") == [Denied(404, "not found")]


async def probe_handlers(make: App, path: str) -> None:
    app = make(handlers=[extra])
    assert await run(app, C, path="/extra") == [A, S("extra"), X(1000)]
    assert await run(app, C, D(), path=path) == [A]
    assert await run(make(), C, path="/extra") == [Denied(404, "not found")]


async def probe_http(make: App, path: str) -> None:
    seen: list[str] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["path"])

    async def nothing() -> Message:
        raise AssertionError("not received")

    async def write(event: Message) -> None:
        seen.append(event["type"])

    scope = {"type": "http", "path": "/page", "headers": []}
    await make(http=pages)(scope, nothing, write)
    assert seen == ["/page"]
    await make()(scope, nothing, write)
    assert seen == ["/page", "http.response.start", "http.response.body"]


async def probe_observer(make: App, path: str) -> None:
    counters = Counters()
    assert await run(make(observer=counters), C, D(), path=path) == [A]
    assert list(counters.accepted.values()) == [1]


async def probe_debug(make: App, path: str) -> None:
    class Boom(Exception):
        pass

    def broken(socket: WebSocket) -> None:
        raise Boom

    @websocket("/broken", guards=[broken])
    async def handler(socket: WebSocket) -> None:
        pass

    with pytest.raises(Boom):
        await run(make(handlers=[handler], debug=True), C, path="/broken")
    assert await run(make(handlers=[handler]), C, path="/broken") == [Denied(500, "")]


APP_PROBES: Mapping[str, Callable[[App, str], Awaitable[None]]] = {
    "lifespan": probe_lifespan,
    "max_connections": probe_max_connections,
    "mount_path": probe_mount_path,
    "handlers": probe_handlers,
    "http": probe_http,
    "observer": probe_observer,
    "debug": probe_debug,
}


@pytest.mark.parametrize("make", [decorated, generated])
@pytest.mark.parametrize("option", APP_PROBES)
async def test_b58_every_option_of_applications_does_something(make: App, option: str) -> None:
    kind: Kind = "listener" if make is decorated else "generated"
    await APP_PROBES[option](make, path_of(kind))


def test_b58_every_own_option_has_a_probe() -> None:
    common = set(HANDLER_PROBES)
    assert set(LISTENER_PROBES) == set(ListenerOptions.__annotations__) - common
    assert set(STREAM_PROBES) == set(StreamOptions.__annotations__) - common
    for options in (AppOptions, WebSocketOptions):
        assert set(options.__annotations__) - common <= set(APP_PROBES)
    assert set(APP_PROBES) == OF_APPS


# Attributes of the classes of generated handlers


async def test_b58_every_attribute_of_generated_handlers_does_something() -> None:
    """Those that options also have are in test_every_option.py; `cancel_on_disconnect` is left."""
    work = Work()

    class Waits(handmade.ShoutHandler):
        cancel_on_disconnect = True

        async def on_message(self, message: str, /) -> str | None:
            await work()
            return None

    async with Talk(handmade.create_app({"shout": Waits}), C, R("?"), path="/shout") as talk:
        await handmade.soon(work.begun.wait())
        talk.feed(D())
    assert work.end == "cancelled"
