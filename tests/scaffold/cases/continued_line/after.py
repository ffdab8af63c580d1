"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    x = 1 \


y = 2
