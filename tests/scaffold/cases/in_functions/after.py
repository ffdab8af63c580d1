from chat.handlers.room import RoomHandler
from typing_extensions import override
from chat import messages as m

def make():
  from chat import messages as m
  if True:
    class Room(RoomHandler):
      async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text="")
        # its last words

      @override
      async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
    return Room
  return None
