"""The least that an application needs."""

from collections.abc import AsyncIterator
from typing import final

from typing_extensions import override

from only_stream import create_app
from only_stream import messages as m
from only_stream.handlers.ticks import TicksHandler


@final
class Ticks(TicksHandler):
    @override
    async def stream(self) -> AsyncIterator[m.Tick]:
        yield 0.5


app = create_app(ticks=Ticks)
