"""With Litestar: listeners that are given text and decode it, and listeners with a DTO.

An annotation alone validates nothing there, and a DTO takes no union: so a room of two messages
reads them by hand, and one with a DTO has one message.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Litestar, WebSocket, websocket
from litestar.di import NamedDependency, Provide
from litestar.dto import MsgspecDTO
from litestar.handlers import websocket_listener, websocket_stream
from litestar.params import FromPath, FromQuery
from tests.bench import world
from tests.bench.models import MSGSPEC
from tests.bench.speed import messages as m
from tests.bench.world import ITEMS, NOW, Database, Session, User

from wsgen_runtime._asgi import ASGIApp


async def session(database: NamedDependency[Database]) -> AsyncGenerator[Session]:
    try:
        yield Session(database)
    finally:
        assert database.open


async def user(session: NamedDependency[Session]) -> User:
    assert session.database.open
    return User("alice")


def listeners() -> ASGIApp:
    """All of it."""

    @websocket_listener("/room")
    async def room(data: str) -> m.Said | m.Noted:
        answer: m.Said | m.Noted = MSGSPEC.answer(MSGSPEC.talk(data))
        return answer

    @websocket_listener("/orders")
    async def orders(data: str) -> m.Confirmed:
        confirmed: m.Confirmed = MSGSPEC.confirm(MSGSPEC.order(data))
        return confirmed

    @websocket("/echo")
    async def echo(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        async for text in socket.iter_data("text"):
            await socket.send_text(text)

    @websocket_stream("/ticks")
    async def ticks() -> AsyncGenerator[m.Tick]:
        for number in range(ITEMS):
            yield m.Tick(counter=number, timestamp=NOW + number)

    dependencies = {
        "database": Provide(world.database),
        "session": Provide(session),
        "user": Provide(user),
    }

    @websocket_listener("/account", dependencies=dependencies)
    async def account(data: str, user: NamedDependency[User]) -> m.Said:
        MSGSPEC.talk(data)
        return m.Said(text=user.name)

    @websocket_listener("/rooms/{room_id:int}/search")
    async def search(
        data: str, room_id: FromPath[int], limit: FromQuery[int], token: FromQuery[str | None]
    ) -> m.Said:
        MSGSPEC.talk(data)
        return m.Said(text=f"{room_id} {limit} {token}")

    made: Any = Litestar([echo, room, ticks, orders, account, search])
    app: ASGIApp = made
    return app


def with_dto() -> ASGIApp:
    """What a DTO can do."""

    @websocket_listener("/room", dto=MsgspecDTO[m.Say], return_dto=None)
    async def room(data: m.Say) -> m.Said:
        return m.Said(text=data.text)

    @websocket_listener("/orders", dto=MsgspecDTO[m.Order], return_dto=None)
    async def orders(data: m.Order) -> m.Confirmed:
        confirmed: m.Confirmed = MSGSPEC.confirm(data)
        return confirmed

    made: Any = Litestar([room, orders])
    app: ASGIApp = made
    return app
