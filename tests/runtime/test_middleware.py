"""Middleware: from ASGI application to ASGI application, the outer one first (behaviour 52)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, Shout, create_app
from tests.runtime.scripted import A, C, D, Denied, R, S, X, run

from wsgen_runtime import WebSocketApp, websocket_listener
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime._endpoint import Middleware

Make = Callable[..., ASGIApp]


def decorated(middleware: Middleware, inner: Middleware) -> ASGIApp:
    @websocket_listener("/shout", middleware=[inner])
    async def shout(data: str) -> str:
        return data.upper()

    return WebSocketApp([shout], middleware=[middleware])


def generated(middleware: Middleware, inner: Middleware) -> ASGIApp:
    class Inner(Shout):
        pass

    Inner.middleware = [inner]
    return create_app(Parts(shout=Inner), middleware=[middleware])


BOTH = pytest.mark.parametrize("make", [decorated, generated])


def noting(steps: list[str], name: str) -> Middleware:
    def middleware(app: ASGIApp) -> ASGIApp:
        steps.append(f"made {name}")

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            steps.append(f"{name} {scope['path']} {scope.get('path_params')}")
            try:
                await app(scope, receive, send)
            finally:
                steps.append(f"left {name}")

        return wrapped

    return middleware


@BOTH
async def test_b52_made_once_and_entered_from_outside(make: Make) -> None:
    steps: list[str] = []
    app = make(noting(steps, "outer"), noting(steps, "inner"))
    assert sorted(steps) == ["made inner", "made outer"]
    steps.clear()
    for _ in range(2):
        assert await run(app, C, R("a"), D(), path="/shout") == [A, S("A")]
    once = ["outer /shout None", "inner /shout {}", "left inner", "left outer"]
    assert steps == once * 2


@BOTH
async def test_b52_that_of_the_application_sees_unmatched_paths(make: Make) -> None:
    steps: list[str] = []
    app = make(noting(steps, "outer"), noting(steps, "inner"))
    steps.clear()
    assert await run(app, C, path="/nowhere") == [Denied(404, "not found")]
    assert steps == ["outer /nowhere None", "left outer"]


@BOTH
async def test_b52_it_may_answer_by_itself(make: Make) -> None:
    def refusing(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "websocket.close", "code": 4003, "reason": "not today"})

        return wrapped

    steps: list[str] = []
    app = make(refusing, noting(steps, "inner"))
    assert await run(app, C, path="/shout") == [X(4003, "not today")]
    assert steps == ["made inner"]


@BOTH
async def test_b52_it_may_change_what_travels(make: Make) -> None:
    def rewriting(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            async def received() -> Message:
                event = await receive()
                return {**event, "text": event["text"] + "!"} if "text" in event else event

            async def sending(event: Message) -> None:
                if "text" in event:
                    event = {**event, "text": f"<{event['text']}>"}
                await send(event)

            await app({**scope, "path": "/shout"}, received, sending)

        return wrapped

    app = make(rewriting, noting([], "inner"))
    assert await run(app, C, R("a"), D(), path="/elsewhere") == [A, S("<A!>")]


@BOTH
async def test_b52_it_sees_no_exception_of_a_handler(make: Make, logged: Logged) -> None:
    caught: list[BaseException] = []

    def catching(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except BaseException as error:
                caught.append(error)
                raise

        return wrapped

    app = make(catching, catching)
    assert await run(app, C, R("a"), D(), path="/shout") == [A, S("A")]

    class Fails(Shout):
        async def on_message(self, message: str, /) -> Any:
            raise LookupError

    app = create_app(Parts(shout=Fails), middleware=[catching])
    assert await run(app, C, R("a"), path="/shout") == [A, X(1011)]
    assert caught == []
    assert len(logged()) == 1
