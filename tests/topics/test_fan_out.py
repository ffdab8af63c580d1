"""What a subscriber costs: of time against a bare loop over queues, and of memory."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Callable

import pytest
from tests.topics.relay.handlers.talk import TalkSocket
from tests.topics.relaying import RelayApp, a_name, eventually, note, running, subscribed

from wsgen_runtime import WebSocket

SUBSCRIBERS = 10_000
ROUNDS = 7


async def _never() -> dict[str, object]:
    await asyncio.Event().wait()
    raise AssertionError


async def opened() -> TalkSocket:
    """An open connection whose server takes everything at once."""
    events = [{"type": "websocket.connect"}]

    async def receive() -> dict[str, object]:
        return events.pop() if events else await _never()

    async def send(event: dict[str, object]) -> None:
        del event

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    return TalkSocket(socket)


async def subscribe_all(app: RelayApp, sockets: list[TalkSocket], name: str) -> None:
    topic = app.topics.room(name=name)
    for each in sockets:
        await topic.subscribe(each)
    await eventually(lambda: subscribed(app, topic.channel) == len(sockets))


async def end_all(sockets: list[TalkSocket]) -> None:
    for each in sockets:
        assert each.connection.feed is not None
        await each.connection.feed.end()
        await each.connection.link.inbox.leave()


def cost(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.slow
async def test_b78_a_publish_costs_no_more_than_putting_into_queues() -> None:
    async with running("memory://") as app:
        sockets = [await opened() for _ in range(SUBSCRIBERS)]
        await subscribe_all(app, sockets, name := a_name())
        topic = app.topics.room(name=name)
        message = note(1, text="x" * 100)
        payload = str(topic.encoder.encode(message))
        queues = [asyncio.Queue[str]() for _ in range(SUBSCRIBERS)]

        def put_all() -> None:
            for queue in queues:
                queue.put_nowait(payload)

        ours: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            bare.append(cost(put_all))
            began = time.process_time()
            await topic.publish(message)
            ours.append(time.process_time() - began)
            feeds = [each.connection.feed for each in sockets]
            await eventually(
                lambda feeds=feeds: all(  # type: ignore[misc]
                    not each.waiting
                    for feed in feeds
                    if feed is not None
                    for each in feed.subscriptions.values()
                )
            )
        assert min(ours) < 1.5 * min(bare)
        await end_all(sockets)


@pytest.mark.slow
async def test_a_subscription_is_small() -> None:
    async with running("memory://") as app:
        sockets = [await opened() for _ in range(1000)]
        for name, most in (("first", 4096), ("second", 2048)):  # the first comes with its task
            tracemalloc.start()
            try:
                await subscribe_all(app, sockets, name)
                await asyncio.sleep(0)
                used = tracemalloc.get_traced_memory()[0] / len(sockets)
            finally:
                tracemalloc.stop()
            assert used < most, f"{used} bytes for the {name} subscription"
        await end_all(sockets)
