"""What topics bring to one socket: one task sends it, in the order in which it was published."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from wsgen_runtime._ending import note, report, unwrapped, verdict
from wsgen_runtime._topics.subscription import Channel, Delivery, Subscription
from wsgen_runtime.exceptions import WebSocketDisconnect

if TYPE_CHECKING:
    from wsgen_runtime._topics.topic import AnyTopic
    from wsgen_runtime._websocket import WebSocket

Missed: TypeAlias = Callable[["AnyTopic"], Awaitable[None]]


class SocketSubscription(Subscription):
    """A socket's subscription of one channel."""

    __slots__ = ("_feed", "topic")

    def __init__(self, channel: Channel, topic: AnyTopic, feed: Feed) -> None:
        super().__init__(channel, feed.socket.connection_id)
        self.topic = topic
        self._feed = feed

    @override
    def rouse(self) -> None:
        self._feed.rouse()

    @override
    def dropped(self) -> None:
        self._feed.socket.link.drop(f"slow {self.channel.topic}")

    @override
    def give_up(self, number: int) -> None:
        self.dropped()
        self._feed.give_up()

    @override
    def end(self) -> None:
        self._feed.subscriptions.pop(self.channel.name, None)


class Feed:
    """The subscriptions of one socket, and the task that sends what they bring.

    Attributes:
        socket: the connection.
        subscriptions: by the name of their channel.
        over: whether the connection has ended.
    """

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.subscriptions: dict[str, SocketSubscription] = {}
        self.over = False
        self._sending: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._waiter: asyncio.Future[None] | None = None
        socket.link.opened = self.begin
        self.begin()

    def begin(self) -> None:
        """Send from now on, if the connection is open and nobody holds it back."""
        link = self.socket.link
        if link.accepted and not link.over and not self.socket.held and self._sending is None:
            self._sending = asyncio.create_task(self._send())

    def rouse(self) -> None:
        """Send what has come."""
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def give_up(self) -> None:
        """Close, since the client takes too little: a task does it, and nobody waits for that."""
        if self._closing is None:
            work = self.socket.link.close(1013, "too slow for what is published")
            self._closing = asyncio.create_task(work)

    async def end(self) -> None:
        """The connection has ended, and its subscriptions with it."""
        self.over = True
        self.socket.link.opened = None
        self.socket.feed = None  # they would keep each other
        for subscription in [*self.subscriptions.values()]:
            subscription.topic.leave(subscription)
        tasks = [each for each in (self._sending, self._closing) if each is not None]
        if self._sending is not None:
            self._sending.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _send(self) -> None:
        link = self.socket.link
        try:
            while not self.over:  # what is awaited below may swallow a cancellation
                found = self._next()
                if found is None:
                    self._waiter = asyncio.get_running_loop().create_future()
                    await self._waiter
                    continue
                subscription, delivery = found
                if delivery.event is None:
                    await self._miss(subscription)
                else:
                    await link.emit(dict(delivery.event))  # a middleware may change its own
        except WebSocketDisconnect:
            return
        except Exception as error:  # of the application, where messages were missed
            await self._failed(error)

    def _next(self) -> tuple[SocketSubscription, Delivery] | None:
        """What was published first of all that waits."""
        ready = [each for each in self.subscriptions.values() if each.waiting]
        if not ready:
            return None
        first = min(ready, key=_number) if len(ready) > 1 else ready[0]
        return first, first.waiting.popleft()

    async def _miss(self, subscription: SocketSubscription) -> None:
        link = self.socket.link
        topic = subscription.topic
        if link.watch is not None:
            link.watch.gap(subscription.channel.topic)
        if self.socket.missed is not None:
            await self.socket.missed(topic)
        else:
            report_missed(self.socket, topic)

    async def _failed(self, error: Exception) -> None:
        outcome = verdict(unwrapped(error))
        if outcome.unexpected:
            report(self.socket, self.socket.link.terms.handler, error, what="missed()")
        await self.socket.link.close(outcome.code, outcome.reason)


def _number(subscription: Subscription) -> int:
    return subscription.waiting[0].number


def report_missed(socket: WebSocket, topic: AnyTopic) -> None:
    """One log record: messages of a topic may be missing, and nobody asked to be told."""
    text = "may have missed messages of %s: the broker was gone"
    note(socket, socket.link.terms.handler, text, topic, level=logging.WARNING)
