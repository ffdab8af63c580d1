from collections.abc import AsyncGenerator, AsyncIterator

from typing_extensions import override

from chat import messages as m
from chat.handlers.clock import ClockHandler
from chat.handlers.echo import EchoHandler
from chat.handlers.raw import RawHandler


class Clock(ClockHandler):
    @override
    async def stream(self) -> AsyncGenerator[m.Tick, None]:
        yield m.Tick()

class Tack(ClockHandler):
    @override
    async def stream(self) -> AsyncIterator[m.Tack]:
        yield m.Tack()

class Later(ClockHandler): ...

class Echo(EchoHandler):
    @override
    async def accepted(self) -> None: ...

class Raw(RawHandler):
    @override
    async def on_message(self, message: str, /) -> int | None: ...
