from chat.handlers.room import RoomHandler
from elsewhere import Mixin
from typing_extensions import override
from chat import messages as m


class Local:
    async def on_typing(self, message, /): ...


class Room(Local, RoomHandler):
    pass

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError


class Mixed(RoomHandler, Mixin):
    pass
