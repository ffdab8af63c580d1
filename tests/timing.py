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
