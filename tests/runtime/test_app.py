"""The application: routing answers, URLs, HTTP, options, mistakes (56–59, 61, 64–66)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
from tests.runtime.handmade import Parts, Shout, create_app
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X, make_scope, run
from tests.runtime.wires import ROOM
from typing_extensions import override

from wsgen_runtime import (
    Dependency,
    Limits,
    WebSocket,
    WebSocketApp,
    WebsocketListener,
    WebsocketListenerRouteHandler,
    WebsocketRouteHandler,
    gen1,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime.exceptions import ConfigurationError


async def nothing(socket: WebSocket) -> None:
    pass


@websocket_listener(["/rooms/{room_id:int}", "/r/{room_id:int}"], name="room")
async def room(socket: WebSocket, data: str, room_id: int) -> str:
    match data.split():
        case ["url", name, number]:
            return socket.url_for(name, room_id=int(number))
        case ["url", name]:
            return socket.url_for(name)
        case _:
            return f"{room_id + 1}"


@websocket_listener("/shout")
async def shout(data: str) -> str:
    return data.upper()


def decorated(**options: Any) -> ASGIApp:
    return WebSocketApp([room, shout], **options)


class Links(Shout):
    @override
    async def on_message(self, message: str, /) -> str | None:
        _, name, *number = message.split()
        socket = self.socket.connection
        return socket.url_for(name, room_id=int(number[0])) if number else socket.url_for(name)


def generated(**options: Any) -> ASGIApp:
    return create_app(Parts(shout=Links), **options)


Make = Callable[..., ASGIApp]
BOTH = pytest.mark.parametrize("make", [decorated, generated])


@BOTH
@pytest.mark.parametrize("path", ["/rooms/x", "/rooms/7/", "/rooms", "/Rooms/7", "/", ""])
async def test_b59_a_path_that_is_not_found_is_refused_before_accept(make: Make, path: str) -> None:
    if path == "/rooms/7/":  # one trailing slash makes no difference
        assert await run(make(), C, D(), path=path) == [A]
        return
    assert await run(make(), C, path=path) == [Denied(404, "not found")]
    assert await run(make(), C, path=path, extensions={}) == [X(4404, "not found")]


async def test_b59_a_client_that_has_left_already_is_told_nothing() -> None:
    assert await run(decorated(), D(1001), path="/nowhere") == []
    assert await run(decorated(), D(1001), path="/shout") == []


async def test_b65_several_paths_for_one_handler() -> None:
    assert await run(decorated(), C, R("?"), D(), path="/rooms/7") == [A, S("8")]
    assert await run(decorated(), C, R("?"), D(), path="/r/7") == [A, S("8")]
    app = create_app()
    for path in ("/rooms/7", "/r/7"):
        assert await run(app, C, D(), path=path) == [A]


@pytest.mark.parametrize(
    ("scheme", "host", "root", "expected"),
    [
        ("ws", "example.com:8000", "", "ws://example.com:8000/rooms/9"),
        ("wss", "example.com", "/ws", "wss://example.com/ws/rooms/9"),
    ],
)
async def test_b65_urls_from_a_socket(scheme: str, host: str, root: str, expected: str) -> None:
    headers = [(b"host", host.encode())]
    for app, path in ((decorated(), "/rooms/1"), (generated(), "/shout")):
        scope = make_scope(root + path, scheme=scheme, root_path=root)
        scope["headers"] = headers
        played = await run(app, C, R("url room 9"), D(), scope=scope)
        assert played == [A, S(expected)]


async def test_b65_a_mount_that_its_host_hides() -> None:
    app = decorated(mount_path="/hidden")
    expected = [A, S("ws://testserver/hidden/rooms/9")]
    for path in ("/rooms/1", "/hidden/rooms/1"):
        assert await run(app, C, R("url room 9"), D(), path=path) == expected


@pytest.mark.parametrize("message", ["url nobody", "url room", "url shout 3"])
async def test_b65_a_wrong_name_or_parameter_is_an_error(message: str) -> None:
    assert await run(decorated(), C, R(message), path="/rooms/1") == [A, X(1011)]
    assert await run(generated(), C, R(message), path="/shout") == [A, X(1011)]


async def test_b64_parameters_are_never_shared() -> None:
    seen: list[Mapping[str, object]] = []

    @websocket("/{x:int}/{y:str}")
    async def handler(socket: WebSocket) -> None:
        seen.append(socket.path_params)

    app = WebSocketApp([handler])
    for path in ("/1/a", "/2/b"):
        await run(app, C, path=path)
    assert [dict(each) for each in seen] == [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]
    assert seen[0] is not seen[1]


async def over_http(app: ASGIApp, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Message) -> None:
        sent.append(event)

    await app(make_scope(path, type="http", method="GET"), receive, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


@BOTH
async def test_b66_http_is_answered(make: Make) -> None:
    status, headers, body = await over_http(make(), "/rooms/7")
    assert status == 426
    assert headers[b"upgrade"] == b"websocket"
    assert headers[b"content-length"] == b"%d" % len(body)
    assert (await over_http(make(), "/nowhere"))[0] == 404
    assert (await over_http(make(), "/rooms/x"))[0] == 404


@BOTH
async def test_b66_an_http_application_takes_all_of_it(make: Make) -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    app = make(http=page)
    for path in ("/rooms/7", "/nowhere"):
        assert await over_http(app, path) == (200, {}, path.encode())


UNKNOWN: list[Callable[[], object]] = [
    lambda: WebSocketApp([], guard=[]),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: create_app(dependencies={}),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: websocket("/", guard=[]),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: websocket_listener("/", guard=[])(nothing),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: websocket_listener("/", mode="text")(nothing),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: websocket_stream("/", on_accept=nothing)(nothing),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: WebsocketRouteHandler(nothing, path="/", mode="text"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: WebsocketListenerRouteHandler(nothing, path="/", oops=1),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: WebSocketApp([WebsocketListener("/", oops=1)]),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: Limits(max_messages=1),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: gen1.Options(name="x", limit=1),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lambda: Dependency(nothing, threads=True),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
]


@pytest.mark.parametrize(
    "name", ["max_message", "rate", "idle_timeout", "handshake_timeout", "close_timeout"]
)
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_b69_a_limit_that_bounds_nothing_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"`{name}` has to be more than 0"):
        Limits(**{name: value})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("make", UNKNOWN)
def test_b58_unknown_options_are_errors(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        make()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("on_reject", "closes"),
        ("on_invalid", "rply"),
        ("receive_mode", "bytes"),
        ("send_mode", "json"),
        ("origins", "example.com"),
    ],
)
def test_b58_so_are_unknown_values(name: str, value: str) -> None:
    async def listener(data: str) -> None:
        pass

    options: dict[str, Any] = {name: value}
    with pytest.raises(ConfigurationError, match=value):
        WebSocketApp([websocket_listener("/", **options)(listener)])
    if name in {"on_reject", "origins"}:
        with pytest.raises(ConfigurationError, match=value):
            WebSocketApp([], **options)


def test_b61_handlers_on_one_path_or_with_one_name_are_refused() -> None:
    @websocket_listener("/rooms/{other:str}", name="second")
    async def second(data: str) -> None:
        pass

    with pytest.raises(ConfigurationError) as caught:
        WebSocketApp([room, second, shout, shout])
    problems = "\n".join(caught.value.problems)
    assert "two handlers are called `shout`" in problems
    assert "`/rooms/{room_id:int}`" in problems
    assert "`/rooms/{other:str}`" in problems
    assert "(handler `room`)" in problems
    assert "(handler `second`)" in problems


async def test_b61_decorated_handlers_stand_beside_generated_ones() -> None:
    @websocket_listener("/extra")
    async def extra(socket: WebSocket, data: str) -> str:
        return socket.url_for("room", room_id=3)

    app = create_app(handlers=[extra])
    played = await run(app, C, R("?"), D(), path="/extra")
    assert played == [A, S("ws://testserver/rooms/3")]
    assert await run(app, C, D(), path=ROOM) == [A]
    for clash in (shout, websocket_listener("/clock")(shout.fn)):
        with pytest.raises(ConfigurationError, match=re.escape("shout")):
            create_app(handlers=[clash])


@pytest.mark.parametrize("text", [None, "x", "1.0", "9" * 30])
async def test_b57_a_wrong_parameter_is_refused_without_echo(text: str | None) -> None:
    def user(socket: gen1.WebSocket, /, *, token: str | None) -> str:
        return str(gen1.query(socket, "page", gen1.to_int))

    app = create_app(Parts(user=user))
    query = "" if text is None else f"page={text}"
    (denied,) = await run(app, C, path=ROOM, query=query)
    reason = "missing" if text is None else "expected an integer"
    assert denied == Denied(400, f"query parameter `page`: {reason}")
    (close,) = await run(app, C, path=ROOM, query=query, extensions={})
    assert close == X(4400, f"query parameter `page`: {reason}")
    assert await run(app, C, D(), path=ROOM, query="page=3") == [A]


async def test_the_socket_class_is_the_applications_or_the_handlers_own() -> None:
    class Outer(WebSocket):
        name = "outer"

    class Inner(Outer):
        name = "inner"

    @websocket_listener("/outer", name="o")
    async def outer(socket: Outer, data: str) -> str:
        return socket.name

    @websocket_listener("/inner", websocket_class=Inner)
    async def inner(socket: Outer, data: str) -> str:
        return socket.name

    app = WebSocketApp([outer, inner], websocket_class=Outer)
    for name in ("outer", "inner"):
        assert await run(app, C, R("?"), D(), path=f"/{name}") == [A, S(name)]


async def test_nothing_is_kept_of_connections_that_have_ended() -> None:
    app = WebSocketApp([shout])
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        assert len(app._open) == 1  # pyright: ignore[reportPrivateUsage]
        talk.feed(D())
    assert app._open == {}  # pyright: ignore[reportPrivateUsage]


def a(b: int) -> int:
    return b


def b(c: int) -> int:
    return c


def c(a: int) -> int:
    return a


def d(nobody: int) -> int:
    return nobody


@websocket_stream("/stream/{x:int}")
async def stream(x: str, socket: WebSocket) -> AsyncIterator[str]:
    yield x


@websocket("/plain", dependencies={"a": a, "b": b, "c": c})
async def plain(socket: WebSocket, a: int, missing: int) -> None:
    pass


@websocket_listener("/{a:int}/{b:str}", dependencies={"a": lambda: 1, "d": d})
async def listening(socket: WebSocket, b: int, d: int) -> None:
    pass


def test_b56_everything_that_cannot_work_is_listed_at_once() -> None:
    def guard(socket: WebSocket, opt: object, more: object) -> None:
        pass

    async def late_value() -> int:
        return 1

    @websocket("/late", guards=[guard], dependencies={"slow": Dependency(late_value, True)})
    def late(slow: int) -> None:
        pass

    with pytest.raises(ConfigurationError) as caught:
        WebSocketApp([stream, plain, listening, late])
    problems = "\n".join(sorted(caught.value.problems))
    for part in (
        "`stream`: `stream` takes `x` as str, but the path gives int",
        "`plain`: dependencies need each other: a → b → c → a",
        "`plain`: `plain` wants `missing`",
        "`listening`: `a` is a parameter of the path and a dependency",
        "wants `nobody`",
        "`listening` takes `b` as int, but the path gives str",
        "listening: a listener has a parameter `data`",
        "late: a websocket handler is an `async def` function",
        "sync_to_thread is for plain functions",
        "a guard takes the socket",
    ):
        assert part in problems, part
    assert str(caught.value) == "\n".join(caught.value.problems)
