import chat.handlers.room as r, os,sys
import chat.messages as messages
from typing import override as over

class Room( r . RoomHandler ) :
    @over
    async def on_say(self, message: "messages.Say", /) -> 'messages.Said': return messages.Said(text="")

    @over
    async def on_typing(self, message: messages.Typing, /) -> None:
        raise NotImplementedError
