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
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Final, TypeAlias, TypeVar

from typing_extensions import override

from wsgen_runtime._topics.engine import Engine, Receiver
from wsgen_runtime.exceptions import TopicsUnavailable

PATIENCE: Final = 2
"""Seconds for any answer of the broker, after which it is taken as gone."""
PING_INTERVAL: Final = 1.0
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 5.0
_ENOUGH_FAILURES: Final = 16

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
        done = self._listening.pop(channel, None)
        if done is not None:
            done.cancel()  # nobody waits for what nobody wants
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

    def works(self, began: Callable[[], None]) -> Sequence[Coroutine[None, None, None]]:
        """What an open session does, all at once, until one of them fails.

        Parameters:
            began: called when all is listened to that was asked for before.
        """
        return (self.read(), self._publish(), self._change(), self._watch(began))

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

    async def _watch(self, began: Callable[[], None]) -> None:
        left = {*self._listening.values()}
        while left:
            _, left = await asyncio.wait(left, timeout=PING_INTERVAL)
            await self._sign_of_life()
        began()
        while True:
            await asyncio.sleep(PING_INTERVAL)
            await self._sign_of_life()

    async def _sign_of_life(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.ping()


async def cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended: `wait_for` of Python 3.11 swallows a cancellation."""
    left = {each for each in tasks if not each.done()}
    while left:
        for each in left:
            each.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)


async def _all_of(queue: asyncio.Queue[_T]) -> list[_T]:
    """What is in a queue, at least one."""
    found = [await queue.get()]
    while not queue.empty():
        found.append(queue.get_nowait())
    return found


def longest_delay(failures: int) -> float:
    """Seconds to wait at the most before the next attempt, after so many in vain before."""
    if failures >= _ENOUGH_FAILURES:  # after many more the power would be no float any longer
        return LONGEST_DELAY
    return min(FIRST_DELAY * (1 << failures), LONGEST_DELAY)


def _refuse(done: asyncio.Future[None]) -> None:
    """Of a publication that is not settled, nobody knows whether the broker has it."""
    if not done.done():
        done.set_exception(TopicsUnavailable())


class SupervisedEngine(Engine, ABC):
    """Keeps a session up, and listens in it to what was listened to before."""

    _receiver: Receiver
    _supervisor: asyncio.Task[None]
    _tried: asyncio.Future[None]
    _stopping: asyncio.Future[None]

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: Session | None = None  # it is in use only while it is up
        self._up = asyncio.Event()
        self._failures = 0
        self._wanted: dict[str, bool] = {}  # whether an earlier session has brought it

    @abstractmethod
    def session(self, receiver: Receiver, heard: Callable[[str], None], /) -> Session:
        """A session that is not open yet."""

    @override
    def start(self, receiver: Receiver, /) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        self._receiver = receiver
        self._tried, self._stopping = loop.create_future(), loop.create_future()
        self._supervisor = asyncio.create_task(self._supervise())
        return self._tried

    @override
    async def stop(self) -> None:
        self._stopping.set_result(None)
        await asyncio.wait((self._supervisor,))

    @override
    async def publish(self, channel: str, data: bytes) -> None:
        if self._session is None or not self._up.is_set():
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
        while not self._stopping.done():
            try:
                error = await self._attempt()
            except Exception as unforeseen:  # of a client library that cannot even let go
                error = unforeseen
            if error is not None and not self._stopping.done():
                self._receiver.down(error)
            self._has_tried()
            # Not all processes at once, which takes no secret: so says S311.
            delay = random.uniform(0, longest_delay(self._failures))  # noqa: S311
            self._failures += 1
            await asyncio.wait((self._stopping,), timeout=delay)

    async def _attempt(self) -> Exception | None:
        """One session, from its beginning to its end; why it has ended, unless we stop."""
        session = self._session = self.session(self._receiver, self._heard)
        for channel in self._wanted:
            session.listen(channel)
        try:
            return await self._use(session)
        finally:
            self._session = None
            self._up.clear()
            session.end()
            await session.close()

    async def _use(self, session: Session) -> Exception | None:
        """Open a session and work in it; why it has ended, unless we stop."""

        def began() -> None:
            self._failures = 0
            self._up.set()
            self._receiver.up()
            self._has_tried()

        opening = asyncio.create_task(session.open())
        error = await self._first_failure((opening,), within=PATIENCE)
        if error is None and not self._stopping.done():
            works = [asyncio.create_task(each) for each in session.works(began)]
            error = await self._first_failure(works)
        return error

    async def _first_failure(
        self, tasks: Sequence[asyncio.Task[None]], *, within: float | None = None
    ) -> Exception | None:
        """Wait until a task ends, or we stop; then end them all. What the first one has raised."""
        done, _ = await asyncio.wait(
            (self._stopping, *tasks), timeout=within, return_when=asyncio.FIRST_COMPLETED
        )
        await cancelled(tasks)
        ended = [each for each in tasks if each in done]
        return TimeoutError("no answer in time") if not done else _error_of(ended)

    def _has_tried(self) -> None:
        if not self._tried.done():
            self._tried.set_result(None)


def _error_of(ended: Sequence[asyncio.Task[None]]) -> Exception | None:
    for each in ended:
        error = None if each.cancelled() else each.exception()
        if isinstance(error, Exception):
            return error
    return None
