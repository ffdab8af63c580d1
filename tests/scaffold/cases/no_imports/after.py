#!/usr/bin/env python
# A comment.
from typing import final
from typing_extensions import override
from chat import messages as m
from chat.handlers.room import RoomHandler

Room = 3


@final
class _Room(RoomHandler):
    """The handler `room`."""

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
