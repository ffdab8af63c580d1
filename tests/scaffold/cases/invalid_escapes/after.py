from chat.handlers.room import RoomHandler
from typing_extensions import override
from chat import messages as m

class Room(RoomHandler):
    x = '\d'

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
