"""Providers of every kind: plain, async, generators, and context managers."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import final
from uuid import UUID

from typing_extensions import override
from wsgen_runtime import WebSocket

from providers import create_app
from providers import messages as m
from providers.handlers.desk import DeskHandler
from stores import Pool, Settings


def settings(socket: WebSocket, /) -> Settings:
    return Settings()


async def pool(socket: WebSocket, /, *, settings: Settings) -> Pool:
    return Pool()


@asynccontextmanager
async def session(socket: WebSocket, /, *, pool: Pool) -> AsyncGenerator[Pool.Session]:
    yield Pool.Session()


async def account(
    socket: WebSocket, /, *, session: Pool.Session, account_id: UUID, api_key: str
) -> AsyncIterator[m.Account | None]:
    yield m.Account(id=account_id, name=api_key) if api_key else None


def plan(socket: WebSocket, /, *, account: m.Account | None) -> Iterator[m.Plan]:
    yield m.Plan.FREE if account is None else m.Plan.PAID


def quotas(
    socket: WebSocket, /, *, plan: m.Plan, session: Pool.Session
) -> dict[str, int]:
    return {plan.value: 1}


def flags(
    socket: WebSocket, /, *, language: str, theme: str | None, plan: m.Plan
) -> list[str]:
    return [language, theme or "", plan]


def nickname(
    socket: WebSocket,
    /,
    *,
    account: m.Account | None,
    flags: list[str],
    quotas: dict[str, int],
) -> str:
    return account.name if account else ", ".join([*flags, *quotas])


def paying(socket: WebSocket, /, *, plan: m.Plan, quotas: dict[str, int]) -> None: ...


@final
class Desk(DeskHandler):
    @override
    async def on_message(self, message: str, /) -> str:
        return f"{self.nickname}: {message}"


app = create_app(
    desk=Desk,
    settings=settings,
    pool=pool,
    session=session,
    account=account,
    plan=plan,
    quotas=quotas,
    flags=flags,
    nickname=nickname,
    paying=paying,
)
