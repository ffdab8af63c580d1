"""What the applications of the comparison do, whatever they are written in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Close = Callable[[int, str], Awaitable[None]]

SECRET = "the password is swordfish"
ROOM_FULL = 4009
LONG_REASON = "x" * 200
"""Longer than the 123 bytes that a close frame has room for."""


@dataclass
class Store:
    """Something that is opened for a connection, and closed after it."""


@dataclass
class Session:
    """Something that needs an open store, up to its very end."""

    store: Store


@dataclass
class World:
    """What is around one application.

    Attributes:
        reached: the messages that a handler was given.
        rooms: the parameter of the path, for each of them.
        closed: what was provided, in the order in which it was torn down.
        gate: holds up the handler of the text `wait`.
    """

    reached: list[object] = field(default_factory=list[object])
    rooms: list[int] = field(default_factory=list[int])
    closed: list[str] = field(default_factory=list[str])
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, message: object, text: str, close: Close) -> str:
        """Handle a message; what to answer."""
        self.reached.append(message)
        if text == "wait":
            await self.gate.wait()
        elif text == "boom":
            raise RuntimeError(SECRET)
        elif text == "full":
            await close(ROOM_FULL, "No seat left")
        elif text == "at length":
            await close(ROOM_FULL, LONG_REASON)
        return text
