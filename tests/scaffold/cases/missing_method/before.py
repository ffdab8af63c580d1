"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    # first

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)
        # the end of on_say

    # the end of Room
# below it


OTHER   =   {  "a":1 }   # as it was
