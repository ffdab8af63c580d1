# coding: rot13
from chat.handlers.room import RoomHandler

class Room(RoomHandler):
    pass
