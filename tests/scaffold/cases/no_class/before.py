"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


x = 1
if __name__ == '__main__':
    import sys
