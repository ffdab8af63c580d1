"""A listener that writes down its life, decorated and generated: what runs when, exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from tests.runtime.handmade import Parts, Room, Said, Say, create_app
from tests.runtime.scripted import R
from tests.runtime.wires import ROOM
from typing_extensions import override

from wsgen_runtime import (
    Closed,
    WebSocket,
    WebSocketApp,
    WebSocketException,
    gen1,
    websocket_listener,
)
from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send

RESTART = "the server restarts"


class Trace:
    """What happens, in order; and what goes wrong where."""

    def __init__(self, **fails: BaseException | None) -> None:
        self.steps: list[str] = []
        self.fails = fails
        self.closed: Closed | None = None
        self.reached = asyncio.Event()
        self.hold = asyncio.Event()

    def add(self, step: str) -> None:
        self.steps.append(step)
        error = self.fails.get(step.replace(" ", "_"))
        if error is not None:
            raise error

    def watching(self, app: ASGIApp) -> ASGIApp:
        """The application, with every close among the steps."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            async def noting(event: Message) -> None:
                await send(event)
                if event["type"] in {"websocket.close", "websocket.http.response.body"}:
                    self.steps.append("closed")

            await app(scope, receive, noting)

        return watched

    async def act(self, socket: WebSocket, text: str) -> None:
        """Do what a message says."""
        match text:
            case "close":
                await socket.close(4000, "bye")
            case "raise":
                raise LookupError("secret")
            case "reject":
                raise WebSocketException("no", code=4321)
            case "wait":
                self.reached.set()
                await self.hold.wait()
            case _:
                pass


def generated(trace: Trace, **options: Any) -> ASGIApp:
    async def user(socket: gen1.WebSocket, /, *, token: str | None) -> AsyncIterator[str]:
        try:
            trace.add("provided")
            yield "ann"
        finally:
            trace.add("torn down")

    class Traced(Room):
        cancel_on_disconnect = options.pop("cancel_on_disconnect", False)

        @override
        async def accepted(self) -> None:
            self.background(self.work())
            await asyncio.sleep(0)
            trace.add("accepted")

        async def work(self) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                trace.add("background")

        @override
        async def on_say(self, message: Say, /) -> Said:
            await trace.act(self.socket.connection, message.text)
            return Said(text=message.text)

        @override
        async def disconnected(self, close: Closed, /) -> None:
            trace.closed = close
            trace.add("told")
            await asyncio.sleep(0)
            trace.add("told to the end")

    return trace.watching(create_app(Parts(room=Traced, user=user), **options))


def decorated(trace: Trace, **options: Any) -> ASGIApp:
    async def outer() -> AsyncIterator[int]:
        try:
            trace.add("provided")
            yield 1
        finally:
            trace.add("background")  # the outer dependency stands where generated code has this

    def inner(outer: int) -> Iterator[int]:
        try:
            yield 2
        finally:
            trace.add("torn down")

    async def accepted(socket: WebSocket, inner: int) -> None:
        trace.add("accepted")

    async def told() -> None:
        trace.add("told")
        await asyncio.sleep(0)
        trace.add("told to the end")

    @websocket_listener(
        ROOM,
        dependencies={"outer": outer, "inner": inner},
        on_accept=accepted,
        on_disconnect=told,
        cancel_on_disconnect=options.pop("cancel_on_disconnect", False),
        limits=options.get("limits"),
    )
    async def room(socket: WebSocket, data: dict[str, Any], outer: int) -> str:
        await trace.act(socket, data["text"])
        return "done"

    return trace.watching(WebSocketApp([room], **options))


def say(text: str) -> Message:
    return R(f'{{"type":"say","text":"{text}"}}')


Make = Callable[..., ASGIApp]
