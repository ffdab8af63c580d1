"""An application without a provider that the schema names."""

from app import Clock, Echo, Room
from chat import create_app
from rooms import has_seat, open_rooms

app = create_app(room=Room, clock=Clock, echo=Echo, rooms=open_rooms, seat=has_seat)  # refused
