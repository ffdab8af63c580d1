"""Where both agree: listeners, as functions and as classes."""

# Without `from __future__ import annotations`: see frameworks.py.

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from tests.differential.cases_sockets import case
from tests.differential.frameworks import Framework
from tests.differential.playing import C, D, R, Rb


@case("G72", C, R("foo"), R("bar"), D(1000))
def echoes(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: str) -> str:
        return data

    return [handler]


@case("G73", C, R("foo"), D(1000))
def a_class_echoes(lib: Framework, seen: list[Any]) -> list[Any]:
    async def on_receive(self: Any, data: str) -> str:
        return data.upper()

    async def on_accept(self: Any, socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("accepted")

    async def on_disconnect(self: Any, socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("disconnected")

    methods = {"on_receive": on_receive, "on_accept": on_accept, "on_disconnect": on_disconnect}
    return [lib.class_listener("/", methods)]


@case("G74", C, R("foo"), D(1000))
def returns_none(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: str) -> None:
        seen.append(data)

    return [handler]


@case("G76", C, R("foo"), D(1000))
def takes_the_socket(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: str, socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.send_text(f"by hand: {data}")

    return [handler]


@case("G78", C, R("foo"), D(1000), path="/rooms/7")
def takes_a_parameter_of_the_path(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/rooms/{room_id:int}")
    async def handler(data: str, room_id: int) -> str:
        return f"{data} in {room_id + 1}"

    return [handler]


@case("G79", C, R("1"), R("2"), D(1000))
def a_dependency_is_made_once(lib: Framework, seen: list[Any]) -> list[Any]:
    async def counter() -> dict[str, int]:
        seen.append("made")
        return {"n": 0}

    @lib.listener("/", dependencies={"counter": lib.provide(counter)})
    async def handler(data: str, counter: dict[str, int]) -> str:
        counter["n"] += 1
        return f"{data}:{counter['n']}"

    return [handler]


@case("G83", C, D(1000))
def is_left_at_once(lib: Framework, seen: list[Any]) -> list[Any]:
    async def on_accept(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("accepted")

    async def on_disconnect(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("disconnected")

    @lib.listener("/", on_accept=on_accept, on_disconnect=on_disconnect)
    async def handler(data: str) -> None:
        seen.append(data)

    return [handler]


# Kinds of data


def _echoing(lib: Framework, annotation: Any, **options: Any) -> list[Any]:
    async def handler(data: Any) -> Any:
        return data

    handler.__annotations__.update(data=annotation)
    handler.__annotations__["return"] = annotation
    return [lib.listener("/", **options)(handler)]


@case("H85", C, R("foo"), R("é"), D(1000))
def bytes_from_text_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, bytes, receive_mode="text")


@case("H85", C, Rb(b"foo"), Rb(b"\xff"), D(1000))
def bytes_from_binary_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, bytes, receive_mode="binary")


@case("H86", C, Rb("é".encode()), D(1000))
def text_from_binary_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, str, receive_mode="binary")


@case("H87", C, R('["foo","bar"]'), R("[]"), D(1000))
def a_list_from_text_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, list[str])


@case("H87", C, Rb(b'["foo","bar"]'), D(1000))
def a_list_from_binary_frames(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, list[str], receive_mode="binary")


@case("H87", C, R('{"a":1,"b":{"c":null}}'), D(1000))
def a_dictionary(lib: Framework, seen: list[Any]) -> list[Any]:
    return _sees(lib, seen, dict[str, Any])


def _sees(lib: Framework, seen: list[Any], annotation: Any, **options: Any) -> list[Any]:
    async def handler(data: Any) -> None:
        seen.append(data)

    handler.__annotations__["data"] = annotation
    return [lib.listener("/", **options)(handler)]


@case("H94", C, R("foo"), D(1000))
def sends_text_as_binary(lib: Framework, seen: list[Any]) -> list[Any]:
    return _echoing(lib, str, send_mode="binary")


@case("H94", C, Rb(b"foo"), D(1000))
def sends_bytes_as_binary(lib: Framework, seen: list[Any]) -> list[Any]:
    return _echoing(lib, bytes, receive_mode="binary", send_mode="binary")


@case("H95", C, R('{"b":1,"a":[2]}'), D(1000))
def sends_a_dictionary(lib: Framework, seen: list[Any]) -> list[Any]:
    return _echoing(lib, dict[str, Any])


@case("H95", C, R('{"b":1}'), D(1000))
def sends_a_dictionary_as_binary(lib: Framework, seen: list[Any]) -> list[Any]:
    return _echoing(lib, dict[str, Any], send_mode="binary")


@dataclass
class Point:
    y: int
    x: float
    name: str | None = None


@case("H95", C, R("3"), D(1000))
def sends_a_dataclass(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: str) -> Point:
        return Point(int(data), 0.5)

    return [handler]


# Hooks and lifespans


@case("I98", C, R("x"), D(1000), path="/rooms/7")
def hooks_run_once_in_order(lib: Framework, seen: list[Any]) -> list[Any]:
    async def on_accept(socket: lib.WebSocket, room_id: int) -> None:  # type: ignore[name-defined]
        seen.append(f"accepted {room_id}")
        await socket.send_text("welcome")

    async def on_disconnect(socket: lib.WebSocket, who: str) -> None:  # type: ignore[name-defined]
        seen.append(f"{who} left")

    async def who() -> str:
        return "ann"

    @lib.listener(
        "/rooms/{room_id:int}",
        on_accept=on_accept,
        on_disconnect=on_disconnect,
        dependencies={"who": lib.provide(who)},
    )
    async def handler(data: str) -> str:
        seen.append(data)
        return data

    return [handler]


@case("I100", C, D(1000), subprotocols=["wamp"])
def accepts_by_itself(lib: Framework, seen: list[Any]) -> list[Any]:
    async def accept(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        await socket.accept("wamp", headers={"Cookie": "c"})

    @lib.listener("/", connection_accept_handler=accept)
    async def handler(data: str) -> None:
        seen.append(data)

    return [handler]


@case("I101", C)
def an_accept_handler_that_refuses(lib: Framework, seen: list[Any]) -> list[Any]:
    async def accept(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        raise lib.Closing(detail="no", code=4005)

    async def hook(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append("not reached")

    @lib.listener("/", connection_accept_handler=accept, on_accept=hook, on_disconnect=hook)
    async def handler(data: str) -> None:
        seen.append(data)

    return [handler]


@case("I102", C)
def a_hook_that_closes_by_raising(lib: Framework, seen: list[Any]) -> list[Any]:
    async def on_accept(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        raise lib.Closing(detail="changed my mind", code=4005)

    @lib.listener("/", on_accept=on_accept)
    async def handler(data: str) -> None:
        seen.append(data)

    return [handler]


@case("I105", C, R("x"), D(1000))
def a_lifespan_around_the_talk(lib: Framework, seen: list[Any]) -> list[Any]:
    @contextlib.asynccontextmanager
    async def around(socket: lib.WebSocket) -> AsyncIterator[None]:  # type: ignore[name-defined]
        seen.append("entered")
        await socket.accept(headers={"x-a": "1"})
        try:
            yield
        except lib.Disconnect:
            seen.append("disconnect")
        seen.append("left")

    @lib.listener("/", connection_lifespan=lib.lifespan(around))
    async def handler(data: str) -> str:
        seen.append(data)
        return data

    return [handler]


@case("I106", C, R("x"), D(1000))
def a_lifespan_that_does_not_accept(lib: Framework, seen: list[Any]) -> list[Any]:
    @contextlib.asynccontextmanager
    async def around(socket: lib.WebSocket) -> AsyncIterator[None]:  # type: ignore[name-defined]
        with contextlib.suppress(lib.Disconnect):
            yield

    @lib.listener("/", connection_lifespan=lib.lifespan(around))
    async def handler(data: str) -> str:
        return data

    return [handler]


@case("F58", C, R("x"))
def raises_with_a_code(lib: Framework, seen: list[Any]) -> list[Any]:
    @lib.listener("/")
    async def handler(data: str) -> None:
        seen.append(data)
        raise lib.Closing(detail="enough", code=4321)

    return [handler]
