import chat.handlers.room
import chat.messages


class Room(chat.handlers.room.RoomHandler):
    async def on_say(self, message: chat.messages.Say) -> chat.messages.Said: ...
