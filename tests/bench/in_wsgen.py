"""With wsgen: handlers for what was generated from `schema.yaml`, and decorated functions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from tests.bench import models as p
from tests.bench import world
from tests.bench.models import MSGSPEC, PYDANTIC, Codec
from tests.bench.speed import create_app
from tests.bench.speed import messages as m
from tests.bench.speed.handlers.account import AccountHandler
from tests.bench.speed.handlers.echo import EchoHandler
from tests.bench.speed.handlers.orders import OrdersHandler
from tests.bench.speed.handlers.room import RoomHandler
from tests.bench.speed.handlers.search import SearchHandler
from tests.bench.speed.handlers.ticks import TicksHandler
from tests.bench.world import ITEMS, NOW, Database, Session, User
from typing_extensions import override

from wsgen_runtime import (
    Dependency,
    WebSocket,
    WebSocketApp,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import ASGIApp


class Echo(EchoHandler):
    @override
    async def handle(self) -> None:
        await self.socket.accept()
        async for text in self.socket:
            await self.socket.send(text)


class Room(RoomHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)

    @override
    async def on_typing(self, message: m.Typing, /) -> m.Noted:
        return m.Noted(active=message.active)


class Ticks(TicksHandler):
    @override
    async def stream(self) -> AsyncIterator[m.Tick]:
        for number in range(ITEMS):
            yield m.Tick(counter=number, timestamp=NOW + number)


class Orders(OrdersHandler):
    @override
    async def on_order(self, message: m.Order, /) -> m.Confirmed:
        return m.Confirmed(
            id=message.id,
            address=message.address,
            items=message.items,
            total=p.total(message.items),
        )


class Account(AccountHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=self.user.name)


class Search(SearchHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        params = self.params
        return m.Said(text=f"{params.room_id} {params.limit} {params.token}")


def generated() -> ASGIApp:
    """What is generated, and the handlers above."""

    async def database(socket: WebSocket, /) -> AsyncGenerator[Database]:
        opened = Database()
        try:
            yield opened
        finally:
            opened.open = False

    async def session(socket: WebSocket, /, *, database: Database) -> AsyncGenerator[Session]:
        try:
            yield Session(database)
        finally:
            assert database.open

    async def user(socket: WebSocket, /, *, session: Session) -> User:
        assert session.database.open
        return User("alice")

    return create_app(
        echo=Echo,
        room=Room,
        ticks=Ticks,
        orders=Orders,
        account=Account,
        search=Search,
        database=database,
        session=session,
        user=user,
    )


def decorated() -> ASGIApp:
    """Functions with decorators, and the generated messages."""

    @websocket_listener("/room")
    async def room(data: m.Say | m.Typing) -> m.Said | m.Noted:
        if isinstance(data, m.Say):
            return m.Said(text=data.text)
        return m.Noted(active=data.active)

    @websocket_listener("/orders")
    async def orders(data: m.Order) -> m.Confirmed:
        confirmed: m.Confirmed = MSGSPEC.confirm(data)
        return confirmed

    return _decorated(MSGSPEC, room, orders)


def with_pydantic() -> ASGIApp:
    """Functions with decorators, and pydantic models."""

    @websocket_listener("/room")
    async def room(data: p.Talk) -> p.Said | p.Noted:
        if isinstance(data, p.Say):
            return p.Said(text=data.text)
        return p.Noted(active=data.active)

    @websocket_listener("/orders")
    async def orders(data: p.Order) -> p.Confirmed:
        confirmed: p.Confirmed = PYDANTIC.confirm(data)
        return confirmed

    return _decorated(PYDANTIC, room, orders)


def _decorated(codec: Codec, *handlers: Any) -> ASGIApp:
    say: Any = codec.Say

    @websocket("/echo")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            await socket.send_text(text)

    @websocket_stream("/ticks")
    async def ticks() -> AsyncIterator[Any]:
        for number in range(ITEMS):
            yield codec.Tick(counter=number, timestamp=NOW + number)

    async def account(data: Any, user: User) -> Any:
        return codec.Said(text=user.name)

    async def search(data: Any, socket: WebSocket, room_id: int) -> Any:
        query = socket.query_params
        return codec.Said(text=f"{room_id} {int(query.get('limit', '10'))} {query.get('token')}")

    account.__annotations__["data"] = search.__annotations__["data"] = say
    dependencies = {
        "database": Dependency(world.database),
        "session": Dependency(world.session),
        "user": Dependency(world.user),
    }
    return WebSocketApp(
        [
            echo,
            ticks,
            websocket_listener("/account", dependencies=dependencies)(account),
            websocket_listener("/rooms/{room_id:int}/search")(search),
            *handlers,
        ]
    )
