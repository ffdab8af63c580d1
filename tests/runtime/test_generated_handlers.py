"""Generated handlers: what the classes of `gen1` do besides what every handler does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import msgspec
import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import (
    WIRES,
    Clock,
    Echo,
    EchoHandler,
    Parts,
    Room,
    RoomHandler,
    Said,
    Say,
    Shout,
    Tick,
    Typing,
    create_app,
    soon,
)
from tests.runtime.scripted import A, C, D, Denied, R, Rb, S, Talk, X, run, sent
from tests.runtime.wires import ROOM, answers, frame
from typing_extensions import override

from wsgen_runtime import Closed, WebSocket, WebSocketDisconnect, WebSocketException, gen1
from wsgen_runtime.exceptions import ConfigurationError, InvalidMessage, SerializationError

SAY = R('{"type":"say","text":"hi"}')
SAID = S('{"type":"said","text":"hi","by":"nobody"}')


@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
async def test_b35_a_conversation_on_every_wire(wire: gen1.Wire) -> None:
    frames = [frame(wire, "say", text="hi"), frame(wire, "typing"), frame(wire, "say", text="ho")]
    replies = await answers(wire, *frames)
    texts = [(each if wire.payload is None else each[wire.payload])["text"] for each in replies]
    assert texts == ["hi", "ho"]


def test_an_abstract_handler_is_refused_with_what_it_lacks() -> None:
    class Half(RoomHandler):
        @override
        async def on_typing(self, message: Typing, /) -> None:
            pass

    with pytest.raises(ConfigurationError, match="Half does not define on_say, on_strict"):
        create_app(Parts(room=Half))


async def test_b42_a_factory_makes_handlers() -> None:
    made: list[Room] = []

    def factory() -> Room:
        made.append(Room())
        return made[-1]

    app = create_app(Parts(room=factory))
    assert made == []
    for _ in range(2):
        assert await run(app, C, SAY, D(), path=ROOM) == [A, SAID]
    assert len(made) == 2


async def test_a_handler_that_cannot_be_made_is_1011(logged: Logged) -> None:
    class Fails(Room):
        def __init__(self) -> None:
            raise LookupError("secret")

    assert await run(create_app(Parts(room=Fails)), C, path=ROOM) == [Denied(500, "")]
    assert len(logged()) == 1


async def test_declared_close_codes_have_their_reason_and_status() -> None:
    class Fills(Room):
        @override
        async def on_say(self, message: Say, /) -> Said:
            await self.socket.close(4009)
            return Said(text="not sent")

    assert await run(create_app(Parts(room=Fills)), C, SAY, path=ROOM) == [
        A,
        X(4009, "No seat left"),
    ]

    def full(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
        raise WebSocketException(code=4009)

    async def closes(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
        await socket.close(4009)

    for guard in (full, closes):
        (denied,) = await run(create_app(Parts(seat=guard)), C, path=ROOM)
        assert isinstance(denied, Denied)
        assert denied.status == 503


async def test_b27_an_echo_over_a_typed_socket() -> None:
    assert await run(create_app(), C, SAY, SAY, D(1001), path="/echo") == [
        A,
        S('{"type":"said","text":"hi"}'.replace('"}', '","by":"nobody"}')),
        SAID,
    ]


async def test_a_typed_socket_says_what_is_wrong_and_goes_on() -> None:
    seen: list[object] = []

    class Patient(Echo):
        @override
        async def handle(self) -> None:
            while True:
                try:
                    seen.append(await self.socket.receive())
                except InvalidMessage as error:
                    seen.append((error.code, error.path, error.tag))
                except WebSocketDisconnect as error:
                    seen.append(error.code)
                    return

    bad = [R("{"), R('{"type":"say"}'), R('{"type":"said"}'), SAY]
    assert await run(create_app(Parts(echo=Patient)), C, *bad, D(4001), path="/echo") == [A]
    assert seen == [
        ("malformed", "$", None),
        ("invalid_message", "$", "say"),
        ("unknown_type", "$.type", None),
        Say(text="hi"),
        4001,
    ]


async def test_b36_uncaught_it_closes() -> None:
    app = create_app()
    assert await run(app, C, R("{"), path="/echo") == [A, X(1007, "not well-formed")]
    assert await run(app, C, Rb(b"{}"), path="/echo") == [A, X(1003, "expected a text frame")]
    played = await run(app, C, R('{"type":"say","text":""}'), path="/echo")
    assert played == [A, X(1007, "say.text: Expected `str` of length >= 1")]


async def test_a_typed_socket_sends_what_the_schema_lets_it() -> None:
    class Wrong(Echo):
        @override
        async def handle(self) -> None:
            with pytest.raises(SerializationError, match="Say is not sent here, but Said"):
                await self.socket.send(Say(text="x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            await self.socket.send(Said(text="hi"))

    assert await run(create_app(Parts(echo=Wrong)), C, path="/echo") == [A, SAID, X(1000)]


async def test_b3_subprotocols_of_the_schema() -> None:
    app = create_app()
    played = await run(app, C, D(), path="/echo", subprotocols=["x", "chat.v1"])
    assert played == [A("chat.v1")]
    (denied,) = await run(app, C, path="/echo", subprotocols=["x"])
    assert isinstance(denied, Denied)
    assert denied.status == 400


async def test_b7_a_handler_that_never_accepts(logged: Logged) -> None:
    class Silent(EchoHandler):
        @override
        async def handle(self) -> None:
            pass

    assert await run(create_app(Parts(echo=Silent)), C, path="/echo") == [Denied(500, "")]
    (record,) = logged()
    assert "echo" in record.getMessage()


async def test_background_work_ends_with_the_connection() -> None:
    steps: list[str] = []

    class Pushes(Room):
        @override
        async def accepted(self) -> None:
            self.background(self.push())

        async def push(self) -> None:
            try:
                await self.socket.send(Typing())
                await asyncio.Event().wait()
            finally:
                steps.append("cancelled")

        @override
        async def disconnected(self, close: Closed, /) -> None:
            steps.append("told")

    app = create_app(Parts(room=Pushes))
    played = await run(app, C, sent(2), SAY, D(), path=ROOM)
    assert played == [A, S('{"type":"typing","active":true}'), SAID]
    assert steps == ["told", "cancelled"]


async def test_background_work_that_fails_is_logged_and_the_rest_goes_on(logged: Logged) -> None:
    failed = asyncio.Event()

    class Fails(Room):
        @override
        async def accepted(self) -> None:
            self.background(self.fail()).add_done_callback(lambda _: failed.set())
            await soon(failed.wait())

        async def fail(self) -> None:
            raise LookupError("secret")

    assert await run(create_app(Parts(room=Fails)), C, SAY, D(), path=ROOM) == [A, SAID]
    (record,) = logged()
    assert re.fullmatch(r"room: background work failed \[ws-[0-9a-f]+\]", record.getMessage())


async def test_background_work_that_meets_the_end_is_not_logged(logged: Logged) -> None:
    class Late(Room):
        @override
        async def accepted(self) -> None:
            self.background(self.late())

        async def late(self) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await self.socket.send(Typing())

    assert await run(create_app(Parts(room=Late)), C, D(), path=ROOM) == [A]
    assert logged() == []


async def test_the_plain_socket_is_there_too() -> None:
    class Plain(Shout):
        @override
        async def on_message(self, message: str, /) -> str | None:
            connection = self.socket.connection
            assert isinstance(connection, WebSocket)
            await connection.send_bytes(message.encode())
            return connection.path

    played = await run(create_app(Parts(shout=Plain)), C, R("x"), D(), path="/shout")
    assert len(played) == 3


async def test_a_reply_of_another_type_is_not_sent(logged: Logged) -> None:
    class Wrong(Shout):
        @override
        async def on_message(self, message: str, /) -> Any:
            return 5

    app = create_app(Parts(shout=Wrong))
    assert await run(app, C, R("x"), path="/shout") == [A, X(1011)]
    (record,) = logged()
    assert "expected str, not int" in str(record.exc_info)


def wrongly(value: Any) -> Tick:
    return msgspec.structs.replace(Tick(counter=0), counter=value)


class WrongClock(Clock):
    @override
    async def stream(self) -> AsyncIterator[Tick]:
        yield wrongly("x")


class WrongRoom(Room):
    @override
    async def on_say(self, message: Say, /) -> Said:
        return Said(text=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class WrongEcho(Echo):
    @override
    async def handle(self) -> None:
        await self.socket.accept()
        await self.socket.send(Said(text=5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("path", ["/clock", ROOM, "/echo"])
async def test_in_debug_mode_every_message_is_read_again(path: str) -> None:
    parts = Parts(clock=WrongClock, room=WrongRoom, echo=WrongEcho)
    async with Talk(create_app(parts, debug=True), C, SAY, path=path) as talk:
        with pytest.raises(SerializationError, match=r"a client would refuse \w+"):
            await talk.ended()
        talk.forgive()
    assert talk.sent == [A, X(1011)]


async def test_in_debug_mode_good_messages_pass_on_every_wire() -> None:
    for wire in WIRES.values():
        app = create_app(wire=wire, debug=True)
        say, strict = frame(wire, "say", 7, text="hi"), frame(wire, "strict", 7, userName="a")
        assert len(await run(app, C, say, strict, D(), path=ROOM)) == 3
        assert len(await run(app, C, path="/clock")) == 4


async def test_debug_raises_what_nobody_expected_and_nothing_else() -> None:
    class Fails(Room):
        @override
        async def on_say(self, message: Say, /) -> Said:
            raise (
                LookupError("yes") if message.text == "bug" else WebSocketException("no", code=4321)
            )

    async def refuses(socket: WebSocket, error: Exception) -> None:
        await socket.close(4000, "handled")

    app = create_app(Parts(room=Fails), debug=True)
    played = await run(app, C, R('{"type":"say","text":"x"}'), path=ROOM)
    assert isinstance(played[-1], X)
    async with Talk(app, C, R('{"type":"say","text":"bug"}'), path=ROOM) as talk:
        with pytest.raises(LookupError, match="yes"):
            await talk.ended()
        talk.forgive()
    handled = create_app(Parts(room=Fails), debug=True, exception_handlers={LookupError: refuses})
    played = await run(handled, C, R('{"type":"say","text":"bug"}'), path=ROOM)
    assert played == [A, X(4000, "handled")]


async def test_b31_what_an_exception_handler_raises_is_not_given_to_another() -> None:
    asked: list[str] = []

    async def again(socket: WebSocket, error: Exception) -> None:
        asked.append(type(error).__name__)
        raise error

    class Fails(Room):
        exception_handlers: ClassVar = {LookupError: again}

        @override
        async def on_say(self, message: Say, /) -> Said:
            raise KeyError

    app = create_app(Parts(room=Fails), exception_handlers={Exception: again})
    assert await run(app, C, SAY, path=ROOM) == [A, X(1011)]
    assert asked == ["KeyError"]


def test_gen1_says_what_to_do_where_it_lacks_something() -> None:
    with pytest.raises(AttributeError, match="pip install --upgrade wsgen-runtime"):
        getattr(gen1, "TimeMachine")  # noqa: B009
