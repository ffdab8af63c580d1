"""Where both agree: handlers that talk as they like."""

# Without `from __future__ import annotations`: see frameworks.py.

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from tests.differential.frameworks import Framework
from tests.differential.playing import Build, C, Case, D, R, Rb, after

from wsgen_runtime._asgi import Message

CASES: list[Case] = []
Body = Callable[..., Any]


def case(item: str, *script: Message | after, **opening: Any) -> Callable[[Build], Build]:
    """Add a case to the table."""

    def add(build: Build) -> Build:
        made = Case(name=build.__name__, item=item, build=build, script=script, opening=opening)
        CASES.append(made)
        return build

    return add


def talks(item: str, *script: Message | after, **opening: Any) -> Callable[[Body], Body]:
    """Add a case with one handler, of which only the body is given."""

    def add(body: Body) -> Body:
        def build(lib: Framework, seen: list[Any]) -> list[Any]:
            @lib.websocket("/")
            async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
                await body(socket, lib, seen)

            return [handler]

        made = Case(name=body.__name__, item=item, build=build, script=script, opening=opening)
        CASES.append(made)
        return body

    return add


# Handshake


@talks("A1", C, D(1000))
async def accepts(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen.append((await socket.receive())["type"])


@talks("A2", C, D(1000))
async def accepts_thrice(socket: Any, lib: Framework, seen: list[Any]) -> None:
    for _ in range(3):
        await socket.accept()
    await socket.receive()


@talks("A3", C, D(1000))
async def accepts_with_headers(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept(headers={"X-Foo": "bar", "X-Bar": "é"})
    await socket.receive()


@talks("A3", C, D(1000))
async def accepts_with_pairs_of_bytes(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept(headers=[(b"x-foo", b"1"), (b"x-foo", b"2")])
    await socket.receive()


@talks("A5", C, D(1000), subprotocols=["soap", "wamp"])
async def accepts_with_a_subprotocol(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen.append(list(socket.scope["subprotocols"]))
    await socket.accept("wamp")
    await socket.receive()


@talks("A7", C, D(1000))
async def sends_before_accept(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.send_text("early")
    await socket.receive()


@talks("A8", C, R("q"), D(1000))
async def receives_before_accept(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen.append(await socket.receive_text())
    await socket.receive()


@talks("A10", C)
async def closes_before_accept(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.close(4001, "no")


@talks("A15", C, path="/", query="a=1&b=x%20y&a=2", headers=[("cookie", "c=1; d=2")])
async def reads_the_opening_request(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen += [
        socket.query_params.getall("a")
        if lib.name == "litestar"
        else socket.query_params.getlist("a")
    ]
    seen += [socket.query_params["b"], socket.cookies["c"], socket.cookies["d"]]
    seen += [socket.headers["host"], socket.headers["Cookie"], str(socket.url)]
    seen.append(list(socket.scope["client"]))
    await socket.close(4000)


# Receive and send


@talks("B17", C, R("abc"), Rb(b"abc"), D(1000))
async def receives_text_and_bytes(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [await socket.receive_text(), await socket.receive_bytes()]
    await socket.receive()


@talks("B18", C, R('{"a":[1,2.5,null,"é"]}'), Rb(b'{"a":1}'), R('"x"'), D(1000))
async def receives_json(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [await socket.receive_json(), await socket.receive_json(mode="binary")]
    seen.append(await socket.receive_json())
    await socket.receive()


BOTH_KEYS = {"type": "websocket.receive", "text": "x", "bytes": None}
MIRRORED = {"type": "websocket.receive", "text": None, "bytes": b"x"}


@talks("B20", C, BOTH_KEYS, MIRRORED, D(1000))
async def receives_frames_with_both_keys(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [await socket.receive_text(), await socket.receive_bytes()]
    await socket.receive()


@talks("B27", C, D(4321, "bye"))
async def is_told_the_code_of_a_disconnect(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    try:
        await socket.receive_text()
    except lib.Disconnect as gone:
        seen.append(gone.code)


@talks("B29", C, D(1001))
async def raw_receive_does_not_raise(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen.append((await socket.receive())["code"])


@talks("B30", C, D(1000))
async def receives_after_the_end(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    for receive in (socket.receive_text, socket.receive_json, socket.receive_bytes):
        try:
            await receive()
        except lib.Disconnect:
            seen.append("disconnect")


@talks("B31", C, R("1"), R("2"), D(1000))
async def two_tasks_receive(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += await asyncio.gather(socket.receive_text(), socket.receive_text())
    await socket.receive()


@talks("C34", C, D(1000))
async def sends_text_and_bytes(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    for text in ("a", "", "é🎉", "x" * 70):
        await socket.send_text(text)
    for data in (b"", b"\x00\xff"):
        await socket.send_bytes(data)
    await socket.receive()


@talks("C36", C, D(1000))
async def sends_json_compactly(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    values = ({"b": 1, "a": [True, None, "é"]}, [], "text", 5, 0.1, None, {"x": {"y": []}})
    for value in values:
        await socket.send_json(value)
        await socket.send_json(value, mode="binary")
    await socket.receive()


@talks("C39", C, D(1000))
async def cannot_send_what_has_no_form(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    try:
        await socket.send_json({"x": object()})
    except Exception as error:
        seen.append("Serialization" in type(error).__name__)
    await socket.send_text("still here")
    await socket.receive()


@talks("C42", C, D(1000))
async def sends_after_the_end(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    await socket.receive()
    for send in (socket.send_text, socket.send_json):
        try:
            await send("late")
        except lib.Disconnect:
            seen.append("disconnect")


# Close and iterators


@talks("D45", C)
async def closes(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    await socket.close()


@talks("D45", C)
async def closes_with_code_and_reason(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    await socket.close(1001, "Going Away")


@talks("D48", C)
async def closes_without_a_reason(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    await socket.close(4000, None)


@talks("E52", C, R("1"), R("2"), D(1001))
async def iterates_until_the_end(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [each async for each in lib.items(socket)]
    seen += [each async for each in lib.items(socket)]  # E53: ends at once


@talks("E54", C, R("[1]"), R('{"a":2}'), R("null"), D(1000))
async def iterates_json(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [each async for each in socket.iter_json()]


@talks("E54", C, Rb(b"a"), Rb(b""), D(1000))
async def iterates_bytes(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    seen += [each async for each in lib.items(socket, "binary")]


@talks("E56", C, R("1"), R("2"), R("3"), D(1000))
async def breaks_out_of_an_iterator(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    async for each in lib.items(socket):
        seen.append(each)
        break
    seen.append(await socket.receive_text())
    await socket.send_text("usable")
    await socket.close()


# Exceptions


@talks("F58", C)
async def raises_with_a_code(socket: Any, lib: Framework, seen: list[Any]) -> None:
    await socket.accept()
    raise lib.Closing(detail="x", code=4123)


@talks("F60", C)
async def raises_before_accept(socket: Any, lib: Framework, seen: list[Any]) -> None:
    raise lib.Closing(detail="not you", code=4003)


@talks("F58", C, R("x"))
async def raises_after_a_message(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen.append(await socket.receive_text())
    raise lib.Closing(detail="enough", code=4001)


@case("N153", C)
def a_class_of_ones_own(lib: Framework, seen: list[Any]) -> list[Any]:
    own = type("Own", (lib.WebSocket,), {"nick": lambda self: "ann"})

    @lib.websocket("/", websocket_class=own)
    async def handler(socket: lib.WebSocket) -> None:  # type: ignore[name-defined]
        seen.append(socket.nick())
        await socket.close(4000)

    return [handler]


@talks("P178", C, scheme="wss", headers=[("host", "a.example")])
async def knows_its_scheme(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen.append(socket.url.scheme)
    await socket.close(4000)


@talks("D45", C, D(1000))
async def is_left_before_it_answers(socket: Any, lib: Framework, seen: list[Any]) -> None:
    seen += [(await socket.receive())["type"], (await socket.receive())["type"]]


@talks("L133", C, after(2), D(1001))
async def a_stream_is_left(socket: Any, lib: Framework, seen: list[Any]) -> None:
    async def items() -> Any:
        try:
            yield "first"
            await asyncio.get_running_loop().create_future()
        finally:
            seen.append("closed")

    await socket.accept()
    with contextlib.suppress(lib.Disconnect):
        await lib.send_stream(socket, items(), close=False, listen_for_disconnect=True)
