from chat.handlers.room import RoomHandler

class Room(RoomHandler):
    x = 1
    y = 2

y = 2
