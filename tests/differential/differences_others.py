"""Where they differ, and shall: listeners, streams, dependencies, routing, security."""

# Without `from __future__ import annotations`: see frameworks.py.

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from tests.differential.differences import ERROR, LATE, differs
from tests.differential.differences_sockets import talking
from tests.differential.frameworks import Framework
from tests.differential.playing import A, C, D, R, Rb, S, Sb, X


def _listening(lib: Framework, body: Callable[[str, Any], Any], **options: Any) -> list[Any]:
    @lib.listener("/", **options)
    async def handler(data: str, socket: lib.WebSocket) -> str | None:  # type: ignore[name-defined]
        answer: str | None = await body(data, socket)
        return answer

    return [handler]


# Listeners


@differs(
    "G80", 40, [C, R("1"), R("2"), D(1000)], [A, X(4000)], [A, X(4000), S("1"), X(4000), S("2")]
)
def a_listener_closes(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(data: str, socket: Any) -> str:
        await socket.close(4000)
        return data

    return _listening(lib, body)


@differs("H88", 37, [C, Rb(b"x"), D(1000)], [A, X(1003, "expected a text frame")], [A, S("")])
def a_listener_gets_the_other_kind_of_frame(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(data: str, socket: Any) -> str:
        return data

    return _listening(lib, body)


@dataclass
class Move:
    x: int


@differs("H89", 36, [C, R('{"x":1}'), D(1000)], [A, S("Move")], [A, S("dict")])
def a_listener_gets_typed_data(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: Move) -> str:
        return type(data).__name__

    return [handler]


INVALID = X(1007, "x: Expected `int`, got `str`")


@differs("H90", 36, [C, R('{"x":"1"}'), D(1000)], [A, INVALID], [A, S("{'x': '1'}")])
def a_listener_gets_data_of_the_wrong_type(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: Move) -> str:
        return str(data)

    return [handler]


@differs("I102", 41, [C], [A, X(4005, "no")], [A, X(4005, "no")])
def a_hook_fails_and_the_end_is_told(lib: Framework, seen: list[Any]) -> list[Any]:
    async def on_accept(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        raise lib.Closing(detail="no", code=4005)

    async def on_disconnect(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append(True)

    async def body(data: str, socket: Any) -> None: ...

    return _listening(lib, body, on_accept=on_accept, on_disconnect=on_disconnect)


@differs("I107", 51, [C, D(1001)], [A], [A, LATE, "OSError"])
def a_lifespan_does_not_catch_the_disconnect(lib: Framework, seen: list[Any]) -> list[Any]:
    @contextlib.asynccontextmanager
    async def around(socket: lib.WebSocket) -> AsyncIterator[None]:  # type: ignore[name-defined]
        await socket.accept()
        yield

    async def body(data: str, socket: Any) -> None: ...

    return _listening(lib, body, connection_lifespan=lib.lifespan(around))


# Streams


@differs("K126", 44, [C], [A, X(1000)], [X(1000)])
def an_empty_stream(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/", listen_for_disconnect=False)
    async def handler() -> AsyncGenerator[str, None]:
        for each in ():
            yield each

    return [handler]


@differs("K127", 47, [C], [A, S("a"), X(4321, "x")], [A, S("a"), ERROR])
def a_stream_raises(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/")
    async def handler() -> AsyncGenerator[str, None]:
        yield "a"
        raise lib.Closing(detail="x", code=4321)

    return [handler]


@differs("K128", 47, [C], [A, S("a"), X(4010)], [A, S("a"), X(4010), S("b"), X(1000)])
def a_stream_closes_and_goes_on(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/", listen_for_disconnect=False)
    async def handler(socket: lib.WebSocket) -> AsyncGenerator[str, None]:  # type: ignore[name-defined]
        yield "a"
        await socket.close(4010)
        yield "b"

    return [handler]


@differs("C35", 19, [C], [A, Sb(b"a"), X(1000)], [A, S("a"), X(1000)])
def a_stream_of_bytes_in_text_mode(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.stream("/")
    async def handler() -> AsyncGenerator[bytes, None]:
        yield b"a"

    return [handler]


# Dependencies and routing


@differs("M138", 54, [C], [A, X(4001, "x")], [A, X(4001, "x")])
def dependencies_are_taken_down_in_reverse(lib: Framework, seen: list[Any]) -> list[Any]:
    order: list[str] = []

    async def outer() -> AsyncGenerator[str, None]:
        try:
            yield "outer"
        finally:
            order.append("outer")
            seen.append(order == ["inner", "outer"])

    async def inner(outer: str) -> AsyncGenerator[str, None]:
        try:
            yield "inner"
        finally:
            order.append("inner")

    dependencies = {"outer": lib.provide(outer), "inner": lib.provide(inner)}

    @lib.websocket("/", dependencies=dependencies)
    async def handler(socket: lib.WebSocket, inner: str) -> None:  # type: ignore[name-defined]
        await socket.accept()
        raise lib.Closing(detail="x", code=4001)

    return [handler]


def _answering(lib: Framework, *templates: str) -> list[Any]:
    def make(template: str) -> Any:
        @lib.websocket(template, name=template)
        async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
            (given,) = socket.path_params.values()
            await socket.close(4000, f"{template} {given}")

        return handler

    return [make(each) for each in templates]


MISSING = X(4404, "not found")
ABSENT = X(4500, "Not Found")


@differs("P161", 59, [C], [MISSING], [ABSENT], path="/rooms/x")
def a_path_that_does_not_convert(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/rooms/{n:int}")


@differs("P166", 60, [C], [X(4000, "/a/{x:str}/c b")], [ABSENT], path="/a/b/c")
def a_path_that_needs_a_way_back(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/a/b/{y:int}", "/a/{x:str}/c")


@differs("P172", 62, [C], [MISSING], [X(4000, "/{n:int} 1000")], path="/1_000")
def an_integer_with_an_underscore(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/{n:int}")


@differs("P172", 62, [C], [MISSING], [X(4000, "/{n:int} 12")], path="/１２")
def an_integer_in_other_digits(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/{n:int}")


@differs("P172", 62, [C], [MISSING], [X(4000, "/{n:float} nan")], path="/nan")
def a_float_that_is_none(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/{n:float}")


@differs("P172", 62, [C], [MISSING], [ERROR], path="/x")
def a_decimal_that_is_none(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/{n:decimal}")


@differs("P169", 62, [C], [X(4000, "/{p:path} a/b")], [X(4000, "/{p:path} /a/b")], path="/a/b")
def the_rest_of_a_path(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/{p:path}")


@differs("P164", 63, [C], [MISSING], [X(4000, "/a/{n:int} 1")], path="/a//1")
def a_path_with_two_slashes(lib: Framework, seen: list[Any]) -> list[Any]:
    return _answering(lib, "/a/{n:int}")


EVIL = [("origin", "https://evil.example")]


@differs("N146", 68, [C], [X(1008)], [A, X(4000)], headers=EVIL)
def a_page_from_elsewhere(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close(4000)

    return talking(lib, body)


LARGE = R("x" * (1024 * 1024 + 1))


@differs("B33", 69, [C, LARGE, D(1000)], [A, X(1009, "the message is too big")], [A, S("large")])
def a_message_that_is_too_big(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(data: str, socket: Any) -> str:
        return "large"

    return _listening(lib, body)
