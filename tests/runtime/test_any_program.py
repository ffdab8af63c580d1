"""Behaviours A to F at once: whatever tasks do with a socket, no event is ever illegal.

Programs of several tasks are made up, and played against servers that differ where servers differ.
The scripted server notices each event that one of them would not take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runtime.notation import Accept
from tests.runtime.scripted import (
    C,
    ClientGone,
    D,
    Denied,
    R,
    Rb,
    Server,
    Talk,
    X,
)

from wsgen_runtime import (
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    websocket,
)
from wsgen_runtime._asgi import Message
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame

Step = Callable[[WebSocket], Awaitable[object]]


async def _in_no_time(socket: WebSocket) -> None:
    async with asyncio.timeout(0):
        await socket.receive_text()


async def _iterate(socket: WebSocket) -> None:
    async for _ in socket.iter_text():
        await asyncio.sleep(0)


async def _iterate_once(socket: WebSocket) -> None:
    async for _ in socket.iter_bytes():
        break


async def _both(socket: WebSocket) -> None:
    await asyncio.gather(socket.receive_text(), socket.send_text("x"))


async def _given_up(socket: WebSocket) -> None:
    task = asyncio.ensure_future(socket.receive_text())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


async def _fail(socket: WebSocket) -> None:
    raise WebSocketException("enough", code=4123)


STEPS: dict[str, Step] = {
    "accept": lambda socket: socket.accept(),
    "accept one": lambda socket: socket.accept("v1"),
    "accept some": lambda socket: socket.accept(["v2"]),
    "text": lambda socket: socket.send_text("x"),
    "json": lambda socket: socket.send_json({"a": float("nan")}),
    "bytes": lambda socket: socket.send_bytes(b"x"),
    "receive": lambda socket: socket.receive_text(),
    "raw": lambda socket: socket.receive(),
    "in no time": _in_no_time,
    "given up": _given_up,
    "both": _both,
    "iterate": _iterate,
    "iterate once": _iterate_once,
    "close": lambda socket: socket.close(),
    "close oddly": lambda socket: socket.close(1012, "é" * 100),
    "raw close": lambda socket: socket.send({"type": "websocket.close", "code": 4000}),
    "pause": lambda _: asyncio.sleep(0),
    "fail": _fail,
}
EXPECTED = (WebSocketDisconnect, WrongFrame, InvalidMessage, ValueError, TimeoutError)

FRAMES: list[Message] = [R("x"), Rb(b"x"), R("{")]
servers = st.builds(
    Server,
    denial=st.booleans(),
    late_send=st.sampled_from([None, OSError, RuntimeError, ClientGone]),
    takes_code=st.sampled_from([lambda _: True, lambda code: code == 1000 or code >= 3000]),
    at_end=st.sampled_from(["hang", "repeat", "raise"]),
)
programs = st.lists(st.lists(st.sampled_from(sorted(STEPS)), max_size=5), min_size=1, max_size=3)


async def follow(socket: WebSocket, program: list[str]) -> None:
    for name in program:
        try:
            await STEPS[name](socket)
        except EXPECTED:
            continue


def following(program: list[list[str]], on_reject: str) -> WebSocketApp:
    @websocket(on_reject=on_reject, subprotocols=["v1"])  # type: ignore[arg-type]
    async def handler(socket: WebSocket) -> None:
        async with asyncio.TaskGroup() as tasks:
            for each in program:
                tasks.create_task(follow(socket, each))

    return WebSocketApp([handler])


def check(talk: Talk) -> None:
    """What holds for every connection, besides the order of events."""
    ends = [each for each in talk.sent if isinstance(each, X | Denied)]
    assert len(ends) <= 1
    assert talk.sent[-1:] == ends or not ends
    assert sum(isinstance(each, Accept) for each in talk.sent) <= 1
    if not talk.left:
        assert ends, f"neither side has ended the connection: {talk.sent}"


@settings(max_examples=300, deadline=None)
@given(
    program=programs,
    server=servers,
    frames=st.lists(st.sampled_from(FRAMES), max_size=4),
    left=st.sampled_from(["received", "at once", "after one event"]),
    offered=st.sampled_from([[], ["v1"], ["v3"]]),
    on_reject=st.sampled_from(["deny", "close"]),
)
def test_no_program_makes_an_illegal_event(
    program: list[list[str]],
    server: Server,
    frames: list[Message],
    left: str,
    offered: list[str],
    on_reject: str,
) -> None:
    async def play() -> None:
        app = following(program, on_reject)
        async with Talk(app, C, server=server, subprotocols=offered) as talk:
            if left == "at once":
                talk.hang_up(D(1001))
            else:
                talk.feed(*frames)
            if left == "after one event":
                await talk.until(
                    lambda: bool(talk.sent) or talk.done or talk.is_idle,
                    "an event, the end, or a wait for what does not come",
                )
                talk.hang_up(D(1001))
            else:
                talk.feed(D(1001))
        check(talk)

    asyncio.run(play())
