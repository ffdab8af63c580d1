"""The end of an application's life ends its connections, whoever calls the end (71)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.runtime.scripted import A, C, D, R, S, Talk, X, sent

from wsgen_runtime import WebSocketApp, websocket_listener


async def test_a_hosts_lifespan_closes_connections_before_what_they_use() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def resource(_: object) -> AsyncGenerator[None]:
        seen.append("opened")
        yield
        seen.append("closed")

    def gone() -> None:
        seen.append("disconnected")

    @websocket_listener("/", on_disconnect=gone)
    async def echo(data: str) -> str:
        return data

    app = WebSocketApp([echo], lifespan=resource)
    async with Talk(app, C, R("here"), sent(3), D(1012)) as talk:
        async with app.lifespan():
            await talk.count(2)
        await talk.ended()
    assert talk.sent == [A, S("here"), X(1012, "the server restarts")]
    assert seen == ["opened", "disconnected", "closed"]


async def test_a_lifespan_that_fails_still_closes_connections() -> None:
    @websocket_listener("/")
    async def echo(data: str) -> str:
        return data

    app = WebSocketApp([echo])
    async with Talk(app, C, sent(2), D(1012)) as talk:
        try:
            async with app.lifespan():
                await talk.count(1)
                raise LookupError("of the host")
        except LookupError:
            pass
        await talk.ended()
    assert talk.sent == [A, X(1012, "the server restarts")]
