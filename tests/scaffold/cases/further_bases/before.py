from chat.handlers.room import RoomHandler
from elsewhere import Mixin


class Local:
    async def on_typing(self, message, /): ...


class Room(Local, RoomHandler):
    pass


class Mixed(RoomHandler, Mixin):
    pass
