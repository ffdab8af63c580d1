from .chat import messages
from .chat.handlers import room
from typing_extensions import override


class Room(room.RoomHandler):
    async def on_say(self, message: messages.Say, /) -> messages.Said: ...

    @override
    async def on_typing(self, message: messages.Typing, /) -> None:
        raise NotImplementedError
