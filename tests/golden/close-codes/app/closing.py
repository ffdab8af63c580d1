"""Closing with a code that is declared, and raising it."""

from typing import final

from typing_extensions import override

from close_codes_of_all_kinds import CloseCode
from close_codes_of_all_kinds.close_codes import TooManyRequests, Unauthorized
from close_codes_of_all_kinds.handlers.all_of_them import AllOfThemHandler


@final
class AllOfThem(AllOfThemHandler):
    @override
    async def on_message(self, message: str, /) -> None:
        match message:
            case "":
                raise Unauthorized
            case "more":
                raise TooManyRequests("Not that fast.")
            case _:
                await self.socket.close(CloseCode.HTTP2_ONLY, "Enough.")
