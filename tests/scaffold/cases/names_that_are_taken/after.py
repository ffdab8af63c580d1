from chat.handlers.room import RoomHandler
from typing_extensions import override as _override
from chat import messages as _m

m = override = 3


class Room(RoomHandler):
    y = m

    @_override
    async def on_say(self, message: _m.Say, /) -> _m.Said:
        raise NotImplementedError

    @_override
    async def on_typing(self, message: _m.Typing, /) -> None:
        raise NotImplementedError
