from chat.handlers.room import *


class Room(RoomHandler): ...
