from chat import RoomHandler as Base
from typing_extensions import override
from chat import messages as m


class Room(Base):
    x: int = 1

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
