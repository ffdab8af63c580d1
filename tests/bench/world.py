"""What the applications of the benchmarks do, whatever they are written in."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

ITEMS: Final = 500
"""What a stream sends before it ends."""
NOW: Final = 1_790_000_000.25
"""The time on every clock: reading it is no part of what is measured."""


@dataclass(slots=True)
class Database:
    """Something that is opened for a connection, and closed after it."""

    open: bool = True


@dataclass(slots=True)
class Session:
    """Something that needs an open database, up to its very end."""

    database: Database


@dataclass(slots=True)
class User:
    """Somebody whom a session knows."""

    name: str


async def database() -> AsyncGenerator[Database]:
    """The first of three that are nested."""
    opened = Database()
    try:
        yield opened
    finally:
        opened.open = False


async def session(database: Database) -> AsyncGenerator[Session]:
    """The second one."""
    try:
        yield Session(database)
    finally:
        assert database.open


async def user(session: Session) -> User:
    """The third one, with nothing to take down."""
    assert session.database.open
    return User("alice")


opened = asynccontextmanager(database)
begun = asynccontextmanager(session)
