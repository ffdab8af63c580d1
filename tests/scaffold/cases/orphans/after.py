"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler
from chat.handlers.lobby import LobbyHandler
from chat.handlers.rooms import RoomsHandler


class Lobby(LobbyHandler):
    @override
    async def on_say(self, message: m.Say, /) -> None: ...


class Rooms(RoomsHandler):
    pass


class Room(RoomHandler):
    @override
    async def on_sing(self, message: m.Sing, /) -> None: ...

    async def on_tea(self) -> None: ...

    @override
    async def disconnected(self, close, /) -> None: ...

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
