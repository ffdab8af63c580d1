"""An engine over a broker that may go away: one task keeps a session up, and starts another.

Client libraries differ in what they do when a broker goes: some give up, some say nothing, some
send later what they could not send in time. So none of their own recovery is used. A session is
one connection, from its beginning to the first sign of trouble; after it comes a fresh one.
"""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar, cast

from typing_extensions import override

from wsgen_runtime._topics.engine import Engine, Receiver
from wsgen_runtime.exceptions import TopicsUnavailable

PATIENCE: Final = 2
"""Seconds for any answer of the broker, after which it is taken as gone."""
PING_INTERVAL: Final = 1.0
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 5.0

_T = TypeVar("_T")
Publication: TypeAlias = tuple[str, bytes, "asyncio.Future[None]"]
"""A channel, what to publish, and what is done when the broker has it."""
Change: TypeAlias = tuple[str, bool]
"""A channel, and whether to listen to it from now on, or no more."""


class Session(ABC):
    """One connection to a broker; whatever fails in it is its end."""

    def __init__(self, receiver: Receiver, heard: Callable[[str], None]) -> None:
        """A session that is not open yet.

        Parameters:
            heard: called for each channel before the first message that the session brings of it.
        """
        self.receiver = receiver
        self._heard = heard
        self._announced: set[str] = set()
        self._listening: dict[str, asyncio.Future[None]] = {}
        self._unsettled: Counter[str] = Counter()
        self._changes: asyncio.Queue[Change] = asyncio.Queue()
        self._publications: asyncio.Queue[Publication] = asyncio.Queue()

    @abstractmethod
    async def open(self) -> None:
        """Connect."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything soon, whatever state the broker is in."""

    @abstractmethod
    async def read(self) -> None:
        """Deliver what comes until the connection is lost, which is raised."""

    @abstractmethod
    async def send(self, publications: Sequence[Publication]) -> None:
        """Publish in order, and settle what the broker has."""

    @abstractmethod
    async def change(self, changes: Sequence[Change]) -> None:
        """Make changes in order; `settle` is called when the broker has confirmed one."""

    @abstractmethod
    async def ping(self) -> None:
        """Return with a sign of life."""

    def publish(self, channel: str, data: bytes) -> asyncio.Future[None]:
        """Publish something; done when the broker has it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._publications.put_nowait((channel, data, done))
        return done

    def listen(self, channel: str) -> asyncio.Future[None]:
        """Listen to a channel; done when it is, cancelled when the session has ended before."""
        done = self._listening.get(channel)
        if done is None:
            done = self._listening[channel] = asyncio.get_running_loop().create_future()
            self._request(channel, listen=True)
        return done

    def leave(self, channel: str) -> None:
        """Listen to a channel no more."""
        if self._listening.pop(channel, None) is not None:
            self._announced.discard(channel)
            self._request(channel, listen=False)

    def _request(self, channel: str, *, listen: bool) -> None:
        self._unsettled[channel] += 1
        self._changes.put_nowait((channel, listen))

    def announce(self, channel: str) -> None:
        """What comes of a channel from here on is this session's."""
        if channel in self._listening and channel not in self._announced:
            self._announced.add(channel)
            self._heard(channel)

    def settle(self, channel: str) -> None:
        """The broker has made the channel's oldest change; only after the last one it is known."""
        self._unsettled[channel] -= 1
        if self._unsettled[channel]:
            return
        del self._unsettled[channel]
        self.announce(channel)
        done = self._listening.get(channel)
        if done is not None and not done.done():
            done.set_result(None)

    async def run(self, began: Callable[[], None]) -> None:
        """Work until something fails, which is raised.

        Parameters:
            began: called when all is listened to that was asked for before.
        """
        before = [*self._listening.values()]
        async with asyncio.TaskGroup() as group:
            for work in (self.read(), self._publish(), self._change(), self._watch()):
                group.create_task(work)
            if before:
                await asyncio.wait(before)
            began()

    def end(self) -> None:
        """Tell all who wait that it was in vain."""
        while not self._publications.empty():
            _refuse(self._publications.get_nowait()[2])
        for done in self._listening.values():
            done.cancel()

    async def _publish(self) -> None:
        while True:
            batch = [each for each in await _all_of(self._publications) if not each[2].done()]
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.send(batch)
            finally:
                for _, _, done in batch:
                    _refuse(done)

    async def _change(self) -> None:
        while True:
            await self.change(await _all_of(self._changes))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PING_INTERVAL)
            async with asyncio.timeout(PATIENCE):
                await self.ping()


async def _all_of(queue: asyncio.Queue[_T]) -> list[_T]:
    """What is in a queue, at least one."""
    found = [await queue.get()]
    while not queue.empty():
        found.append(queue.get_nowait())
    return found


def _refuse(done: asyncio.Future[None]) -> None:
    """Of a publication that is not settled, nobody knows whether the broker has it."""
    if not done.done():
        done.set_exception(TopicsUnavailable())


def _cause(error: Exception) -> Exception:
    """What has ended a session first."""
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    return error


class SupervisedEngine(Engine, ABC):
    """Keeps a session up, and listens in it to what was listened to before."""

    _receiver: Receiver
    _supervisor: asyncio.Task[None]

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: Session | None = None
        self._up = asyncio.Event()
        self._tried = asyncio.Event()
        self._wanted: dict[str, bool] = {}  # whether an earlier session has brought it

    @abstractmethod
    def session(self, receiver: Receiver, heard: Callable[[str], None], /) -> Session:
        """A session that is not open yet."""

    @override
    async def start(self, receiver: Receiver, /) -> None:
        self._receiver = receiver
        self._supervisor = asyncio.create_task(self._supervise())
        await self._tried.wait()

    @override
    async def stop(self) -> None:
        self._supervisor.cancel()
        await asyncio.wait((self._supervisor,))

    @override
    async def publish(self, channel: str, data: bytes) -> None:
        if self._session is None:
            raise TopicsUnavailable
        await self._session.publish(channel, data)

    @override
    async def add(self, channel: str) -> None:
        self._wanted.setdefault(channel, False)
        while True:
            await self._up.wait()
            assert self._session is not None
            done = self._session.listen(channel)
            await asyncio.wait((done,))
            if not done.cancelled():
                return

    @override
    def remove(self, channel: str) -> None:
        self._wanted.pop(channel, None)
        if self._session is not None:
            self._session.leave(channel)

    def _heard(self, channel: str) -> None:
        """Where an earlier session has brought a channel, some may have been lost in between."""
        if self._wanted.get(channel):
            self._receiver.gap(channel)
        self._wanted[channel] = True

    async def _supervise(self) -> None:
        failures = 0
        while True:
            session = self.session(self._receiver, self._heard)
            error = await self._use(session)
            failures = 1 if self._up.is_set() else failures + 1
            self._session = None
            self._up.clear()
            self._receiver.down(error)
            self._tried.set()
            longest = min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY)
            # Not all processes at once, which takes no secret: so says S311.
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311

    async def _use(self, session: Session) -> Exception:
        """Open a session and work in it; why it has ended."""

        def began() -> None:
            self._session = session
            self._up.set()
            self._tried.set()
            self._receiver.up()

        for channel in self._wanted:
            session.listen(channel)
        try:
            async with asyncio.timeout(PATIENCE):
                await session.open()
            await session.run(began)
        except Exception as error:  # of libraries and of the network: another session may do
            return _cause(error)
        finally:
            session.end()
            await session.close()
        raise AssertionError("a session ends by failing")
