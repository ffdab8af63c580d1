"""A handler that answers, and one that refuses."""

from typing import assert_never, final

from typing_extensions import override

from mistakes import CloseCode
from mistakes import messages as m
from mistakes.handlers.refuses_on_request import RefusesOnRequestHandler
from mistakes.handlers.replies import RepliesHandler


@final
class Replies(RepliesHandler):
    @override
    async def on_add(self, message: m.Add, /) -> m.Sum:
        return m.Sum(number=message.number + 1)


@final
class RefusesOnRequest(RefusesOnRequestHandler):
    @override
    async def handle(self) -> None:
        await self.socket.accept()
        async for message in self.socket:
            match message:
                case m.Tell():
                    await self.socket.close(CloseCode.BUSY)
                case _:
                    assert_never(message)
