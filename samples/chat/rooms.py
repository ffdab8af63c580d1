"""Who is in which room, and who they are: what the application brings along."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from wsgen_runtime import WebSocket

from chat import messages as m
from chat.close_codes import RoomFull, Unauthorized
from chat.handlers.room import RoomSocket

SEATS = 20
USERS = {
    "alice-token": m.User(name="Alice", role="moderator"),
    "bob-token": m.User(name="Bob"),
}


class Rooms:
    """The sockets in each room of this process."""

    def __init__(self) -> None:
        self._sockets: defaultdict[int, set[RoomSocket]] = defaultdict(set)

    def is_full(self, room_id: int) -> bool:
        return room_id in self._sockets and len(self._sockets[room_id]) >= SEATS

    def enter(self, room_id: int, socket: RoomSocket) -> None:
        self._sockets[room_id].add(socket)

    def leave(self, room_id: int, socket: RoomSocket) -> None:
        self._sockets[room_id].discard(socket)
        if not self._sockets[room_id]:
            del self._sockets[room_id]

    async def tell(self, room_id: int, message: m.Said | m.Typing, *, but: RoomSocket) -> None:
        """Send to everybody else; a socket that has gone meanwhile is its handler's business."""
        others = self._sockets[room_id] - {but}
        await asyncio.gather(*(each.send(message) for each in others), return_exceptions=True)


ROOMS = Rooms()


def open_rooms(socket: WebSocket, /) -> Rooms:
    """Provides `rooms`."""
    return ROOMS


async def authenticate(socket: WebSocket, /, *, token: str | None) -> m.User:
    """Provides `user`; a real application would ask its database here."""
    user = USERS.get(token or "")
    if user is None:
        raise Unauthorized
    return user


def has_seat(socket: WebSocket, /, *, user: m.User, rooms: Rooms, room_id: int) -> None:
    """Checks `seat`."""
    if rooms.is_full(room_id):
        raise RoomFull
