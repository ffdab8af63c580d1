"""Where both agree: streams, dependencies, guards, middleware, routing."""

# Without `from __future__ import annotations`: see frameworks.py.

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.differential.cases_sockets import CASES, case
from tests.differential.frameworks import Framework
from tests.differential.playing import C, Case, D, R, after

# Streams


@case("K116", C)
def a_stream_of_text(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/")
    async def handler() -> AsyncGenerator[str, None]:
        for item in ("a", "é", ""):
            yield item

    return [handler]


@case("K117", C, path="/rooms/7")
def a_stream_with_socket_and_parameter(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/rooms/{room_id:int}")
    async def handler(
        socket: lib.WebSocket,  # type: ignore[name-defined]
        room_id: int,
    ) -> AsyncGenerator[str, None]:
        seen.append(socket.path_params["room_id"])
        yield f"room {room_id}"

    return [handler]


@case("K118", C)
def a_stream_of_values(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/")
    async def handler() -> AsyncGenerator[dict[str, Any], None]:
        yield {"b": 1, "a": [None]}
        yield {}

    return [handler]


@case("K118", C)
def a_stream_in_binary_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/", mode="binary")
    async def handler() -> AsyncGenerator[bytes, None]:
        yield b"\x00"

    return [handler]


@case("K121", C, after(2), D(1001))
def a_stream_that_is_left_while_it_waits(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/")
    async def handler() -> AsyncGenerator[str, None]:
        try:
            yield "first"
            await asyncio.get_running_loop().create_future()
        finally:
            seen.append("closed")

    return [handler]


@case("K124", C, R("from the client"))
def a_stream_that_receives(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/", listen_for_disconnect=False)
    async def handler(socket: lib.WebSocket) -> AsyncGenerator[str, None]:  # type: ignore[name-defined]
        yield "first"
        yield await socket.receive_text()

    return [handler]


@case("K130", C)
def a_dependency_lasts_as_long_as_the_stream(lib: Framework, seen: list[Any]) -> list[Any]:
    async def held() -> AsyncGenerator[str, None]:
        seen.append("made")
        yield "held"
        seen.append("taken down")

    @lib.stream("/", dependencies={"held": lib.provide(held)})
    async def handler(held: str) -> AsyncGenerator[str, None]:
        yield held
        seen.append("streamed")

    return [handler]


async def _numbers() -> AsyncGenerator[str, None]:
    for number in range(3):
        yield str(number)


@case("L132", C)
def sends_a_stream_and_closes(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.websocket("/")
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.accept()
        await lib.send_stream(socket, _numbers(), close=True)

    return [handler]


@case("L132", C, R("x"), D(1000))
def sends_a_stream_and_goes_on(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.websocket("/")
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.accept()
        await lib.send_stream(socket, _numbers(), close=False)
        seen.append(await socket.receive_text())
        await socket.receive()

    return [handler]


# Dependencies


@case("M136", C)
def a_dependency_that_refuses(lib: Framework, seen: list[Any]) -> list[Any]:
    async def user() -> str:
        raise lib.Closing(detail="who are you", code=4001)

    @lib.websocket("/", dependencies={"user": lib.provide(user)})
    async def handler(socket: lib.WebSocket, user: str) -> None:  # type: ignore[name-defined]
        seen.append("not reached")

    return [handler]


@case("M137", C, D(1000))
def a_dependency_is_taken_down_after_the_handler(lib: Framework, seen: list[Any]) -> list[Any]:
    async def held() -> AsyncGenerator[str, None]:
        yield "held"
        seen.append("taken down")

    @lib.websocket("/", dependencies={"held": lib.provide(held)})
    async def handler(socket: lib.WebSocket, held: str) -> None:  # type: ignore[name-defined]
        await socket.accept()
        await socket.receive()
        seen.append(held)

    return [handler]


@case("M137", C)
def an_exception_is_thrown_into_a_dependency(lib: Framework, seen: list[Any]) -> list[Any]:
    async def held() -> AsyncGenerator[str, None]:
        try:
            yield "held"
        except lib.Closing as error:
            seen.append(type(error) is lib.Closing)  # M140: to swallow it changes nothing

    @lib.websocket("/", dependencies={"held": lib.provide(held)})
    async def handler(socket: lib.WebSocket, held: str) -> None:  # type: ignore[name-defined]
        await socket.accept()
        raise lib.Closing(detail="x", code=4001)

    return [handler]


@case("M142", C)
def the_inner_layer_wins(lib: Framework, seen: list[Any]) -> Any:
    async def outer() -> str:
        return "outer"

    async def inner(base: str) -> str:
        return f"inner on {base}"

    @lib.websocket("/", dependencies={"name": lib.provide(inner)})
    async def handler(socket: lib.WebSocket, name: str) -> None:  # type: ignore[name-defined]
        await socket.send_text(name)
        await socket.close(4000)

    async def base() -> str:
        return "base"

    dependencies = {"name": lib.provide(outer), "base": lib.provide(base)}
    return lib.app([handler], dependencies=dependencies)


@case("M144", C)
def a_dependency_that_accepts(lib: Framework, seen: list[Any]) -> list[Any]:
    async def ready(socket: lib.WebSocket) -> bool:  # type: ignore[name-defined]
        await socket.accept(headers={"x-by": "dependency"})
        return True

    @lib.websocket("/", dependencies={"ready": lib.provide(ready)})
    async def handler(socket: lib.WebSocket, ready: bool) -> None:  # type: ignore[name-defined]
        await socket.accept()
        await socket.close(4000)

    return [handler]


# Guards and middleware


@case("N147", C)
def a_guard_that_refuses(lib: Framework, seen: list[Any]) -> list[Any]:
    def admits(connection: Any, opt: dict[str, Any]) -> None:
        seen.append(opt["role"])

    def refuses(connection: Any, opt: dict[str, Any]) -> None:
        raise lib.Closing(detail="not you", code=4003)

    def never(connection: Any, opt: dict[str, Any]) -> None:
        seen.append("not reached")

    guards = [lib.guard(each) for each in (admits, refuses, never)]

    @lib.websocket("/", guards=guards, opt={"role": "admin"})
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("not reached")

    return [handler]


@case("N146", C)
def layers_are_entered_from_outside(lib: Framework, seen: list[Any]) -> Any:
    def noting(name: str) -> Callable[[Any, dict[str, Any]], None]:
        return lambda connection, opt: seen.append(name)

    def middleware(name: str) -> Callable[[Any], Any]:
        def wrap(app: Any) -> Any:
            async def wrapped(scope: Any, receive: Any, send: Any) -> None:
                seen.append(name)
                await app(scope, receive, send)

            return wrapped

        return wrap

    async def made() -> str:
        seen.append("dependency")
        return "x"

    @lib.websocket(
        "/",
        guards=[lib.guard(noting("inner guard"))],
        middleware=[middleware("inner"), middleware("innermost")],
        dependencies={"value": lib.provide(made)},
    )
    async def handler(socket: lib.WebSocket, value: str) -> None:  # type: ignore[name-defined]
        seen.append("handler")
        await socket.close(4000)

    return lib.app(
        [handler], guards=[lib.guard(noting("outer guard"))], middleware=[middleware("outer")]
    )


@case("N149", C)
def middleware_sees_the_close_of_an_exception(lib: Framework, seen: list[Any]) -> list[Any]:
    def wrap(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            async def noted(event: Any) -> None:
                seen.append(event["type"])
                await send(event)

            await app(scope, receive, noted)

        return wrapped

    @lib.websocket("/", middleware=[wrap])
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.accept()
        raise lib.Closing(detail="x", code=4001)

    return [handler]


# Routing

CONVERTERS: dict[str, tuple[type, str, Any]] = {
    "str": (str, "a-b.c~d", "a-b.c~d"),
    "int": (int, "42", 42),
    "int, negative": (int, "-7", -7),
    "int, leading zeros": (int, "007", 7),
    "float": (float, "1.5", 1.5),
    "float, whole": (float, "3", 3.0),
    "float, exponent": (float, "1e3", 1000.0),
    "uuid": (UUID, "7f6ad9f5-4b1c-4c4b-9b4d-0d5c3c2b1a09", None),
    "decimal": (Decimal, "1.10", Decimal("1.10")),
    "date": (date, "2026-01-31", date(2026, 1, 31)),
    "datetime": (datetime, "2026-01-31T23:59:00+00:00", None),
    "time": (time, "23:59:00", time(23, 59)),
    "timedelta": (timedelta, "P1DT30S", timedelta(days=1, seconds=30)),
}


def _converting(kind: str, converter: str) -> Callable[[Framework, list[Any]], list[Any]]:
    type_, _, value = CONVERTERS[kind]

    def build(lib: Framework, seen: list[Any]) -> list[Any]:
        async def handler(socket: Any, x: Any) -> None:
            seen.append((type(x).__name__, str(x), value in (None, x)))
            await socket.close(4000)

        handler.__annotations__.update({"socket": lib.WebSocket, "x": type_, "return": None})
        return [lib.websocket(f"/a/{{x:{converter}}}/b")(handler)]

    return build


for _kind, (_, _text, _) in CONVERTERS.items():
    _build = _converting(_kind, _kind.partition(",")[0])
    _path = f"/a/{_text}/b"
    CASES.append(
        Case(name=f"converts {_kind}", item="P172", build=_build, script=[C],
             opening={"path": _path})
    )  # fmt: skip


def _places(lib: Framework, *templates: str) -> list[Any]:
    """A handler for each template, which closes with its number and what it was given."""

    def make(number: int, template: str) -> Any:
        @lib.websocket(template, name=f"place {number}")
        async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
            given = ",".join(f"{key}={value}" for key, value in socket.path_params.items())
            await socket.close(4000 + number, given)

        return handler

    return [make(number, each) for number, each in enumerate(templates)]


ROUTES = {
    "a parameter": (["/rooms/{room_id:int}/ws"], ["/rooms/7/ws", "/rooms/7/ws/"]),
    "static first": (["/a/{x:str}", "/a/b"], ["/a/b", "/a/c", "/a/b/"]),
    "two parameters": (["/{x:str}/{y:int}"], ["/a/1", "/b/-2"]),
    "a trailing slash": (["/a/b/"], ["/a/b", "/a/b/"]),
    "the root": (["/", "/{x:int}"], ["/", "/5"]),
    "dots and signs": (["/a.b/~c"], ["/a.b/~c"]),
}


def _routing(templates: list[str]) -> Callable[[Framework, list[Any]], list[Any]]:
    return lambda lib, seen: _places(lib, *templates)


for _name, (_templates, _paths) in ROUTES.items():
    CASES.extend(
        Case(
            name=f"{_name}, {_each}",
            item="P160",
            build=_routing(_templates),
            script=[C],
            opening={"path": _each},
        )
        for _each in _paths
    )


@case("P173", C, path="/second")
def several_paths(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.websocket(["/first", "/second"])
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append(socket.scope["path"])
        await socket.close(4000)

    return [handler]


@case("P177", C, path="/")
def urls_by_name(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.websocket("/rooms/{room_id:int}/{who:str}", name="room")
    async def room(socket: lib.WebSocket) -> None: ...  # type: ignore[name-defined]

    @lib.websocket("/")
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append(socket.url_for("room", room_id=7, who="ann"))
        await socket.close(4000)

    return [room, handler]
