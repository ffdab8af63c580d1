from typing import TYPE_CHECKING

from chat.handlers.room import RoomHandler

if TYPE_CHECKING:
    from chat import messages as m


class Room(RoomHandler):
    async def on_say(self, message: "m.Say", /) -> "m.Said": ...
