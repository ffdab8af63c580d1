from typing import final
from typing_extensions import override
from chat import messages as m
from chat.handlers.room import RoomHandler
x = 1
if x: y = 2


@final
class Room(RoomHandler):
    """The handler `room`."""

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
