"""Receiving so that no wait that is given up can lose a message.

A cancelled `receive()` loses a message on some servers, since cancelling a task cancels the future
that the server handed out. So a pending `receive()` outlives the wait for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from wsgen_runtime._asgi import Message, Receive
from wsgen_runtime._underway import Underway
from wsgen_runtime.exceptions import ProtocolMisuse

See: TypeAlias = Callable[[Message], None]

LOST: Final[Message] = {"type": "websocket.disconnect", "code": 1006, "reason": ""}
"""What stands for an event that a server failed to give."""
_UNREAD: Final = 64 * 1024
"""How much may be unread, in bytes or characters, before the client has to wait."""
_OVERHEAD: Final = 2 * 1024
"""What any message counts for besides its payload, so that their number is bounded too: 32."""


class Inbox:
    """The events of one connection, in order, for any number of waiting tasks.

    Attributes:
        pending: a `receive()` that is under way, so that nobody else may call it.
        direct: whether the listener awaits `receive()` itself: nobody can give that wait up.
        task: the one that serves the connection, as long as it does.
    """

    __slots__ = (
        "_last",
        "_lock",
        "_room",
        "_sent",
        "_stopped",
        "_unread",
        "direct",
        "pending",
        "receive",
        "task",
    )

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.pending: asyncio.Task[Message] | Underway[Message] | None = None
        self.direct = False
        self.task: asyncio.Task[Any] | None = None
        self._sent = self._stopped = False
        self._lock: asyncio.Lock | None = None
        self._last: Message | None = None
        self._unread: deque[Message] | None = None
        self._room = _UNREAD

    async def take(self, see: See, seconds: float | None) -> Message:
        """The next event; a server that fails to give one has lost the client.

        After the disconnect every call has it at once: some servers would wait for ever.

        Parameters:
            see: as for `ahead`.
            seconds: how long to wait; None: for ever.

        Raises:
            TimeoutError: nothing came; the next call goes on waiting for the same event.
            ProtocolMisuse: a listener receives, and it alone may.
        """
        if self.direct:
            raise ProtocolMisuse("a listener receives by itself: its background work may not")
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            self._sent = False
            if self._unread:
                event = self._unread.popleft()
                self._room += _weight(event)
                return event
            if self._last is not None:
                return self._last
            if self._stopped:
                raise TimeoutError
            if self.pending is None:
                event = await self._stepped(see, seconds)
            else:
                event = await _settled(self.ahead(see), seconds)
            self.pending = None
            if event["type"] == "websocket.disconnect":
                self._last = event
            return event

    async def _stepped(self, see: See, seconds: float | None) -> Message:
        """Receive without a task, unless it takes too long or others take an interest in it."""
        self.pending = underway = Underway(_received(self.receive, see))
        until = None if seconds is None else _Until(seconds, underway.go_on)
        try:
            event = await underway
        except asyncio.CancelledError:
            if underway.task is not None:
                raise  # it is the wait that was given up
            self.pending = None
            raise TimeoutError from None  # `stop` has cancelled it, or the server
        finally:
            if until is not None:
                until.cancel()
        if event is None:
            event = await _settled(self.ahead(see), None if until is None else until.left)
        return event

    def ahead(self, see: See) -> asyncio.Task[Message]:
        """The task that receives the next event; whoever awaits it leaves it to `take`.

        Parameters:
            see: told of the event as soon as it comes, whenever that is taken: nothing may be
                sent after a disconnect, even where nobody waits for it any more.
        """
        if self._stopped:
            raise TimeoutError
        pending = self.pending
        if pending is None:
            self.pending = pending = asyncio.create_task(_received(self.receive, see))
        elif isinstance(pending, Underway):
            self.pending = pending = pending.go_on()
        return pending

    def sent(self, see: See) -> None:
        """Something is sent: who sends again and again without receiving has to look as well.

        Some servers take sends for ever after the client has left.
        """
        seen = self.direct or (self.pending is not None and not self.pending.done())
        if not seen and self._sent:
            self.watch(see)
        self._sent = True

    def watch(self, see: See) -> asyncio.Task[Message]:
        """As `ahead`, but a message that nobody has taken yet is kept, so that one sees behind it.

        A client may say something and leave; who only sends would never notice. Beyond a bound the
        next event stays where it is, and the task is done.
        """
        event = self._come() if self._room > 0 else None
        awaited = self._lock is not None and self._lock.locked()  # it goes to whoever waits
        if event is not None and not awaited:
            self._unread = self._unread or deque()
            self._unread.append(event)
            self._room -= _weight(event)
            self.pending = None
        return self.ahead(see)

    def _come(self) -> Message | None:
        """The message that was read ahead and is not kept, if there is one."""
        task = self.pending
        if not isinstance(task, asyncio.Task) or not task.done() or task.cancelled():
            return None
        event = task.result()
        return event if event["type"] == "websocket.receive" else None

    @property
    def unread(self) -> bool:
        """Whether messages were read ahead that nobody has taken yet."""
        return bool(self._unread) or self._come() is not None

    def stop(self) -> None:
        """Nothing more is awaited, since we have closed: end every wait.

        Some servers would let a `receive()` after our own close wait for ever.
        """
        self._stopped = True
        if self.pending is not None:
            self.pending.cancel()
        task = self.task if self.direct else None
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def only_stopped(self) -> bool:
        """Whether it is `stop` alone that has cancelled the listener, which then goes on."""
        task = self.task if self.direct and self._stopped else None
        return task is not None and task.uncancel() == 0

    async def leave(self) -> None:
        """End the pending `receive()`: nobody will ask again."""
        pending, self.pending = self.pending, None
        if isinstance(pending, Underway):
            pending.cancel()
            await asyncio.sleep(0)
        elif pending is not None and not pending.done():
            pending.cancel()
            await asyncio.wait((pending,), timeout=1)


def _weight(event: Message) -> int:
    return len(event.get("text") or event.get("bytes") or ()) + _OVERHEAD


async def _received(receive: Receive, see: See) -> Message:
    try:
        event = await receive()
    except Exception:  # what a server raises here has no contract
        event = LOST
    see(event)
    return event


class _Until:
    """Calls something after a time, if it is not cancelled before."""

    __slots__ = ("_loop", "_timer")

    def __init__(self, seconds: float, call: Callable[[], object]) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(seconds, call)

    @property
    def left(self) -> float:
        """Seconds until then."""
        return self._timer.when() - self._loop.time()

    def cancel(self) -> None:
        """It is not wanted any more."""
        self._timer.cancel()


async def _settled(task: asyncio.Task[Message], seconds: float | None) -> Message:
    """What a task gives, without ever cancelling it.

    Raises:
        TimeoutError: nothing, as yet or at all.
    """
    if not task.done():
        waiter = asyncio.get_running_loop().create_future()

        def wake(_: object = None) -> None:
            if not waiter.done():
                waiter.set_result(None)

        task.add_done_callback(wake)
        until = None if seconds is None else _Until(seconds, wake)
        try:
            await waiter
        finally:
            task.remove_done_callback(wake)
            if until is not None:
                until.cancel()
    if not task.done() or task.cancelled():
        raise TimeoutError
    return task.result()
