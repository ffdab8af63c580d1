from typing import Any

import chat.handlers.room
from chat.handlers import RoomHandler
from typing_extensions import override
from chat import messages as m

First: Any = RoomHandler
Base = First
Other = Alias = chat.handlers.room.RoomHandler
Loop = Loop


class Room(Base):
    async def on_typing(self, message, /): ...

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError


class Quiet(Alias):
    async def on_say(self, message, /): ...
    async def on_typing(self, message, /): ...


Silent = Quiet


class Hall(Silent):
    pass


class Odd(Loop):
    pass
