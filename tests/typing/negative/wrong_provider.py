"""A provider that gives something else, and a guard that wants something else."""

from app import Clock, Echo, Room
from chat import create_app
from rooms import Rooms, has_seat, open_rooms

from wsgen_runtime import WebSocket


def nobody(socket: WebSocket, /, *, token: str | None) -> str:
    return token or ""


def too_curious(socket: WebSocket, /, *, rooms: Rooms, room_id: int, colour: str) -> None: ...


create_app(
    room=Room,
    clock=Clock,
    echo=Echo,
    rooms=open_rooms,
    user=nobody,  # refused
    seat=has_seat,
)
create_app(
    room=Room,
    clock=Clock,
    echo=Echo,
    rooms=open_rooms,
    user=lambda socket, *, token: None,  # refused
    seat=too_curious,  # refused
)
