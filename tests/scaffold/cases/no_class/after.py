"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler
from typing import final


x = 1
if __name__ == '__main__':
    import sys


@final
class Room(RoomHandler):
    """The handler `room`."""

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
