"""The engine of topics is a URL."""

from live import create_app
from live.handlers.room import RoomHandler
from live.handlers.total import TotalHandler


def start(room: type[RoomHandler], total: type[TotalHandler]) -> None:
    create_app(room=room, total=total, topics=None)  # refused
    create_app(room=room, total=total, topics="redis://localhost")
