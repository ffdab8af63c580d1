"""A coroutine that whoever waits runs, as a task would; giving up ends the wait alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from wsgen_runtime._underway import Underway

Work = Callable[["asyncio.Future[str]"], Awaitable[str]]
Parts = tuple["asyncio.Future[str]", Underway[str], "asyncio.Task[str | None]"]


async def plain(future: asyncio.Future[str]) -> str:
    return await future


async def resting(future: asyncio.Future[str]) -> str:
    await asyncio.sleep(0)
    answer = await future
    await asyncio.sleep(0)
    return answer


async def mending(future: asyncio.Future[str]) -> str:
    try:
        return await future
    except LookupError as error:
        await asyncio.sleep(0)
        return f"mended {error.args[0]}"


async def waits_of(
    work: Work,
) -> Parts:
    """A future, what waits for it, and who waits for that."""
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    underway = Underway(_started(work, future))

    async def waiting() -> str | None:
        return await underway

    waiter = asyncio.create_task(waiting())
    for _ in range(2):
        await asyncio.sleep(0)
    return future, underway, waiter


async def _started(work: Work, future: asyncio.Future[str]) -> str:
    return await work(future)


@pytest.mark.parametrize("work", [plain, resting, mending])
async def test_it_runs_as_in_a_task(work: Work) -> None:
    future, underway, waiter = await waits_of(work)
    future.set_result("a")
    assert await waiter == "a"
    assert underway.task is None


async def test_what_is_there_needs_no_round_of_the_loop() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    future.set_result("a")
    rounds: list[int] = []
    asyncio.get_running_loop().call_soon(rounds.append, 1)
    assert await Underway(_started(plain, future)) == "a"
    assert rounds == []


async def test_a_failure_is_the_coroutines_to_judge() -> None:
    future, _, waiter = await waits_of(mending)
    future.set_exception(LookupError("a"))
    assert await waiter == "mended a"
    future, _, waiter = await waits_of(mending)
    future.set_exception(OSError("b"))
    with pytest.raises(OSError, match="b"):
        await waiter


@pytest.mark.parametrize("work", [plain, resting, mending])
@pytest.mark.parametrize("rounds", range(4))
async def test_who_gives_up_at_any_moment_ends_nothing(work: Work, rounds: int) -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    underway = Underway(_started(work, future))

    async def waiting() -> str | None:
        return await underway

    waiter = asyncio.create_task(waiting())
    for _ in range(rounds):
        await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.wait((waiter,))
    assert waiter.cancelled()
    assert not future.cancelled()
    future.set_result("a")
    assert await underway.go_on() == "a"


async def test_it_goes_on_for_others_and_says_so() -> None:
    future, underway, waiter = await waits_of(resting)
    task = underway.go_on()
    assert await waiter is None
    future.set_result("a")
    assert await task == "a"


async def test_a_failure_after_it_went_on() -> None:
    future, underway, _ = await waits_of(mending)
    task = underway.go_on()
    await asyncio.sleep(0)
    future.set_exception(LookupError("a"))
    assert await task == "mended a"


async def test_a_cancellation_reaches_what_it_waits_for() -> None:
    future, underway, waiter = await waits_of(plain)
    underway.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert future.cancelled()
    assert underway.task is None
