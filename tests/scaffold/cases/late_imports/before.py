from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    pass


from chat import messages as m
from typing_extensions import override
