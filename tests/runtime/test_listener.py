"""Listeners: messages in, answers out, one after another (behaviours 35, 38–40, 42, 43)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from tests.runtime.handmade import (
    Parts,
    Room,
    Said,
    Say,
    Shout,
    Typing,
    create_app,
    soon,
)
from tests.runtime.scripted import A, C, D, Denied, R, Rb, S, Sb, Talk, X, run, sent
from typing_extensions import override

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebsocketListener,
    WebSocketState,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime.exceptions import ConfigurationError

SAY = '{"type":"say","text":"hi"}'
ROOM = "/rooms/3"


def shouting() -> ASGIApp:
    @websocket_listener("/shout")
    async def shout(data: str) -> str:
        return data.upper()

    return WebSocketApp([shout])


BOTH = pytest.mark.parametrize("make", [shouting, create_app], ids=["decorated", "generated"])


@BOTH
async def test_b35_every_message_is_answered_and_nothing_more(make: Callable[[], ASGIApp]) -> None:
    played = await run(make(), C, R("foo"), R("bar"), D(1000), path="/shout")
    assert played == [A, S("FOO"), S("BAR")]


@BOTH
async def test_b35_a_client_that_says_nothing_is_told_nothing(make: Callable[[], ASGIApp]) -> None:
    assert await run(make(), C, D(1001), path="/shout") == [A]


async def test_b38_none_is_not_sent() -> None:
    @websocket_listener("/")
    async def quiet(data: str) -> None:
        pass

    class Quiet(Shout):
        @override
        async def on_message(self, message: str, /) -> str | None:
            return None

    assert await run(WebSocketApp([quiet]), C, R("foo"), D()) == [A]
    assert await run(create_app(Parts(shout=Quiet)), C, R("foo"), D(), path="/shout") == [A]
    typing = R('{"type":"typing"}')
    assert await run(create_app(), C, typing, D(), path=ROOM) == [A]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (False, "false"),
        ("", ""),
        ([], "[]"),
        ({"b": 1, "a": None}, '{"b":1,"a":null}'),
        (Said(text="x"), '{"type":"said","text":"x","by":"nobody"}'),
    ],
)
async def test_b38_every_other_value_is_encoded_and_sent(value: object, text: str) -> None:
    @websocket_listener("/")
    async def answer(data: str) -> object:
        return value

    assert await run(WebSocketApp([answer]), C, R("?"), D()) == [A, S(text)]


async def test_b38_bytes_and_binary_mode_are_binary_frames() -> None:
    @websocket_listener("/bytes")
    async def as_they_are(data: bytes) -> bytes:
        return data[::-1]

    @websocket_listener("/json", send_mode="binary", receive_mode="binary")
    async def json(data: list[int]) -> list[int]:
        return data

    @websocket_listener("/text", send_mode="binary", receive_mode="binary")
    async def text(data: str) -> str:
        return data

    app = WebSocketApp([as_they_are, json, text])
    assert await run(app, C, Rb(b"ab"), D(), path="/bytes") == [A, Sb(b"ba")]
    assert await run(app, C, Rb(b"[1, 2]"), D(), path="/json") == [A, Sb(b"[1,2]")]
    assert await run(app, C, Rb("é".encode()), D(), path="/text") == [A, Sb("é".encode())]


async def test_b38_a_reply_carries_the_id_of_its_request() -> None:
    requests = [
        R('{"type":"say","text":"a","request_id":1}'),
        R('{"request_id":"x","type":"say","text":"b"}'),
        R('{"type":"say","text":"c"}'),
        R('{"type":"typing","request_id":9}'),
    ]
    played = await run(create_app(), C, *requests, D(), query="token=ann", path=ROOM)
    assert played == [
        A,
        S('{"type":"said","text":"a","by":"ann","request_id":1}'),
        S('{"type":"said","text":"b","by":"ann","request_id":"x"}'),
        S('{"type":"said","text":"c","by":"ann"}'),
    ]


class Slow(Shout):
    """Answers a message when it is told to."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.go = asyncio.Event()
        self.entered = asyncio.Event()

    @override
    async def on_message(self, message: str, /) -> str | None:
        self.seen.append(message)
        self.entered.set()
        await self.go.wait()
        return message


async def test_b39_messages_are_handled_one_after_another_with_back_pressure() -> None:
    def app_of(slow: Slow, decorated: bool) -> ASGIApp:
        @websocket_listener("/shout")
        async def listener(data: str) -> str | None:
            return await slow.on_message(data)

        return WebSocketApp([listener]) if decorated else create_app(Parts(shout=lambda: slow))

    for decorated in (True, False):
        slow = Slow()
        app = app_of(slow, decorated)
        async with Talk(app, C, R("1"), R("2"), R("3"), path="/shout") as talk:
            await soon(slow.entered.wait())
            assert talk.receives == 2  # the connect event, and one message: no more is asked for
            slow.go.set()
            await talk.count(4)
            talk.feed(D())
        assert talk.sent == [A, S("1"), S("2"), S("3")]
        assert slow.seen == ["1", "2", "3"]


async def test_b40_after_close_no_message_is_handled_and_nothing_is_sent() -> None:
    handled: list[str] = []

    class Closes(Shout):
        @override
        async def on_message(self, message: str, /) -> str | None:
            handled.append(message)
            await self.socket.close(4000, "enough")
            return "too late"

    @websocket_listener("/shout")
    async def closes(socket: WebSocket, data: str) -> None:
        handled.append(data)
        await socket.close(4000, "enough")

    for app in (create_app(Parts(shout=Closes)), WebSocketApp([closes])):
        handled.clear()
        played = await run(app, C, R("1"), R("2"), path="/shout")
        assert played == [A, X(4000, "enough")]
        assert handled == ["1"]


async def test_b40_messages_that_arrive_while_another_task_closes_are_dropped() -> None:
    handled: list[str] = []
    sockets: list[WebSocket] = []

    def keep(socket: WebSocket) -> None:
        sockets.append(socket)

    @websocket_listener("/", on_accept=keep)
    async def listener(data: str) -> str:
        handled.append(data)
        return data

    async with Talk(WebSocketApp([listener]), C) as talk:
        await talk.idle()
        await sockets[0].close(4000)
        talk.feed(R("late"))
    assert talk.sent == [A, X(4000)]
    assert handled == []


async def test_b42_one_instance_per_connection() -> None:
    class Counting(Room):
        def __init__(self) -> None:
            made.append(self)
            self.count = 0

        @override
        async def on_say(self, message: Say, /) -> Said:
            self.count += 1
            return Said(text=str(self.count))

    made: list[Counting] = []
    app = create_app(Parts(room=Counting))
    async with (
        Talk(app, C, R(SAY), R(SAY), path=ROOM) as first,
        Talk(app, C, R(SAY), path="/r/4") as second,
    ):
        await first.count(3)
        await second.count(2)
        first.feed(D())
        second.feed(D())
    assert [each.count for each in made] == [2, 1]
    assert [each.params.room_id for each in made] == [3, 4]


async def test_b42_a_listener_class_is_a_template_that_is_copied() -> None:
    class Counter(WebsocketListener):
        count = 0

        def on_accept(self, socket: WebSocket) -> None:
            self.count += 10

        async def on_receive(self, data: str) -> int:
            self.count += 1
            return self.count

        def on_disconnect(self) -> None:
            ended.append((self, self.count))

    ended: list[tuple[object, int]] = []
    template = Counter("/")
    app = WebSocketApp([template])
    assert await run(app, C, R("a"), R("b"), D()) == [A, S("11"), S("12")]
    assert await run(app, C, R("a"), D()) == [A, S("11")]
    assert template.count == 0
    assert [count for _, count in ended] == [12, 11]
    assert len({id(each) for each, _ in ended} | {id(template)}) == 3


async def test_b42_a_listener_class_takes_dependencies_and_options() -> None:
    class Greeter(WebsocketListener):
        async def on_receive(self, socket: WebSocket, data: str, greeting: str, room: int) -> str:
            return f"{greeting} {data} in {room} {socket.path}"

    greeter = Greeter("/in/{room:int}", dependencies={"greeting": lambda: "hello"}, name="g")
    app = WebSocketApp([greeter])
    assert await run(app, C, R("ann"), D(), path="/in/5") == [A, S("hello ann in 5 /in/5")]


def test_b42_a_listener_class_without_on_receive_is_refused() -> None:
    class Nothing(WebsocketListener):
        pass

    with pytest.raises(ConfigurationError, match=r"Nothing.*`data`"):
        WebSocketApp([Nothing("/")])


@pytest.mark.parametrize("in_thread", [False, True])
async def test_b43_a_sync_handler_runs_in_the_loop_unless_it_wants_a_thread(
    in_thread: bool,
) -> None:
    threads: list[int] = []

    @websocket_listener("/", sync_to_thread=in_thread)
    def sync(data: str) -> str:
        threads.append(threading.get_ident())
        return data

    assert await run(WebSocketApp([sync]), C, R("a"), D()) == [A, S("a")]
    assert (threads[0] != threading.get_ident()) is in_thread


async def test_b43_a_sync_handler_in_a_thread_may_raise() -> None:
    @websocket_listener("/", sync_to_thread=True)
    def sync(data: str) -> str:
        raise LookupError("secret")

    assert await run(WebSocketApp([sync]), C, R("a")) == [A, X(1011)]


def test_b43_only_a_sync_function_goes_to_a_thread() -> None:
    @websocket_listener("/", sync_to_thread=True)
    async def mistaken(data: str) -> str:
        return data

    with pytest.raises(ConfigurationError, match="sync_to_thread"):
        WebSocketApp([mistaken])


async def test_positional_only_parameters_are_given_too() -> None:
    @websocket_listener("/{name:str}", dependencies={"mark": lambda: "!"})
    async def positional(socket: WebSocket, data: str, /, name: str, mark: str) -> str:
        return f"{data} {name}{mark} {socket.connection_state.value}"

    state = WebSocketState.CONNECTED.value
    played = await run(WebSocketApp([positional]), C, R("hi"), D(), path="/ann")
    assert played == [A, S(f"hi ann! {state}")]


async def test_an_on_accept_hook_sends_before_the_first_message() -> None:
    async def greet(socket: WebSocket) -> None:
        await socket.send_text("welcome")

    @websocket_listener("/", on_accept=greet)
    async def listener(data: str) -> str:
        return data

    class Greets(Room):
        @override
        async def accepted(self) -> None:
            await self.socket.send(Typing())

    assert await run(WebSocketApp([listener]), C, sent(2), R("a"), D()) == [A, S("welcome"), S("a")]
    app = create_app(Parts(room=Greets))
    assert await run(app, C, sent(2), D(), path=ROOM) == [A, S('{"type":"typing","active":true}')]


async def test_a_connection_accept_handler_accepts_instead_of_us() -> None:
    async def accept(socket: WebSocket) -> None:
        await socket.accept(headers={"X-Room": "7"})

    @websocket_listener("/", connection_accept_handler=accept)
    async def listener(data: str) -> str:
        return data

    played = await run(WebSocketApp([listener]), C, R("a"), D())
    assert played == [A(None, [(b"x-room", b"7")]), S("a")]


async def test_a_connection_accept_handler_may_refuse() -> None:
    calls: list[str] = []

    async def refuse(socket: WebSocket) -> None:
        await socket.close(4003, "no")

    def ended() -> None:
        calls.append("ended")

    @websocket_listener("/", connection_accept_handler=refuse, on_disconnect=ended)
    async def listener(data: str) -> str:
        return data

    assert await run(WebSocketApp([listener]), C) == [Denied(403, "no")]
    assert calls == []
