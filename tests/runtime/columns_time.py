"""Time that passes only when nothing else can happen: time-outs cost nothing, a deadlock fails.

An event loop whose clock stands still while there is work. When every task waits, the clock goes
on to the next timer at once; without a timer, what waits would wait for ever, and that is an error.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from selectors import SelectorKey
from typing import Any, TypeVar

T = TypeVar("T")


class Deadlock(BaseException):
    """Everything waits, and no timer will ever end that."""


class _Selector(selectors.BaseSelector):
    """Asks the real selector without waiting, and moves the clock on instead."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.now = 0.0

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> SelectorKey:
        return self._real.unregister(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None:
            raise Deadlock("every task waits, and nothing will ever happen")
        self.now += max(timeout, 0.0)
        return self._real.select(0)

    def get_map(self) -> Mapping[Any, SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class StillLoop(asyncio.SelectorEventLoop):
    """An event loop of that kind."""

    def __init__(self) -> None:
        self._still = _Selector()
        super().__init__(self._still)

    def time(self) -> float:
        """Seconds that have passed for those who waited."""
        return self._still.now

    def advance(self, seconds: float) -> None:
        """Let time pass though there is work: timers that are due run next."""
        self._still.now += seconds


def play(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in such a loop, from beginning to end."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(work)
