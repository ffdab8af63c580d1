"""Engines: what carries messages from the process that publishes to those that listen."""

from __future__ import annotations

import asyncio
from typing import Protocol
from urllib.parse import urlsplit

from typing_extensions import override

from wsgen_runtime.exceptions import ConfigurationError


class Receiver(Protocol):
    """What an engine tells; every call returns at once."""

    def deliver(self, channel: str, data: bytes) -> bool:
        """Something was published; whether to let others run before the next, who are behind."""
        ...

    def gap(self, channel: str) -> None:
        """Of what was published here since the last delivery, some may be lost."""
        ...

    def up(self) -> None:
        """The broker is there, at first or again."""
        ...

    def down(self, error: Exception) -> None:
        """The broker is gone, or cannot be reached."""
        ...


class Engine(Protocol):
    """Carries messages; started once, and after `stop` never again."""

    def start(self, receiver: Receiver, /) -> asyncio.Future[None]:
        """Begin; done after a first try. A broker that is not there is tried again and again."""
        ...

    async def stop(self) -> None:
        """End, and leave no task behind."""
        ...

    async def publish(self, channel: str, data: bytes) -> None:
        """Hand a message to the broker.

        Raises:
            TopicsUnavailable: it is not known to have it.
        """
        ...

    async def add(self, channel: str) -> None:
        """Listen to a channel, from when this returns; while the broker is gone it waits."""
        ...

    def remove(self, channel: str) -> None:
        """Listen no more."""
        ...


class MemoryEngine(Engine):
    """Carries messages within the process: to its receiver, at once."""

    _receiver: Receiver

    @override
    def start(self, receiver: Receiver, /) -> asyncio.Future[None]:
        self._receiver = receiver
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        started.set_result(None)
        return started

    @override
    async def stop(self) -> None:
        return

    @override
    async def publish(self, channel: str, data: bytes) -> None:
        if self._receiver.deliver(channel, data):
            await asyncio.sleep(0)  # who publishes in a loop would let nobody run

    @override
    async def add(self, channel: str) -> None:
        return

    @override
    def remove(self, channel: str) -> None:
        return


def engine_for(url: str) -> Engine:
    """The engine that a URL asks for: `memory://`, `redis://…`, `rediss://…` or `nats://…`.

    Raises:
        ConfigurationError: there is none, or its library is not installed.
    """
    scheme = urlsplit(url).scheme
    try:
        urlsplit(url).port  # noqa: B018  # raises where it is none
        match scheme:
            case "memory":
                return MemoryEngine()
            case "redis" | "rediss":
                from wsgen_runtime._topics.redis import RedisEngine

                return RedisEngine(url)
            case "nats":
                from wsgen_runtime._topics.nats import NatsEngine

                return NatsEngine(url)
            case _:
                problem = "`topics` is memory://, redis://…, rediss://… or nats://…"
                raise ConfigurationError([f"{problem}, and no {scheme or 'other'} URL"])
    except ValueError:  # whose text may have a part of the password
        problem = f"`topics` is no URL that can be read: its port, or an option of {scheme}"
        raise ConfigurationError([problem]) from None
    except ImportError as error:
        extra = scheme.removesuffix("s") if scheme == "rediss" else scheme
        install = f"pip install 'wsgen-runtime[{extra}]'"
        raise ConfigurationError([f"topics over {scheme} need a library: {install}"]) from error
