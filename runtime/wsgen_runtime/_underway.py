"""Waiting for a coroutine in such a way that giving up does not end it, and without a task.

A task for each message would cost two rounds of the event loop. So whoever waits runs the coroutine
step by step, as a task would, but waits for a future of its own in place of the coroutine's: a
cancellation then cancels that one alone, and what the coroutine waits for goes on in a task.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from contextvars import copy_context
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Underway(Generic[T]):
    """A coroutine under way, which one task may await.

    Attributes:
        task: what it goes on in, since somebody gave up or somebody else takes an interest in it.
    """

    __slots__ = ("_cancelled", "_waited", "_waker", "_work", "task")

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self.task: asyncio.Task[T] | None = None
        self._work = work
        self._waited: Any = None  # the future that the coroutine has yielded, as a task gets it
        self._waker: asyncio.Future[None] | None = None
        self._cancelled = False

    def __await__(self) -> Generator[Any, None, T | None]:
        """The result; None where it goes on in `task`.

        Raises:
            asyncio.CancelledError: it was cancelled, or whoever waits was: then it goes on.
        """
        step: Callable[[], Any] = self._next
        while True:
            try:
                self._waited = step()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                yield from self._pause()
            except asyncio.CancelledError:
                self.go_on()
                raise
            if self.task is not None:
                return None

    def _next(self) -> Any:
        if self._cancelled:
            return self._work.throw(asyncio.CancelledError())
        return _stepped(self._work, self._waited)

    def _pause(self) -> Generator[Any, None, None]:
        waited = self._waited
        if waited is None:  # it only lets others run
            yield None
            return
        waited._asyncio_future_blocking = False
        self._waker = asyncio.get_running_loop().create_future()
        waited.add_done_callback(self._wake, context=copy_context())
        yield from self._waker

    def _wake(self, _: object = None) -> None:
        if self._waker is not None and not self._waker.done():
            self._waker.set_result(None)

    def go_on(self) -> asyncio.Task[T]:
        """Let it go on in a task; whoever waits for it is woken."""
        if self.task is None:
            self.task = asyncio.create_task(_finished(self._work, self._waited))
            self._wake()
        return self.task

    def done(self) -> bool:
        """Never: where it is, nobody keeps it any more."""
        return False

    def cancel(self) -> None:
        """End it, and with it the wait for it."""
        self._cancelled = True
        if self._waited is not None:
            self._waited.cancel()
        self._wake()


def _stepped(work: Coroutine[Any, Any, Any], waited: Any) -> Any:
    """Run it to its next wait, when what it waited for is there."""
    if waited is not None:
        try:
            waited.result()
        except BaseException as error:  # a cancellation of it as well: the coroutine's to judge
            return work.throw(error)
    return work.send(None)


async def _finished(work: Coroutine[Any, Any, T], waited: Any) -> T:
    """Run a coroutine to its end that waits for something already."""
    result: T = await _resumed(work, waited)
    return result


@types.coroutine
def _resumed(work: Coroutine[Any, Any, T], waited: Any) -> Generator[Any, None, T]:
    try:
        while True:
            if waited is not None:
                waited._asyncio_future_blocking = True
            try:
                yield waited
            except BaseException as error:
                waited = work.throw(error)
            else:
                waited = work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
