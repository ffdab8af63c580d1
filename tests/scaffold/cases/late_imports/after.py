from chat.handlers.room import RoomHandler
from typing_extensions import override as _override
from chat import messages as _m


class Room(RoomHandler):
    pass

    @_override
    async def on_say(self, message: _m.Say, /) -> _m.Said:
        raise NotImplementedError

    @_override
    async def on_typing(self, message: _m.Typing, /) -> None:
        raise NotImplementedError


from chat import messages as m
from typing_extensions import override
