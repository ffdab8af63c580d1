import sys

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

from chat.handlers.room import RoomHandler
from chat import messages as m


class Room(RoomHandler):
    pass

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
