# coding: idna
from chat.handlers.room import RoomHandler

class Room(RoomHandler):
    pass
