"""The tiny API with Litestar: listeners with a DTO, which is how it validates messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from litestar import Litestar, get
from litestar import WebSocket as Socket
from litestar.channels import ChannelsPlugin
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.dto import MsgspecDTO
from litestar.exceptions import WebSocketException
from litestar.handlers import BaseRouteHandler, WebsocketListener, websocket, websocket_listener
from litestar.params import FromPath
from tests.comparison.world import Session, Store, World

from wsgen_runtime._asgi import ASGIApp

AnySocket = Socket[Any, Any, Any]


class Say(msgspec.Struct, tag="say"):
    text: Annotated[str, msgspec.Meta(max_length=280)]


class Typing(msgspec.Struct, tag="typing"):
    active: bool


class Said(msgspec.Struct, tag="said"):
    text: str


def talk(world: World) -> ASGIApp:
    """One message type, with its DTO."""

    @websocket_listener("/rooms/{room_id:int}", dto=MsgspecDTO[Say], return_dto=None)
    async def room(data: Say, socket: AnySocket, room_id: FromPath[int]) -> Said:
        world.rooms.append(room_id)
        return Said(text=await world.say(data, data.text, socket.close))

    @get("/hello")
    async def hello() -> str:
        return "hello"

    return _app([room, hello])


def without_dto(world: World) -> ASGIApp:
    """The type in the annotation only."""

    @websocket_listener("/rooms/{room_id:int}")
    async def room(data: Say, room_id: FromPath[int]) -> None:
        world.reached.append(data)

    return _app([room])


def two_types(world: World) -> ASGIApp:
    """Both message types in the annotation."""

    @websocket_listener("/rooms/{room_id:int}")
    async def room(data: Say | Typing, room_id: FromPath[int]) -> None:
        world.reached.append(data)

    return _app([room])


def two_types_with_dto() -> object:
    """Both message types in a DTO."""
    return MsgspecDTO[Say | Typing]


def counting(world: World) -> ASGIApp:
    """A handler class with an attribute."""

    class Room(WebsocketListener):
        path = "/rooms/{room_id:int}"
        heard = 0

        async def on_receive(self, data: dict[str, Any], room_id: FromPath[int]) -> Said:
            self.heard += 1
            return Said(text=str(self.heard))

    return _app([Room])


def guarded(world: World) -> ASGIApp:
    """A guard that refuses whoever has no token."""
    return _app([_vault("/vault", guards=[known])])


def misspelt(world: World) -> ASGIApp:
    """The same, with a slip of the pen."""
    return _app([_vault("/vault", gaurds=[known])])


def known(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    if "token" not in connection.query_params:
        raise WebSocketException(detail="Who are you?", code=4001)


def _vault(path: str, **options: Any) -> Any:
    @websocket_listener(path, **options)
    async def vault(data: str) -> str:
        return data

    return vault


def providing(world: World) -> ASGIApp:
    """A session that needs a store."""

    async def open_store() -> AsyncGenerator[Store, None]:
        try:
            yield Store()
        finally:
            world.closed.append("store")

    async def open_session(store: NamedDependency[Store]) -> AsyncGenerator[Session, None]:
        try:
            yield Session(store)
        finally:
            world.closed.append("session")

    dependencies = {"store": Provide(open_store), "session": Provide(open_session)}

    @websocket_listener("/archive", dependencies=dependencies)
    async def archive(data: str, session: NamedDependency[Session]) -> str:
        raise RuntimeError(data)

    return _app([archive])


def publishing(world: World, channels: ChannelsPlugin) -> ASGIApp:
    """Whoever comes is told so, as everyone in the room."""

    @websocket("/lobby")
    async def lobby(socket: AnySocket, channels: NamedDependency[ChannelsPlugin]) -> None:
        await socket.accept()
        async with channels.start_subscription(["lobby"]) as subscriber:
            await channels.wait_published("somebody came", ["lobby"])
            async for event in subscriber.iter_events():
                await socket.send_text(event.decode())
                return

    return _app([lobby], plugins=[channels])


def echo(world: World) -> ASGIApp:
    """The loop that many applications have."""

    @websocket("/echo")
    async def handler(socket: AnySocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except Exception:
            await socket.close()

    return _app([handler])


def _app(handlers: list[Any], **options: Any) -> ASGIApp:
    app: Any = Litestar(handlers, **options)
    made: ASGIApp = app
    return made
