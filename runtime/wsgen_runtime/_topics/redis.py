"""Topics over Redis or Valkey, by redis-py."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# redis-py annotates its methods in part.

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from typing_extensions import override

from wsgen_runtime._topics.engine import Receiver
from wsgen_runtime._topics.supervised import (
    PATIENCE,
    Change,
    Publication,
    Session,
    SupervisedEngine,
)
from wsgen_runtime.exceptions import TopicsUnavailable


class RedisEngine(SupervisedEngine):
    """Publishes by one connection and listens by another, both of one session."""

    def __init__(self, url: str) -> None:
        """An engine that does not run yet.

        Raises:
            ValueError: redis-py cannot read the URL.
        """
        super().__init__(url)
        ConnectionPool.from_url(url)

    @override
    def session(self, receiver: Receiver, heard: Callable[[str], None], /) -> Session:
        return RedisSession(self.url, receiver, heard)


class RedisSession(Session):
    """A client without retries, which would hide that something was lost."""

    def __init__(self, url: str, receiver: Receiver, heard: Callable[[str], None]) -> None:
        super().__init__(receiver, heard)
        self._client: Redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            health_check_interval=0,
        )
        self._pubsub = self._client.pubsub()
        self._pong = asyncio.Event()

    @override
    async def open(self) -> None:
        await self._client.ping()
        await self._pubsub.connect()  # type: ignore[no-untyped-call]  # not annotated

    @override
    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # not annotated
        await self._client.aclose()

    @override
    async def read(self) -> None:
        while True:
            message: dict[str, Any] | None = await self._pubsub.get_message(timeout=None)
            match message:
                case {"type": "message", "channel": bytes(channel), "data": bytes(data)}:
                    if self.receiver.deliver(channel.decode(), data):
                        await asyncio.sleep(0)  # let subscribers take what they have
                case {"type": "subscribe" | "unsubscribe", "channel": bytes(channel)}:
                    self.settle(channel.decode())
                case {"type": "pong"}:
                    self._pong.set()
                case _:
                    pass

    @override
    async def send(self, publications: Sequence[Publication]) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for channel, data, _ in publications:
            pipeline.publish(channel, data)
        answers = await pipeline.execute(raise_on_error=False)
        for (_, _, done), answer in zip(publications, answers, strict=True):
            if done.done():  # whoever published has been cancelled
                continue
            if isinstance(answer, ResponseError):
                refused = TopicsUnavailable()
                refused.__cause__ = answer
                done.set_exception(refused)
            else:
                done.set_result(None)

    @override
    async def change(self, changes: Sequence[Change]) -> None:
        for listen, group in groupby(changes, key=itemgetter(1)):
            channels = (channel for channel, _ in group)
            await (self._pubsub.subscribe if listen else self._pubsub.unsubscribe)(*channels)

    @override
    async def ping(self) -> None:
        self._pong.clear()
        await self._pubsub.ping()
        await self._pong.wait()
