from chat import RoomHandler as Base


class Room(Base):
    x: int = 1
