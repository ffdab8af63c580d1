"""Who in this process listens to what; what is published reaches them here, whatever the engine."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterable
from typing import Final, TypeVar, cast

from typing_extensions import override

from wsgen_runtime._codec import Data
from wsgen_runtime._topics.engine import Engine, Receiver, engine_for
from wsgen_runtime._topics.subscription import Channel, Delivery, Subscription
from wsgen_runtime._watch import Observation
from wsgen_runtime.exceptions import InvalidMessage, TopicsUnavailable

S = TypeVar("S", bound=Subscription)
SUBSCRIBE_TIMEOUT: Final = 5.0
"""Seconds that a subscription waits for the broker."""
log: Final = logging.getLogger("wsgen_runtime")


class _Listened:
    """A channel that somebody listens to, or is about to.

    Attributes:
        claims: how many are about to.
        added: done when the engine listens to it.
    """

    __slots__ = ("added", "channel", "claims", "subscribers")

    def __init__(self, channel: Channel, added: asyncio.Task[None]) -> None:
        self.channel = channel
        self.claims = 0
        self.added = added
        self.subscribers: dict[str, Subscription] = {}


class Hub(Receiver):
    """The topics of one application.

    Attributes:
        observation: whom to tell of what is dropped and missed, if anybody.
        verify: decode every message before it is published, as a subscriber would.
    """

    def __init__(self, url: str) -> None:
        engine_for(url)  # what is wrong with it is said at once
        self.observation: Observation | None = None
        self.verify = False
        self._url = url
        self._id = secrets.token_hex(8)
        self._listened: dict[str, _Listened] = {}
        self._number = 0
        self._engine: Engine | None = None
        self._starting: asyncio.Future[None] | None = None
        self._is_down = False

    async def start(self) -> None:
        """Start the engine, if it does not run; whoever is cancelled here stops nobody's start.

        Raises:
            RuntimeError: it runs in another event loop.
        """
        self._forget_another_loop()
        if self._starting is None:
            self._engine = engine_for(self._url)
            self._starting = self._engine.start(self)
        if not self._starting.done():
            await asyncio.wait((self._starting,))

    async def stop(self) -> None:
        """Stop the engine, and end whatever still listens; the next use starts it again."""
        self._forget_another_loop()
        engine, self._engine, self._starting = self._engine, None, None
        if engine is None:
            return
        listened = [*self._listened.values()]
        self._listened.clear()
        for each in listened:
            each.added.cancel()
            for subscription in each.subscribers.values():
                subscription.end()
        await engine.stop()
        if listened:
            await asyncio.wait([each.added for each in listened])
        self._is_down = False

    def _forget_another_loop(self) -> None:
        """What ran in an event loop that is closed has ended with it: begin anew in this one."""
        loop = None if self._starting is None else self._starting.get_loop()
        if loop is None or loop is asyncio.get_running_loop():
            return
        if not loop.is_closed():
            raise RuntimeError("these topics are used in another event loop, which still runs")
        self._engine, self._starting, self._is_down = None, None, False
        self._listened.clear()

    async def _running(self) -> Engine:
        self._forget_another_loop()
        if self._starting is None or not self._starting.done():
            await self.start()
        if self._engine is None:
            raise TopicsUnavailable("the application has ended")
        return self._engine

    async def publish(self, channel: Channel, data: Data, exclude: str | None) -> None:
        """Hand an encoded message to every subscriber of every process.

        Parameters:
            exclude: the connection of this process that does not get it.

        Raises:
            TopicsUnavailable: the broker is not known to have it.
        """
        engine = await self._running()
        origin = b"" if exclude is None else f"{self._id}/{exclude}".encode()
        payload = data.encode() if isinstance(data, str) else data
        await engine.publish(channel.name, b"%b\n%b" % (origin, payload))

    async def subscribe(self, subscription: S) -> S:
        """Listen to a channel, from when this returns; who does already has its first queue.

        Raises:
            TopicsUnavailable: the broker is gone, and did not come back in time.
        """
        engine = await self._running()
        channel = subscription.channel
        listened = self._listened.get(channel.name)
        if listened is None:
            adding = asyncio.create_task(self._add(engine, channel.name))
            listened = self._listened[channel.name] = _Listened(channel, adding)
        listened.claims += 1
        try:
            if not listened.added.done():
                await asyncio.wait((listened.added,))
            if self._listened.get(channel.name) is not listened:  # stopped meanwhile
                raise TopicsUnavailable("the application has ended")
            listened.added.result()
            found = listened.subscribers.setdefault(subscription.key, subscription)
            return cast("S", found)  # one key is used by one kind
        finally:
            listened.claims -= 1
            self._drop_unused(listened)

    async def _add(self, engine: Engine, name: str) -> None:
        try:
            async with asyncio.timeout(SUBSCRIBE_TIMEOUT):
                await engine.add(name)
        except TimeoutError:
            raise TopicsUnavailable from None

    def unsubscribe(self, subscription: Subscription) -> None:
        """Listen no more: nothing arrives after this."""
        subscription.waiting.clear()
        listened = self._listened.get(subscription.channel.name)
        if listened is not None and listened.subscribers.get(subscription.key) is subscription:
            del listened.subscribers[subscription.key]
            self._drop_unused(listened)

    def _drop_unused(self, listened: _Listened) -> None:
        name = listened.channel.name
        if listened.subscribers or listened.claims or self._listened.get(name) is not listened:
            return
        del self._listened[name]
        listened.added.cancel()
        if self._engine is not None:
            self._engine.remove(name)

    @override
    def deliver(self, channel: str, data: bytes) -> bool:
        listened = self._listened.get(channel)
        if listened is None or not listened.subscribers:
            return False
        delivery, origin = self._read(listened.channel, data)
        if delivery is None:
            return False
        subscribers = tuple(listened.subscribers.values())
        process, _, connection = origin.partition("/")
        if process == self._id:
            excluded = listened.subscribers.get(connection)
            subscribers = tuple(each for each in subscribers if each is not excluded)
        behind = False
        for subscription in subscribers:
            if subscription.put(delivery):
                behind = True
        # Waking 10,000 takes longer than this: whoever publishes goes on first.
        asyncio.get_running_loop().call_soon(_rouse, subscribers)
        return behind

    def _read(self, channel: Channel, data: bytes) -> tuple[Delivery | None, str]:
        """A message of the broker, which is trusted no more than a client, and where it is from."""
        origin, _, payload = data.partition(b"\n")
        decoder = channel.decoder
        try:
            event = {
                "type": "websocket.send",
                decoder.key: payload.decode() if decoder.key == "text" else payload,
            }
            message = decoder.read(event)
        except (InvalidMessage, UnicodeDecodeError) as error:
            log.warning("topics: dropped a message of %s: %s", channel.name, _reason(error))
            self._count_invalid(channel)
            return None, ""
        except Exception:  # of a model's own code: it must not cost others their messages
            log.exception("topics: failed to read a message of %s", channel.name)
            self._count_invalid(channel)
            return None, ""
        self._number += 1
        return Delivery(self._number, event, message), origin.decode("ascii", "replace")

    def _count_invalid(self, channel: Channel) -> None:
        if self.observation is not None:
            reason = f"invalid {channel.topic}"
            self.observation.tell(self.observation.observer.dropped, handler="", reason=reason)

    @override
    def gap(self, channel: str) -> None:
        listened = self._listened.get(channel)
        if listened is None:
            return
        self._number += 1
        subscribers = tuple(listened.subscribers.values())
        for subscription in subscribers:
            subscription.miss(self._number)
        _rouse(subscribers)

    @override
    def up(self) -> None:
        if self._is_down:
            self._is_down = False
            log.warning("topics: the broker is back")

    @override
    def down(self, error: Exception) -> None:
        if not self._is_down:
            self._is_down = True
            log.warning("topics: the broker is gone, and is tried again: %s", error)


def _rouse(subscribers: Iterable[Subscription]) -> None:
    for subscription in subscribers:
        subscription.rouse()


def _reason(error: InvalidMessage | UnicodeDecodeError) -> str:
    return error.reason if isinstance(error, InvalidMessage) else "not well-formed"
