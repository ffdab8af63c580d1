"""Listening to a topic without a socket: an iterator of its messages."""

from __future__ import annotations

import asyncio
import itertools
from types import TracebackType
from typing import Final, Generic, Self, TypeVar, cast

from typing_extensions import override

from wsgen_runtime._topics.hub import Hub
from wsgen_runtime._topics.subscription import Channel, Subscription
from wsgen_runtime.exceptions import TopicGap

M_co = TypeVar("M_co", covariant=True)
_numbers: Final = itertools.count(1)


class _Queued(Subscription):
    """An iterator's subscription; it does not know the iterator, which may be forgotten."""

    __slots__ = ("_hub", "_waiter", "ended")

    def __init__(self, channel: Channel, hub: Hub) -> None:
        super().__init__(channel, f"iteration-{next(_numbers)}")
        self._hub = hub
        self._waiter: asyncio.Future[None] | None = None
        self.ended = False

    async def some(self) -> None:
        """Wait until something is there, or nothing will come."""
        while not self.waiting and not self.ended:
            if self._waiter is None or self._waiter.done():
                self._waiter = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiter)  # of all that wait, none may cancel the others

    @override
    def rouse(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @override
    def dropped(self) -> None:
        told = self._hub.observation
        if told is not None:
            told.tell(told.observer.dropped, handler="", reason=f"slow {self.channel.topic}")

    @override
    def give_up(self, number: int) -> None:
        self.dropped()
        self.miss(number)  # there is nothing to close: whoever iterates is told

    @override
    def end(self) -> None:
        self.ended = True
        self.rouse()


class Messages(Generic[M_co]):
    """The messages of a topic, for `async for`.

    Entered by `async with`, it is subscribed until that is left. Without, it subscribes with the
    first message asked for, and is unsubscribed when the loop has let go of it.
    """

    def __init__(self, hub: Hub, channel: Channel) -> None:
        self._hub = hub
        self._queued = _Queued(channel, hub)
        self._subscribed = False

    async def __aenter__(self) -> Self:
        """Subscribe.

        Raises:
            TopicsUnavailable: the broker is gone.
        """
        await self._subscribe()
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """Unsubscribe."""
        self._leave()

    def __aiter__(self) -> Self:
        """The iterator itself."""
        return self

    async def __anext__(self) -> M_co:
        """The next message; the end comes with that of the application.

        Raises:
            TopicGap: here messages may be missing; the next call goes on behind.
            TopicsUnavailable: the broker is gone, and this would be the first message.
        """
        if not self._subscribed:
            await self._subscribe()
        await self._queued.some()
        if not self._queued.waiting:
            raise StopAsyncIteration
        delivery = self._queued.waiting.popleft()
        if delivery.event is None:
            self._count_gap()
            raise TopicGap
        return cast("M_co", delivery.message)

    def __del__(self) -> None:
        """Unsubscribe where a loop was left by `break`: nobody else knows that it has ended."""
        self._leave()

    async def _subscribe(self) -> None:
        await self._hub.subscribe(self._queued)
        self._subscribed = True

    def _leave(self) -> None:
        if self._subscribed:
            self._queued.end()
            self._hub.unsubscribe(self._queued)

    def _count_gap(self) -> None:
        told = self._hub.observation
        if told is not None:
            told.tell(told.observer.gap, handler="", topic=self._queued.channel.topic)
