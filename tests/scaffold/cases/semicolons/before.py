import os; x = """
"""; from chat.handlers.room import RoomHandler; text = """
""" ; y = 1
class Room(RoomHandler): x = 1; y = 2
