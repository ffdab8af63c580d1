"""Who connects is known before the connection is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from typing_extensions import override
from wsgen_runtime import WebSocket

from reference_api import messages as m
from reference_api.close_codes import Forbidden, Unauthorized
from reference_api.handlers.secure import SecureHandler


@dataclass(frozen=True)
class User:
    id: int
    name: str


USERS = {"alice-token": User(id=123, name="alice")}


async def authenticate(socket: WebSocket, /, *, token: str | None) -> User:
    if not token:
        raise Unauthorized
    if token not in USERS:
        raise Forbidden
    return USERS[token]


@final
class Secure(SecureHandler):
    @override
    async def accepted(self) -> None:
        await self.socket.send(m.Welcome(user=self.user.name))

    @override
    async def on_message(self, message: object, /) -> m.Response:
        return m.Response(user_id=self.user.id, echo=message)
