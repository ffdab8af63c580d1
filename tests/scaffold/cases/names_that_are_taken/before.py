from chat.handlers.room import RoomHandler

m = override = 3


class Room(RoomHandler):
    y = m
