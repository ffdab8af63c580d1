"""Messages of several types: a method for each, and the rest is answered with an error."""

from __future__ import annotations

from typing import final

from typing_extensions import override

from reference_api import messages as m
from reference_api.handlers.commands import CommandsHandler


@final
class Commands(CommandsHandler):
    @override
    async def on_ping(self, message: m.Ping, /) -> m.Pong:
        return m.Pong()

    @override
    async def on_repeat(self, message: m.Repeat, /) -> m.Repeated:
        return m.Repeated(data=message.data)
