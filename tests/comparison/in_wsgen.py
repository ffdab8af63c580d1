"""The tiny API with wsgen: `schema.yaml`, what was generated from it, and these handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from tests.comparison.talk import create_app
from tests.comparison.talk import messages as m
from tests.comparison.talk.close_codes import Unauthorized
from tests.comparison.talk.handlers.answering import AnsweringHandler
from tests.comparison.talk.handlers.archive import ArchiveHandler
from tests.comparison.talk.handlers.ignoring import IgnoringHandler
from tests.comparison.talk.handlers.lobby import LobbyHandler
from tests.comparison.talk.handlers.room import RoomHandler
from tests.comparison.talk.handlers.vault import VaultHandler
from tests.comparison.talk.handlers.vault_of_browsers import VaultOfBrowsersHandler
from tests.comparison.world import Session, Store, World
from typing_extensions import override

from wsgen_runtime import WebSocket, WebSocketApp, websocket, websocket_listener
from wsgen_runtime._asgi import ASGIApp


def talk(world: World, http: ASGIApp | None = None) -> ASGIApp:
    """All of it; `http` is for requests that are no WebSockets."""

    class Archive(ArchiveHandler):
        @override
        async def on_say(self, message: m.Say, /) -> m.Said:
            raise RuntimeError(message.text)

    async def store(socket: WebSocket, /) -> AsyncIterator[Store]:
        try:
            yield Store()
        finally:
            world.closed.append("store")

    async def session(socket: WebSocket, /, *, store: Store) -> AsyncIterator[Session]:
        try:
            yield Session(store)
        finally:
            world.closed.append("session")

    async def known(socket: WebSocket, /, *, token: str | None) -> None:
        if token is None:
            raise Unauthorized

    return create_app(
        room=_room(world),
        answering=Answering,
        ignoring=Ignoring,
        vault=Vault,
        vault_of_browsers=VaultOfBrowsers,
        archive=Archive,
        lobby=Lobby,
        store=store,
        session=session,
        known=known,
        http=http,
    )


def _room(world: World) -> type[RoomHandler]:
    class Room(RoomHandler):
        heard = 0

        @override
        async def on_say(self, message: m.Say, /) -> m.Said:
            if message.text == "count":
                self.heard += 1
                return m.Said(text=str(self.heard))
            world.rooms.append(self.params.room_id)
            return m.Said(text=await world.say(message, message.text, self.socket.close))

        @override
        async def on_typing(self, message: m.Typing, /) -> None:
            world.reached.append(message)

    return Room


class Answering(AnsweringHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)


class Ignoring(IgnoringHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)


class Vault(VaultHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)


class VaultOfBrowsers(VaultOfBrowsersHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)


class Lobby(LobbyHandler):
    """Whoever comes is told so, as everyone in the lobby."""

    @override
    async def accepted(self) -> None:
        await self.topics.lobby().publish(m.Said(text="somebody came"))

    @override
    async def on_typing(self, message: m.Typing, /) -> None: ...


def misspelt(guard: Callable[[WebSocket], None]) -> object:
    """A decorated handler with a guard, and a slip of the pen."""
    slip: dict[str, Any] = {"gaurds": [guard]}

    @websocket_listener("/vault", **slip)
    async def vault(data: str) -> str:
        return data

    return vault


def echo(world: World) -> ASGIApp:
    """The loop that many applications have."""

    @websocket("/echo")
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except Exception:
            await socket.close()

    return WebSocketApp([handler])
