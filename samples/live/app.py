"""Rooms over any number of processes: `LIVE_TOPICS=redis://… uvicorn app:app --workers 2`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Final, final
from uuid import uuid4

from typing_extensions import override
from wsgen_runtime.exceptions import TopicGap, TopicsUnavailable
from wsgen_runtime.gen1 import AnyTopic, Closed

from live import LiveApp, create_app
from live import messages as m
from live.close_codes import CloseCode
from live.handlers.room import RoomHandler
from live.handlers.total import TotalHandler

WORKER: Final = uuid4().hex[:8]
BEAT: Final = 1.0
"""Seconds after which a process says again how many are here."""
here: Final = Counter[str]()
"""How many take part by way of this process, by room."""


@final
class Room(RoomHandler):
    """One who takes part."""

    @override
    async def accepted(self) -> None:
        await self._count(+1)

    @override
    async def on_post(self, message: m.Post, /) -> None:
        posted = m.Posted(name=self.params.name, text=message.text, at=datetime.now(UTC))
        await self.topics.room(room=self.params.room).publish(posted)

    @override
    async def missed(self, topic: AnyTopic, /) -> None:
        await self.socket.close(CloseCode.MISSED)

    @override
    async def disconnected(self, close: Closed, /) -> None:
        with contextlib.suppress(TopicsUnavailable):  # the next beat says it too
            await self._count(-1)

    async def _count(self, change: int) -> None:
        room = self.params.room
        here[room] += change
        await self.topics.room(room=room).publish(m.Here(worker=WORKER, count=here[room]))


@final
class Total(TotalHandler):
    """Adds up what the processes say; of one that says nothing any more nobody is here."""

    @override
    async def stream(self) -> AsyncIterator[m.Total]:
        counts: dict[str, tuple[int, float]] = {}
        shown = -1
        async with self.topics.room(room=self.params.room).messages() as messages:
            while True:
                with contextlib.suppress(TimeoutError, TopicGap):  # a beat makes up for a gap
                    async with asyncio.timeout(BEAT):
                        message = await anext(messages)
                        if isinstance(message, m.Here):
                            counts[message.worker] = (message.count, time.monotonic())
                oldest = time.monotonic() - 3 * BEAT
                total = sum(count for count, at in counts.values() if at > oldest)
                if total != shown:
                    shown = total
                    yield m.Total(count=total)


@contextlib.asynccontextmanager
async def beating(app: LiveApp) -> AsyncGenerator[None]:
    """Say again and again how many are here, as long as the application lives."""
    task = asyncio.create_task(beat(app))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def beat(app: LiveApp) -> None:
    """Say it for every room that has somebody."""
    while True:
        for room in [room for room, count in here.items() if count]:
            with contextlib.suppress(TopicsUnavailable):
                await app.topics.room(room=room).publish(m.Here(worker=WORKER, count=here[room]))
        await asyncio.sleep(BEAT)


app = create_app(
    room=Room,
    total=Total,
    topics=os.environ.get("LIVE_TOPICS", "memory://"),
    lifespan=beating,
    origins="any",
)
