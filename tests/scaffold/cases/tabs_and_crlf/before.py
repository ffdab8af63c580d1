"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Other:
	def f( self ): return 1


class Room(RoomHandler):
	@override
	async def on_say(self, message: m.Say, /) -> m.Said:
		return m.Said(text=message.text)


x = 1
