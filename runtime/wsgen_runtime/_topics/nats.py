"""Topics over NATS, by nats-py."""
# pyright: reportUnknownMemberType=false
# nats-py leaves open what one of its futures holds.

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import MaxPayloadError, SlowConsumerError
from typing_extensions import override

from wsgen_runtime._topics.engine import Receiver
from wsgen_runtime._topics.supervised import (
    PATIENCE,
    Change,
    Publication,
    Session,
    SupervisedEngine,
    cancelled,
)
from wsgen_runtime.exceptions import SerializationError

_LOST: Final = "the connection to NATS is lost"
log: Final = logging.getLogger("wsgen_runtime")


class _Reading:
    """How far a subscription's queue is read, and where nats-py has dropped from its end."""

    def __init__(self) -> None:
        self._read = 0
        self._losses: deque[int] = deque()

    def lost(self, waiting: int) -> bool:
        """Something is lost behind all that waits; whether that is here already."""
        place = self._read + waiting
        if waiting and (not self._losses or self._losses[-1] != place):
            self._losses.append(place)
        return not waiting

    def step(self) -> bool:
        """One more is read; whether something is lost behind it."""
        self._read += 1
        here = bool(self._losses) and self._losses[0] <= self._read
        if here:
            self._losses.popleft()
        return here


class NatsEngine(SupervisedEngine):
    """Publishes and listens by one connection."""

    @override
    def session(self, receiver: Receiver, heard: Callable[[str], None], /) -> Session:
        return NatsSession(self.url, receiver, heard)


class NatsSession(Session):
    """A client that does not connect again, and buffers nothing for later."""

    def __init__(self, url: str, receiver: Receiver, heard: Callable[[str], None]) -> None:
        super().__init__(receiver, heard)
        self._url = url
        self._client = Client()
        self._subscriptions: dict[str, Subscription] = {}
        self._readings: dict[str, _Reading] = {}
        self._flushes: set[asyncio.Task[None]] = set()
        self._lost = asyncio.Event()

    @override
    async def open(self) -> None:
        await self._client.connect(
            self._url,
            allow_reconnect=False,
            connect_timeout=PATIENCE,
            error_cb=self._failed,
            closed_cb=self._closed,
        )

    @override
    async def close(self) -> None:
        closing = asyncio.create_task(self._close())
        await asyncio.wait((closing,), timeout=2 * PATIENCE)
        await cancelled((closing, *self._flushes))
        if not closing.cancelled():
            closing.exception()  # a client that never came far cannot be closed: nobody minds

    async def _close(self) -> None:
        if self._flushes:
            await asyncio.wait(self._flushes)
        for subscription in self._subscriptions.values():
            if not self._client.is_closed:
                await subscription.unsubscribe()  # ends its task, whatever follows
        await self._client.close()
        for _ in range(3):
            await asyncio.sleep(0)  # its tasks are cancelled, and have to see that

    @override
    async def read(self) -> None:
        await self._lost.wait()  # messages come by callbacks
        raise ConnectionError(_LOST)

    @override
    async def send(self, publications: Sequence[Publication]) -> None:
        for channel, data, done in publications:
            try:
                await self._client.publish(channel, data)
            except MaxPayloadError:
                if not done.done():
                    done.set_exception(SerializationError("more than the broker takes at once"))
        await self._written()
        for _, _, done in publications:
            if not done.done():
                done.set_result(None)

    @override
    async def change(self, changes: Sequence[Change]) -> None:
        for channel, listen in changes:
            if listen:
                subscribed = await self._client.subscribe(channel, cb=self._receiving(channel))
                self._subscriptions[channel] = subscribed
            else:
                await self._subscriptions.pop(channel).unsubscribe()
                self._readings.pop(channel, None)
        await self._written()
        for channel, _ in changes:
            self.settle(channel)

    async def _written(self) -> None:
        """The broker has what was sent before: the first ping overtakes what is not written yet."""
        await self.ping()
        await self.ping()

    @override
    async def ping(self) -> None:
        """A flush that is cancelled would cost nats-py its reader, when the answer comes."""
        flush = asyncio.create_task(self._client.flush(PATIENCE))
        self._flushes.add(flush)
        flush.add_done_callback(self._flushes.discard)
        await asyncio.wait((flush,))
        if flush.cancelled():
            raise ConnectionError(_LOST)
        flush.result()

    def _receiving(self, channel: str) -> Callable[[Msg], Awaitable[None]]:
        reading = self._readings[channel] = _Reading()

        async def receive(message: Msg) -> None:
            self.announce(channel)
            behind = self.receiver.deliver(channel, message.data)
            if reading.step():
                self.receiver.gap(channel)
            if behind:
                await asyncio.sleep(0)  # let subscribers take what they have

        return receive

    async def _failed(self, error: Exception) -> None:
        """Told by nats-py; what ends the connection shows by itself.

        Of a message that it drops the place is behind all those that it has kept.
        """
        if isinstance(error, SlowConsumerError):
            reading = self._readings.get(error.subject)
            if reading is not None and reading.lost(error.sub.pending_msgs):
                self.receiver.gap(error.subject)
        elif self._client.is_connected:  # no right to publish or to listen, for instance
            log.warning("topics: NATS says: %s", error)

    async def _closed(self) -> None:
        self._lost.set()
        for flush in self._flushes:
            flush.cancel()  # no answer will come
