"""Where they differ, and shall: handlers that talk as they like."""

# Without `from __future__ import annotations`: see frameworks.py.

import asyncio
from collections.abc import Callable
from typing import Any

from tests.differential.differences import ERROR, LATE, TRUNCATED, differs
from tests.differential.frameworks import Framework
from tests.differential.playing import A, C, D, R, Rb, S, X


def talking(lib: Framework, body: Callable[[Any], Any]) -> list[Any]:
    @lib.websocket("/")
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await body(socket)

    return [handler]


# Handshake


@differs("A6", 3, [C], [X(1011)], [A("x")], subprotocols=["soap"])
def accepts_a_subprotocol_that_was_not_offered(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.accept("x"))


@differs("A9", 5, [C], [A, X(1000)], [])
def reads_the_connect_event_first(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.receive()
        await socket.accept()

    return talking(lib, body)


@differs("A11", 7, [C], [X(1011)], [])
def returns_without_an_answer(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: asyncio.sleep(0))


@differs("A12", 8, [C], [A, X(1000)], [A])
def returns_without_a_close(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.accept())


@differs("A13", 9, [D(1006)], [], [LATE, "OSError"])
def has_left_before(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.accept())


# Receive and send


@differs("B21", 12, [C, Rb(b"x")], [A, X(1003, "expected a text frame")], [A])
def expects_text(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.receive_text())


@differs("B22", 12, [C, R("x")], [A, X(1003, "expected a binary frame")], [A])
def expects_bytes(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.receive_bytes())


@differs("B24", 13, [C, R("{")], [A, X(1007, "not valid JSON")], [A, X(4500, TRUNCATED)])
def expects_json(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.receive_json())


@differs("B27", 14, [C, D(4321, "bye")], [A], [A])
def is_told_the_reason(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        try:
            await socket.receive_text()
        except lib.Disconnect as gone:
            seen.append(getattr(gone, "reason", None) == "bye")

    return talking(lib, body)


@differs("B28", 14, [C, D()], [A], [A, LATE, "OSError"])
def a_disconnect_without_a_code(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.receive_text())


@differs("B32", 17, [C, R("x")], [A, X(1000)], [A, X(1000), S("x")])
def receives_after_its_own_close(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close()
        await socket.send_text(await socket.receive_text())

    return talking(lib, body)


@differs("C38", 19, [C], [A, X(1011)], [A, S("[null]")])
def sends_a_number_that_is_none(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.send_json([float("nan")])

    return talking(lib, body)


@differs("C41", 21, [C], [A, X(1000)], [A, X(1000), S("late")])
def sends_after_its_own_close(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close()
        await socket.send_text("late")

    return talking(lib, body)


# Close and exceptions


@differs("D46", 23, [C], [A, X(1000)], [A, X(1000), X(1000)])
def closes_twice(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close()
        await socket.close()

    return talking(lib, body)


@differs("D47", 23, [C, D(1001)], [A], [A, LATE, "OSError"])
def closes_after_the_client_has(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        try:
            await socket.receive_text()
        except Exception:
            await socket.close()

    return talking(lib, body)


LONG = "é" * 100


@differs("D49", 25, [C], [A, X(4000, "é" * 61)], [A, X(4000, LONG)])
def closes_with_a_long_reason(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close(4000, LONG)

    return talking(lib, body)


@differs("D50", 24, [C], [A, X(1011)], [A, X(1006)])
def closes_with_a_code_that_may_not_be_sent(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close(1006)

    return talking(lib, body)


@differs("F59", 29, [C], [A, X(1011, "x")], [A, X(4500, "x")])
def raises_without_a_code(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        raise lib.Closing(detail="x")

    return talking(lib, body)


@differs("F62", 30, [C], [A, X(1011)], [A, ERROR])
def raises_what_nobody_expected(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        raise LookupError("secret")

    return talking(lib, body)


@differs("F63", 33, [C], [A, X(4000)], [A, X(4000), ERROR])
def raises_after_its_own_close(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        await socket.close(4000)
        raise LookupError("secret")

    return talking(lib, body)


@differs("F65", 32, [C, D(1001)], [A], [A, LATE, "OSError"])
def does_not_catch_the_disconnect(lib: Framework, seen: list[Any]) -> list[Any]:
    return talking(lib, lambda socket: socket.receive_text())


@differs("F67", 34, [C], [A, X(4321, "x")], [A, ERROR])
def raises_in_a_group_of_one(lib: Framework, seen: list[Any]) -> list[Any]:
    async def body(socket: Any) -> None:
        await socket.accept()
        raise ExceptionGroup("tasks", [lib.Closing(detail="x", code=4321)])

    return talking(lib, body)


@differs("F70", 31, [C], [A, X(4100)], [A, ERROR])
def has_an_exception_handler(lib: Framework, seen: list[Any]) -> list[Any]:
    async def close(socket: Any, error: Exception) -> None:
        await socket.close(4100)

    @lib.websocket("/", exception_handlers={LookupError: close})
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.accept()
        raise LookupError

    return [handler]
