"""What keeps a session up, against sessions that do as a test wants: no outage ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from tests.topics.relaying import eventually
from typing_extensions import override

from wsgen_runtime._topics import supervised
from wsgen_runtime._topics.engine import Receiver
from wsgen_runtime._topics.supervised import Change, Publication, Session, SupervisedEngine
from wsgen_runtime.exceptions import TopicsUnavailable


class Told(Receiver):
    """Remembers gaps and outages."""

    def __init__(self) -> None:
        self.gaps: list[str] = []
        self.errors: list[Exception] = []
        self.ups = 0

    @override
    def deliver(self, channel: str, data: bytes) -> bool:
        return False

    @override
    def gap(self, channel: str) -> None:
        self.gaps.append(channel)

    @override
    def up(self) -> None:
        self.ups += 1

    @override
    def down(self, error: Exception) -> None:
        self.errors.append(error)


class Engine(SupervisedEngine):
    """Its sessions open when they may, and confirm everything.

    Attributes:
        reachable: whether there is a broker.
        may_open: unset, opening takes its time.
        stuck: what letting go of a session raises.
        changes: what the broker was asked for in the last session.
    """

    def __init__(self) -> None:
        super().__init__("fake://")
        self.reachable = True
        self.may_open = asyncio.Event()
        self.may_open.set()
        self.lost = asyncio.Event()
        self.stuck: Exception | None = None
        self.attempts = 0
        self.changes: list[Change] = []

    @override
    def session(self, receiver: Receiver, heard: Callable[[str], None], /) -> Session:
        self.attempts += 1
        self.changes.clear()
        self.lost.clear()
        return _Fake(self, receiver, heard)


class _Fake(Session):
    def __init__(self, engine: Engine, receiver: Receiver, heard: Callable[[str], None]) -> None:
        super().__init__(receiver, heard)
        self._engine = engine

    @override
    async def open(self) -> None:
        await self._engine.may_open.wait()
        if not self._engine.reachable:
            raise ConnectionRefusedError

    @override
    async def close(self) -> None:
        if self._engine.stuck is not None:
            raise self._engine.stuck

    @override
    async def read(self) -> None:
        await self._engine.lost.wait()
        raise ConnectionResetError

    @override
    async def send(self, publications: Sequence[Publication]) -> None:
        for _, _, done in publications:
            done.set_result(None)

    @override
    async def change(self, changes: Sequence[Change]) -> None:
        self._engine.changes += changes
        for channel, _ in changes:
            self.settle(channel)

    @override
    async def ping(self) -> None:
        return


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervised.random, "uniform", lambda *_: 0)


@pytest.mark.parametrize("failures", [0, 1, 5, 16, 1_025, 10**9])
def test_b77_however_often_it_failed_the_delay_has_a_bound(failures: int) -> None:
    expected = min(0.1 * 2 ** min(failures, 20), 5)
    assert supervised.longest_delay(failures) == expected


async def test_b77_after_a_very_long_outage_it_still_comes_back() -> None:
    engine, told = Engine(), Told()
    engine.reachable = False
    await engine.start(told)
    engine._failures = 1_100
    attempts = engine.attempts
    await eventually(lambda: engine.attempts > attempts + 2)
    engine.reachable = True
    await eventually(lambda: told.ups)
    assert engine._failures == 0
    await engine.stop()


async def test_b77_a_session_that_cannot_even_be_closed_is_followed_by_another() -> None:
    engine, told = Engine(), Told()
    engine.stuck = TimeoutError("closing took too long")
    await engine.start(told)
    engine.lost.set()
    await eventually(lambda: told.ups == 2)
    assert told.errors == [engine.stuck]
    await engine.publish("a", b"")
    await engine.stop()


async def test_b77_a_supervisor_that_others_cancel_leaves_nobody_waiting() -> None:
    engine = Engine()
    await engine.start(Told())
    engine._supervisor.cancel()
    await asyncio.wait((engine._supervisor,))
    with pytest.raises(TopicsUnavailable):
        await engine.publish("a", b"")


async def test_b75_who_leaves_while_a_session_opens_leaves_no_trace() -> None:
    engine, told = Engine(), Told()
    await engine.start(told)
    await asyncio.gather(engine.add("gone"), engine.add("kept"))
    engine.may_open.clear()
    engine.lost.set()
    await eventually(lambda: engine.attempts == 2)
    with pytest.raises(TopicsUnavailable):
        await engine.publish("kept", b"")
    engine.remove("gone")
    engine.may_open.set()
    await eventually(lambda: told.ups == 2)
    assert dict(engine.changes) == {"gone": False, "kept": True}
    assert [*engine._wanted] == ["kept"]
    assert told.gaps == ["kept"]
    await engine.add("gone")  # as if it had never been there
    assert told.gaps == ["kept"]
    await engine.stop()
