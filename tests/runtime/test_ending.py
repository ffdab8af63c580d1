"""The order at the end, exactly once, in every case (behaviour 41)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import soon
from tests.runtime.scripted import A, C, D, Denied, R, Talk, X, run, sent
from tests.runtime.tracing import RESTART, Make, Trace, decorated, generated, say
from tests.runtime.wires import ROOM

from wsgen_runtime import (
    Closed,
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketException,
    websocket,
    websocket_listener,
)
from wsgen_runtime._asgi import Receive, Scope, Send

BOTH = pytest.mark.parametrize("make", [generated, decorated])


def is_whole(trace: Trace, make: Make, *, closed: bool, accepted: bool = True) -> None:
    """Hook, background work, dependencies: each once, in this order, after the close."""
    last = ["torn down", "background"] if make is decorated else ["background", "torn down"]
    expected = [
        "provided",
        *(["accepted"] if accepted else []),
        *(["closed"] if closed else []),
        "told",
        "told to the end",
        *last,
    ]
    assert trace.steps == expected


@BOTH
async def test_b41_the_client_leaves(make: Make, logged: Logged) -> None:
    trace = Trace()
    played = await run(make(trace), C, say("hi"), D(4005, "why"), path=ROOM)
    assert len(played) == 2
    is_whole(trace, make, closed=False)
    if make is generated:
        assert trace.closed == Closed(code=4005, reason="why", by="client")
    assert logged() == []


@BOTH
@pytest.mark.parametrize(
    ("text", "close"),
    [("close", X(4000, "bye")), ("raise", X(1011)), ("reject", X(4321, "no"))],
)
async def test_b41_the_handler_ends_it(make: Make, text: str, close: X, logged: Logged) -> None:
    trace = Trace()
    assert await run(make(trace), C, say(text), path=ROOM) == [A, close]
    is_whole(trace, make, closed=True)
    if trace.closed is not None:
        assert (trace.closed.code, trace.closed.reason) == (close.code, close.reason)
        assert trace.closed.by == "server"
        assert (trace.closed.error is None) is (text == "close")
    assert len(logged()) == (text == "raise")


@BOTH
async def test_b41_a_message_is_invalid(make: Make) -> None:
    trace = Trace()
    played = await run(make(trace), C, R("{"), path=ROOM)
    assert [type(each) for each in played] == [type(A), X]
    is_whole(trace, make, closed=True)


@BOTH
async def test_b41_on_accept_raises(make: Make, logged: Logged) -> None:
    trace = Trace(accepted=LookupError("secret"))
    assert await run(make(trace), C, path=ROOM) == [A, X(1011)]
    is_whole(trace, make, closed=True)
    assert len(logged()) == 1


@BOTH
async def test_b41_the_client_was_silent_for_too_long(make: Make, logged: Logged) -> None:
    trace = Trace()
    app = make(trace, limits=Limits(idle_timeout=0.01))
    assert await run(app, C, path=ROOM) == [A, X(1001, "idle for too long")]
    is_whole(trace, make, closed=True)
    assert logged() == []


@BOTH
async def test_b41_the_client_leaves_while_a_send_is_under_way(make: Make) -> None:
    trace = Trace()
    async with Talk(make(trace), C, say("wait"), path=ROOM) as talk:
        await soon(trace.reached.wait())
        talk.hang_up(D(1006))
        trace.hold.set()
    assert talk.sent == [A]
    is_whole(trace, make, closed=False)


@BOTH
async def test_b41_a_running_handler_is_not_cancelled_when_the_client_leaves(make: Make) -> None:
    trace = Trace()
    async with Talk(make(trace), C, say("wait"), D(), path=ROOM):
        await soon(trace.reached.wait())
        assert trace.steps == ["provided", "accepted"]
        trace.hold.set()
    is_whole(trace, make, closed=False)


@BOTH
async def test_b41_a_running_handler_is_cancelled_if_it_says_so(make: Make, logged: Logged) -> None:
    trace = Trace()
    app = make(trace, cancel_on_disconnect=True)
    assert await run(app, C, say("wait"), D(4005), path=ROOM) == [A]
    is_whole(trace, make, closed=False)
    assert logged() == []


@BOTH
async def test_b41_with_cancel_on_disconnect_messages_still_come_in_order(make: Make) -> None:
    trace = Trace()
    app = make(trace, cancel_on_disconnect=True)
    played = await run(app, C, say("1"), say("2"), say("3"), sent(4), D(), path=ROOM)
    assert len(played) == 4
    is_whole(trace, make, closed=False)


async def test_b41_a_handler_that_ends_with_the_client_sends_nothing_more() -> None:
    """`cancel_on_disconnect` has received the disconnect, so that nothing may be sent."""

    @websocket_listener("/", cancel_on_disconnect=True)
    async def stubborn(socket: WebSocket, data: str) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            with pytest.raises(Exception, match="closed by the client"):
                await socket.send_text("too late")
        return "too late"

    assert await run(WebSocketApp([stubborn]), C, R("x"), D()) == [A]


@BOTH
async def test_b41_cancellation(make: Make, logged: Logged) -> None:
    trace = Trace()
    async with Talk(make(trace), C, say("wait"), path=ROOM) as talk:
        await soon(trace.reached.wait())
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.sent == [A, X(1012, RESTART)]
    is_whole(trace, make, closed=True)
    assert logged() == []


@BOTH
@pytest.mark.parametrize("step", ["told", "told_to_the_end", "torn_down", "background"])
async def test_b41_what_raises_at_the_end_is_logged_and_the_rest_runs(
    make: Make, step: str, logged: Logged
) -> None:
    trace = Trace(**{step: LookupError("secret")})
    assert await run(make(trace), C, D(), path=ROOM) == [A]
    rest = [each for each in trace.steps if each not in {"told", "told to the end"}]
    assert set(rest) == {"provided", "accepted", "torn down", "background"}
    assert len(rest) == 4
    (record,) = logged()
    assert record.exc_info is not None
    assert "ws-" in record.getMessage()
    assert hasattr(record, "handler")
    assert hasattr(record, "connection")


@BOTH
async def test_b41_a_second_cancellation_in_the_hook_skips_nothing(make: Make) -> None:
    trace = Trace()
    tasks: list[asyncio.Task[Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        await inner(scope, receive, send)

    inner = make(trace)
    add = trace.add

    def cancelling(step: str) -> None:
        add(step)
        if step == "told":
            tasks[0].cancel()

    trace.add = cancelling  # type: ignore[method-assign]
    async with Talk(app, C, D(), path=ROOM) as talk:
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert [each for each in trace.steps if each != "told"] == (
        ["provided", "accepted", "torn down", "background"]
        if make is decorated
        else ["provided", "accepted", "background", "torn down"]
    )


async def test_b41_a_lifespan_accepts_and_fails() -> None:
    told: list[str] = []

    class Fails:
        def __init__(self, socket: WebSocket) -> None:
            self.socket = socket

        async def __aenter__(self) -> None:
            await self.socket.accept()
            raise LookupError

        async def __aexit__(self, *_: object) -> None:
            pass

    def tell() -> None:
        told.append("told")

    @websocket_listener("/", connection_lifespan=[Fails], on_disconnect=tell)
    async def listener(data: str) -> str:
        return data

    assert await run(WebSocketApp([listener]), C) == [A, X(1011)]
    assert told == ["told"]


@BOTH
async def test_b41_who_was_never_accepted_is_not_told(make: Make, logged: Logged) -> None:
    trace = Trace(provided=WebSocketException("no", code=4003))
    assert await run(make(trace), C, path=ROOM) == [Denied(403, "no")]
    assert "told" not in trace.steps
    assert logged() == []


async def test_b41_several_tasks_that_meet_the_end_are_no_failure(logged: Logged) -> None:
    """A task group raises what its tasks raise, also where that is nothing but the end."""

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(receive(socket))

    async def receive(socket: WebSocket) -> None:
        try:
            await socket.receive_text()
        finally:
            ends.append("end")
            if len(ends) < 2:
                await asyncio.sleep(0)

    ends: list[str] = []
    assert await run(WebSocketApp([handler]), C, D(1001)) == [A]
    assert ends == ["end", "end"]
    assert logged() == []
