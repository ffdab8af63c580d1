"""CPU time of the code under test, as undisturbed as one process allows."""

import contextlib
import gc
import time
from collections.abc import Awaitable, Callable, Iterator


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Without the collector, whose cost grows with everything else that the process holds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def least(work: Callable[[], object], *, of: int = 3) -> float:
    """Seconds of CPU time that the fastest of some calls takes."""
    taken: list[float] = []
    with undisturbed():
        for _ in range(of):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    return min(taken)


async def least_async(work: Callable[[], Awaitable[object]], *, of: int = 3) -> float:
    """Seconds of CPU time that the fastest of some awaited calls takes."""
    taken: list[float] = []
    with undisturbed():
        for _ in range(of):
            began = time.process_time()
            await work()
            taken.append(time.process_time() - began)
    return min(taken)


def slowness() -> float:
    """How much slower than usual this machine is just now, at least 1.

    A fixed piece of work against the 40 ms that it takes on the machine that figures in the
    documents are of, so that a bound in seconds holds on others, and on busy ones.
    """

    def work() -> None:
        total = 0
        for number in range(1_000_000):
            total += number

    return max(least(work, of=5) / 0.040, 1.0)
