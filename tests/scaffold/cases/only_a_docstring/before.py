"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
  """Two spaces."""
