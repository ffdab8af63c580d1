"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


async def say(self, message): ...


class Room(RoomHandler):
    on_say = say
    on_typing: object = say
