from .chat import messages
from .chat.handlers import room


class Room(room.RoomHandler):
    async def on_say(self, message: messages.Typing, /) -> messages.Said: ...
