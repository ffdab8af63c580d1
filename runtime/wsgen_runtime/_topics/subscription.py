"""A subscriber of one channel: a bounded queue, and what happens when it is full."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import Decoder

OnSlow: TypeAlias = Literal["drop_oldest", "drop_newest", "close"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a hub has to know of a topic.

    Attributes:
        topic: its name in the schema.
        name: what it is called in the broker, with its parameters.
        queue: how many messages wait for a slow subscriber.
    """

    topic: str
    name: str
    decoder: Decoder
    queue: int
    on_slow: OnSlow


class Delivery:
    """A message for every subscriber of a channel, or a gap before the next one.

    Attributes:
        number: its place among the deliveries of the process.
        event: as it is sent to sockets; None: here messages may be missing.
        message: as it is for iterations.
    """

    __slots__ = ("event", "message", "number")

    def __init__(self, number: int, event: Message | None, message: object) -> None:
        self.number = number
        self.event = event
        self.message = message


class Subscription(ABC):
    """One subscriber's queue.

    Attributes:
        key: what tells it from the channel's other subscribers.
        waiting: what it has not taken yet.
    """

    __slots__ = ("channel", "key", "waiting")

    def __init__(self, channel: Channel, key: str) -> None:
        self.channel = channel
        self.key = key
        self.waiting: deque[Delivery] = deque()

    def put(self, delivery: Delivery) -> bool:
        """Queue a delivery; whether another one waits before it."""
        waiting = self.waiting
        if not waiting:
            waiting.append(delivery)
            return False
        if len(waiting) - (waiting[0].event is None) < self.channel.queue:
            waiting.append(delivery)
        else:
            self._overflow(delivery)
        return True

    def _overflow(self, delivery: Delivery) -> None:
        match self.channel.on_slow:
            case "drop_newest":
                self.dropped()
            case "drop_oldest":
                self._drop_oldest()
                self.waiting.append(delivery)
                self.dropped()
            case "close":
                self.give_up(delivery.number)

    def _drop_oldest(self) -> None:
        """Drop the oldest message; a gap before it stays, since nothing else tells of that."""
        oldest = first = self.waiting.popleft()
        while oldest.event is None:
            oldest = self.waiting.popleft()
        if first is not oldest:
            self.waiting.appendleft(first)

    def miss(self, number: int) -> None:
        """Say where messages may be missing; once is enough between two messages."""
        if not self.waiting or self.waiting[-1].event is not None:
            self.waiting.append(Delivery(number, None, None))

    @abstractmethod
    def rouse(self) -> None:
        """Let whoever waits for a delivery go on."""

    @abstractmethod
    def dropped(self) -> None:
        """Count a message that was dropped."""

    @abstractmethod
    def give_up(self, number: int) -> None:
        """The subscriber is too slow, and its topic says `on_slow: close`."""

    @abstractmethod
    def end(self) -> None:
        """Nothing more will come."""
