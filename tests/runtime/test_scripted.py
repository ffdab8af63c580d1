"""The scripted server itself: it plays, and it notices what an application may not do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.runtime.scripted import A, C, D, R, S, X, run, sent

from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send

Misbehaviour = Callable[[Receive, Send], Awaitable[object]]


def app_of(misbehave: Misbehaviour) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await misbehave(receive, send)

    return app


ACCEPT: Message = {"type": "websocket.accept", "subprotocol": None, "headers": []}
CLOSE: Message = {"type": "websocket.close", "code": 1000, "reason": ""}
SEND: Message = {"type": "websocket.send", "text": "x"}


async def _echoes(receive: Receive, send: Send) -> None:
    await receive()
    await send(ACCEPT)
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": event["text"]})


async def test_a_script_is_played_to_its_end() -> None:
    played = await run(app_of(_echoes), C, R("foo"), R("bar"), D(1000))
    assert played == [A, S("foo"), S("bar")]
    assert repr(played[1]) == "S(text='foo')"
    assert X(1000) == X()


def _sends(*events: Message) -> Misbehaviour:
    async def misbehave(receive: Receive, send: Send) -> None:
        await receive()
        for event in events:
            await send(event)

    return misbehave


async def _sends_after_the_end(receive: Receive, send: Send) -> None:
    await _echoes(receive, send)
    await send(CLOSE)


async def _receives_twice(receive: Receive, send: Send) -> None:
    await receive()
    both = [asyncio.ensure_future(receive()) for _ in range(2)]
    await asyncio.sleep(0)
    await send(ACCEPT)
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    for task in both:
        task.cancel()
    await asyncio.wait(both)


async def _cancels_a_receive(receive: Receive, send: Send) -> None:
    await receive()
    task = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await send(ACCEPT)
    await receive()


async def _leaves_a_task(receive: Receive, send: Send) -> None:
    await _echoes(receive, send)
    _LEFT.append(asyncio.create_task(asyncio.Event().wait()))


_LEFT: list[asyncio.Task[bool]] = []


@pytest.mark.parametrize(
    ("misbehave", "mistake"),
    [
        (_sends(SEND), "websocket.send while connecting"),
        (_sends(ACCEPT, ACCEPT), "websocket.accept while open"),
        (_sends(ACCEPT, CLOSE, CLOSE), "websocket.close while closed"),
        (_sends(ACCEPT, {"type": "websocket.send"}), "not the keys"),
        (_sends(ACCEPT, {**SEND, "bytes": None}), "not the keys"),
        (_sends(ACCEPT, {**CLOSE, "reason": "x" * 124}), "reason too long"),
        (_sends({**ACCEPT, "headers": [(b"X-A", b"1")]}), "lower case"),
        (_sends_after_the_end, "websocket.close after the disconnect"),
        (_receives_twice, "two receive"),
        (_cancels_a_receive, "after a cancelled one"),
        (_leaves_a_task, "still running"),
    ],
)
async def test_what_an_application_may_not_do_fails(misbehave: Misbehaviour, mistake: str) -> None:
    with pytest.raises(AssertionError, match=mistake):
        await run(app_of(misbehave), C, sent(1), D(1000))
    for task in _LEFT:
        task.cancel()
    _LEFT.clear()


async def test_an_application_that_hangs_fails_in_time() -> None:
    with pytest.raises(AssertionError, match="not in time"):
        await run(app_of(_echoes), C, seconds=0.01)


async def test_what_the_application_raises_is_raised() -> None:
    async def fails(receive: Receive, send: Send) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await run(app_of(fails), C)
