"""A server in a process of its own, and real clients that come and go. Every wait has an end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import msgspec
from tests.soak.served import Report
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

PATIENCE: Final = 20.0
"""Seconds that anything may take before a test fails."""
SAY: Final = '{"type":"say","text":"hi"}'


@contextmanager
def server(*, traced: bool = False) -> Iterator[str]:
    """Serve; gives the base of its URLs, and sees that it ends when it is told to.

    Parameters:
        traced: with tracemalloc, which makes it slow.
    """
    environment = {**os.environ, "PYTHONTRACEMALLOC": "1" if traced else ""}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.soak.served"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
            process.terminate()
            process.wait(PATIENCE)
        finally:
            process.kill()


@asynccontextmanager
async def dialled(url: str) -> AsyncIterator[ClientConnection]:
    """A client without time-outs of its own."""
    async with connect(
        url, proxy=None, compression=None, ping_interval=None, open_timeout=PATIENCE
    ) as client:
        yield client


class Reporter:
    """Asks the server what it holds, over one connection."""

    def __init__(self, client: ClientConnection) -> None:
        self._client = client

    async def ask(self) -> Report:
        """What the server holds now."""
        async with asyncio.timeout(PATIENCE):
            await self._client.send("?")
            return msgspec.json.decode(await self._client.recv(), type=Report)

    async def calm(self) -> Report:
        """What the server holds when every other client is gone.

        Raises:
            TimeoutError: they never are.
        """
        async with asyncio.timeout(PATIENCE):
            while (found := await self.ask()).open > 1:
                await asyncio.sleep(0)
        return found


@asynccontextmanager
async def reporting(base: str) -> AsyncIterator[Reporter]:
    """A reporter that has been warm for a while."""
    async with dialled(f"{base}/report") as client:
        yield Reporter(client)


async def echo(base: str) -> None:
    """Some messages to a listener, and a close."""
    async with dialled(f"{base}/listener") as client:
        for text in ("a", "b", "c"):
            await client.send(text)
            assert await client.recv() == text


async def say(base: str) -> None:
    """A message to a generated listener, and a close with a code."""
    async with dialled(f"{base}/rooms/7") as client:
        await client.send(SAY)
        await client.recv()
        await client.close(4000, "bye")


async def stream(base: str) -> None:
    """A stream to its end."""
    async with dialled(f"{base}/counting") as client:
        assert [each async for each in client] == ["0", "1", "2"]


async def vanish(base: str) -> None:
    """Leave without a word."""
    async with dialled(f"{base}/talking") as client:
        await client.send("x")
        client.transport.abort()
        with contextlib.suppress(ConnectionClosed):
            await client.recv()


async def fail(base: str) -> None:
    """Make a handler fail."""
    async with dialled(f"{base}/failing") as client:
        await client.send("reject")
        with contextlib.suppress(ConnectionClosed):
            await client.recv()


async def refused(base: str) -> None:
    """Ask for what is not given."""
    for path in ("guarded", "nowhere"):
        with contextlib.suppress(InvalidStatus):
            async with dialled(f"{base}/{path}"):
                raise AssertionError("it was accepted")


KINDS: Final[tuple[Callable[[str], Awaitable[None]], ...]] = (
    echo,
    say,
    stream,
    vanish,
    fail,
    refused,
)


async def visits(base: str, count: int, *, at_once: int = 50) -> None:
    """So many connections, of every kind in turn, some at the same time."""
    numbers = iter(range(count))

    async def visit() -> None:
        for number in numbers:
            async with asyncio.timeout(PATIENCE):
                await KINDS[number % len(KINDS)](base)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(visit())


async def crowd(base: str, clients: int, seconds: float) -> int:
    """Clients that talk and listen all the time, coming back after a while; how often they came."""
    end = time.monotonic() + seconds
    came = itertools.count()

    async def live(number: int) -> None:
        while time.monotonic() < end:
            next(came)
            async with asyncio.timeout(seconds + PATIENCE):
                if number % 5 == 0:
                    await KINDS[number // 5 % len(KINDS)](base)
                else:
                    await talk(f"{base}/talking", rounds=20 + number % 30, end=end)

    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(live(number))
    return next(came)


async def talk(url: str, *, rounds: int, end: float) -> None:
    """Some rounds of words and answers."""
    async with dialled(url) as client:
        for number in range(rounds):
            if time.monotonic() > end:
                return
            await client.send(f"{number}")
            assert await client.recv() == f"{number}"
