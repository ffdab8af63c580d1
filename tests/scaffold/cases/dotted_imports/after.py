import chat.handlers.room
import chat.messages
from typing_extensions import override


class Room(chat.handlers.room.RoomHandler):
    async def on_say(self, message: chat.messages.Say) -> chat.messages.Said: ...

    @override
    async def on_typing(self, message: chat.messages.Typing, /) -> None:
        raise NotImplementedError
