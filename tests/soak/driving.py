"""Connections of every kind, one after another, without a server: what soak and garbage tests play.

The driver is as bare as can be, so that what is left behind is the runtime's. Every wait ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.runtime.handmade import Parts, Room, create_app
from tests.runtime.notation import C, D, R, Rb
from typing_extensions import override

from wsgen_runtime import (
    BaseRouteHandler,
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketException,
    WebsocketListener,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp, Message
from wsgen_runtime.observe import Observer

SECONDS: Final = 5.0
"""How long one connection may take."""
EVIL: Final = (b"origin", b"https://evil.example")
SAY: Final = R('{"type":"say","text":"hi"}')


async def play(
    app: ASGIApp,
    path: str,
    *script: Message,
    cancel: bool = False,
    fail_sends: bool = False,
    **opening: Any,
) -> None:
    """One connection.

    Parameters:
        cancel: cancel it when everything was received.
        fail_sends: let every message fail, as if the client were gone.
        opening: more of the scope.
    """
    events = list(script)
    waiting = asyncio.Event()

    async def receive() -> Message:
        if not events:
            waiting.set()
            await asyncio.get_running_loop().create_future()
        return events.pop(0)

    async def send(event: Message) -> None:
        if fail_sends and event["type"] == "websocket.send":
            raise OSError("the client has left")

    scope = {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"testserver"), *opening.pop("headers", ())],
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        **opening,
    }
    if not cancel:
        async with asyncio.timeout(SECONDS):
            await app(scope, receive, send)
        return
    task = asyncio.ensure_future(app(scope, receive, send))
    async with asyncio.timeout(SECONDS):
        await waiting.wait()
        task.cancel()
        await asyncio.wait((task,))


def decorated(observer: Observer | None = None) -> ASGIApp:
    """An application of decorated handlers, one for each thing that may happen."""
    handlers: list[BaseRouteHandler | WebsocketListener] = [
        *(listener, failing, talking, waiting_with_timeouts, counting, endless, providing),
        *(guarded, impatient, watching, forgiving, replying, Counting("/class")),
    ]
    return WebSocketApp(handlers, observer=observer)


def generated(observer: Observer | None = None) -> ASGIApp:
    """A generated application, with background work."""
    return create_app(Parts(room=BusyRoom), observer=observer)


@websocket_listener("/listener")
async def listener(data: str) -> str:
    return data


@websocket_listener("/failing")
async def failing(data: str) -> str:
    if data == "reject":
        raise WebSocketException("no", code=4001)
    raise LookupError(data)


@websocket("/talking")
async def talking(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


@websocket("/timeouts")
async def waiting_with_timeouts(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        try:
            async with asyncio.timeout(0):
                await socket.receive_json()
        except TimeoutError:
            await socket.receive_json()


@websocket_stream("/counting")
async def counting() -> AsyncIterator[int]:
    for number in range(3):
        yield number


@websocket_stream("/endless")
async def endless() -> AsyncIterator[str]:
    yield "first"
    await asyncio.get_running_loop().create_future()


async def resource() -> AsyncIterator[int]:
    yield 1


@websocket_listener("/providing", dependencies={"resource": resource})
async def providing(data: str, resource: int) -> str:
    if data == "fail":
        raise LookupError(data)
    return data


def refuse(socket: WebSocket) -> None:
    raise WebSocketException("no", code=4003)


@websocket_listener("/guarded", guards=[refuse])
async def guarded(data: str) -> None:
    pass


@websocket_listener("/impatient", limits=Limits(idle_timeout=0.0001, max_message=100))
async def impatient(data: str) -> None:
    pass


@websocket_listener("/watching", cancel_on_disconnect=True)
async def watching(data: str) -> str:
    if data == "wait":
        await asyncio.get_running_loop().create_future()
    if data == "fail":
        raise LookupError(data)
    return data


@websocket_listener("/forgiving", exception_handlers={LookupError: lambda socket, error: None})
async def forgiving(data: str) -> None:
    raise LookupError(data)


@websocket_listener("/replying", on_invalid="reply")
async def replying(data: dict[str, int]) -> dict[str, int]:
    return data


class Counting(WebsocketListener):
    async def on_receive(self, data: str) -> str:
        return data


class BusyRoom(Room):
    @override
    async def accepted(self) -> None:
        self.background(self.work())

    async def work(self) -> None:
        await asyncio.get_running_loop().create_future()


@dataclass(frozen=True)
class Scenario:
    """One kind of connection.

    Attributes:
        how: further arguments of `play`.
        make: the application.
    """

    path: str
    script: Sequence[Message] = (C,)
    how: Mapping[str, Any] = field(default_factory=dict[str, Any])
    make: Callable[[Observer | None], ASGIApp] = decorated

    async def play(self, app: ASGIApp) -> None:
        """Let it happen once."""
        await play(app, self.path, *self.script, **self.how)


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "a listener": Scenario("/listener", [C, R("a"), D()]),
    "a listener as a class": Scenario("/class", [C, R("a"), D()]),
    "a listener, cancelled": Scenario("/listener", [C, R("a")], {"cancel": True}),
    "a listener whose client is gone": Scenario("/listener", [C, R("a")], {"fail_sends": True}),
    "a listener that waits": Scenario("/watching", [C, R("wait"), D()]),
    "a listener that fails beside a wait": Scenario("/watching", [C, R("fail")]),
    "a failure": Scenario("/failing", [C, R("fail")]),
    "a close by exception": Scenario("/failing", [C, R("reject")]),
    "a failure that is handled": Scenario("/forgiving", [C, R("a"), D()]),
    "a failure with a dependency": Scenario("/providing", [C, R("fail")]),
    "a wrong frame": Scenario("/listener", [C, Rb(b"x")]),
    "a message too big": Scenario("/impatient", [C, R("x" * 101)]),
    "silence": Scenario("/impatient"),
    "typed data": Scenario("/replying", [C, R('{"a":1}'), D()]),
    "invalid data": Scenario("/replying", [C, R('{"a":"x"}'), R("{"), D()]),
    "a websocket": Scenario("/talking", [C, R("a"), D()]),
    "a websocket, cancelled": Scenario("/talking", [C, R("a")], {"cancel": True}),
    "a websocket whose client is gone": Scenario("/talking", [C, R("a")], {"fail_sends": True}),
    "a receive with a time-out": Scenario("/timeouts", [C, R("1"), D()]),
    "malformed JSON": Scenario("/timeouts", [C, R("{")]),
    "binary for JSON": Scenario("/timeouts", [C, Rb(b"1")]),
    "a stream": Scenario("/counting"),
    "a stream that drops": Scenario("/endless", [C, R("x"), D()]),
    "a stream, cancelled": Scenario("/endless", [C], {"cancel": True}),
    "a stream whose client is gone": Scenario("/counting", [C], {"fail_sends": True}),
    "a guard": Scenario("/guarded"),
    "a guard, without the extension": Scenario("/guarded", [C], {"extensions": {}}),
    "another origin": Scenario("/listener", [C], {"headers": [EVIL]}),
    "no such path": Scenario("/nowhere"),
    "gone before the start": Scenario("/listener", [D()]),
    "generated": Scenario("/rooms/7", [C, SAY, D()], make=generated),
    "generated, invalid": Scenario("/rooms/7", [C, R('{"type":"say"}')], make=generated),
    "generated, malformed": Scenario("/rooms/7", [C, R("{")], make=generated),
    "generated, cancelled": Scenario("/rooms/7", [C, SAY], {"cancel": True}, make=generated),
    "generated stream": Scenario("/clock", make=generated),
    "generated socket": Scenario("/echo", [C, SAY, D()], make=generated),
    "generated socket, malformed": Scenario("/echo", [C, R("{")], make=generated),
}
