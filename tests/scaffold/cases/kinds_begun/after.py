from collections.abc import AsyncIterator
from typing import final
from typing_extensions import override
from chat import messages as m
from chat.handlers.clock import ClockHandler
from chat.handlers.echo import EchoHandler
from chat.handlers.raw import RawHandler


@final
class Clock(ClockHandler):
    """The handler `clock`."""

    @override
    async def stream(self) -> AsyncIterator[m.Tick | m.Tock]:
        raise NotImplementedError
        yield


@final
class Echo(EchoHandler):
    """The handler `echo`."""

    @override
    async def handle(self) -> None:
        raise NotImplementedError


@final
class Raw(RawHandler):
    """The handler `raw`."""

    @override
    async def on_message(self, message: bytes, /) -> str | None:
        raise NotImplementedError
