"""Any interleaving on any server: listeners, streams and sockets keep their contract (A-I, 69, 71).

What holds: only legal events, one close at the most, hooks and every teardown once and in their
order, no message lost or handled twice, no task left, nothing after the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from tests.runtime.columns_subjects import Peer, said
from tests.runtime.notation import S
from tests.runtime.stateful import UNUSABLE, Machine, Steered, fated, many, ticks
from typing_extensions import override

from wsgen_runtime import WebSocketDisconnect, WebSocketException

QUICK = settings(
    max_examples=200,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=3000, stateful_step_count=50, derandomize=False)


class Hears(Steered):
    """A listener: what it does with a message was decided when the client sent it."""

    machine: Listener

    @override
    async def heard(self, peer: Peer, text: str) -> str | None:
        assert peer.connection.link.machine.by != "server", "a message after our own close"
        number = int(text)
        self.machine.handled.append(number)
        match self.machine.plans.get(number):
            case "raise":
                raise LookupError(text)
            case "reject":
                raise WebSocketException("enough", code=4123)
            case "close":
                await peer.connection.close(4001, "bye")
            case "wait":
                await self.machine.gate.wait()
            case "nap":
                await asyncio.sleep(1)
            case "silent":
                return None
            case _:
                pass
        return text


class Listener(Machine):
    kind = "listener"
    conduct_type = Hears

    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[int, str] = {}

    @precondition(lambda self: self.connected and not self.gone)
    @rule(plan=st.sampled_from(["reply", "silent", "wait", "nap"]), times=many, steps=ticks)
    def client_says(self, plan: str, times: int, steps: int) -> None:
        self.plans.update({len(self.fed) + each: plan for each in range(times)})
        self.say(times)
        self.go_on(steps)

    @precondition(lambda self: self.connected and not self.gone and fated("application")(self))
    @rule(plan=st.sampled_from(["close", "raise", "reject"]), steps=ticks)
    def client_says_what_ends_it(self, plan: str, steps: int) -> None:
        if plan != "raise" or not self.swallows:
            self.ended_by(plan)
        self.plans[len(self.fed)] = plan
        self.say()
        self.go_on(steps)

    @override
    def check(self) -> None:
        super().check()
        assert self.handled == sorted(self.handled), "not one after another"
        replies = [each for each in self.talk.sent if isinstance(each, S) and each in self.answers]
        assert replies == self.answers[: len(replies)], "not in order"

    @property
    def answers(self) -> list[S]:
        silent = {"silent", "close", "raise", "reject"}
        return [said(str(each)) for each in self.handled if self.plans.get(each) not in silent]


class Yields(Steered):
    """A stream: it does what the machine tells it."""

    machine: Stream

    @override
    async def items(self, peer: Peer) -> AsyncGenerator[str]:
        self.machine.peer = peer
        self.step("items begin")
        try:
            while (told := await self.machine.commands.get()) != "return":
                match told:
                    case "raise":
                        raise LookupError(told)
                    case "reject":
                        raise WebSocketException("enough", code=4123)
                    case "close":
                        await peer.connection.close(4001, "bye")
                    case "nap":
                        await asyncio.sleep(1)
                    case _:
                        yield told
        finally:
            try:
                await asyncio.sleep(0)
            finally:
                self.step("items end")


class Stream(Machine):
    kind = "stream"
    conduct_type = Yields

    def __init__(self) -> None:
        super().__init__()
        self.commands: asyncio.Queue[str] = asyncio.Queue()
        self.numbers = 0

    @precondition(lambda self: self.connected and not self.gone)
    @rule(times=many, steps=ticks)
    def client_says(self, times: int, steps: int) -> None:
        self.say(times)
        self.go_on(steps)

    @rule(times=many, naps=st.booleans(), steps=ticks)
    def stream_yields(self, times: int, naps: bool, steps: int) -> None:
        for _ in range(times):
            self.commands.put_nowait(str(self.numbers))
            self.numbers += 1
        if naps:
            self.commands.put_nowait("nap")
        self.go_on(steps)

    @precondition(fated("application"))
    @rule(command=st.sampled_from(["close", "raise", "reject", "return"]), steps=ticks)
    def stream_ends(self, command: str, steps: int) -> None:
        self.ended_by(command)
        self.commands.put_nowait(command)
        self.go_on(steps)

    @override
    def let_go(self) -> None:
        super().let_go()
        self.commands.put_nowait("return")

    @override
    def check(self) -> None:
        self.clean = False  # what a client says is dropped
        super().check()
        items = [str(each) for each in range(self.numbers)]
        wanted = [said(each) for each in items]
        seen = [each for each in self.talk.sent if each in wanted]
        assert seen == wanted[: len(seen)], "items in order, none missing"
        steps = self.conduct.steps
        assert steps.count("items begin") == steps.count("items end") <= 1
        ends = [steps.index(each) for each in ("items end", "told", "inner out") if each in steps]
        assert ends == sorted(ends), steps


class Talks(Steered):
    """A `websocket` handler: it does what the machine tells it, itself or in a task of its own."""

    machine: Socket

    @override
    async def talk(self, peer: Peer) -> None:
        self.machine.peer = peer
        async with asyncio.TaskGroup() as tasks:
            while (told := await self.machine.commands.get())[0] != "return":
                work = self.obey(peer, *told)
                if not told[-1]:
                    await work
                    continue
                try:
                    tasks.create_task(work)
                except RuntimeError:  # another task has failed at this moment
                    work.close()
                    raise

    async def obey(self, peer: Peer, command: str, _: bool) -> None:
        with suppress(WebSocketDisconnect):
            match command:
                case "raise":
                    raise LookupError(command)
                case "reject":
                    raise WebSocketException("enough", code=4123)
                case "close":
                    await peer.connection.close(4001, "bye")
                case "accept":
                    await peer.connection.accept()
                case "send":
                    await peer.send("hi")
                case "wait":
                    await self.machine.gate.wait()
                case _:
                    await self.receive(peer, command)

    async def receive(self, peer: Peer, how: str) -> None:
        with suppress(TimeoutError, *UNUSABLE):
            match how:
                case "receive":
                    await self.take(peer)
                case "receive in no time":
                    async with asyncio.timeout(0):
                        await self.take(peer)
                case "receive for a second":
                    await asyncio.wait_for(self.take(peer), 1)
                case "iterate":
                    async for text in peer:
                        self.machine.handled.append(int(text))
                        break
                case "give up":
                    await self.give_up(peer)
                case _:
                    await self.drain(peer)

    async def take(self, peer: Peer) -> None:
        self.machine.handled.append(int(await peer.receive()))

    async def give_up(self, peer: Peer) -> None:
        """Wait for a message, and stop waiting at any moment."""
        taking = asyncio.create_task(self.take(peer))
        try:
            for _ in range(len(self.machine.handled) % 5):  # at another moment each time
                await asyncio.sleep(0)
        finally:
            taking.cancel()
            await asyncio.wait((taking,))
        if not taking.cancelled():
            taking.result()

    async def drain(self, peer: Peer) -> None:
        while True:
            with suppress(*UNUSABLE):
                await self.take(peer)


class Socket(Machine):
    kind = "websocket"
    conduct_type = Talks

    def __init__(self) -> None:
        super().__init__()
        self.commands: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    @precondition(lambda self: self.connected and not self.gone)
    @rule(times=many, steps=ticks)
    def client_says(self, times: int, steps: int) -> None:
        self.say(times)
        self.go_on(steps)

    @rule(
        command=st.sampled_from(
            ["receive", "receive in no time", "receive for a second", "iterate", "give up"]
        ),
        aside=st.booleans(),
        times=many,
        steps=ticks,
    )
    def handler_receives(self, command: str, aside: bool, times: int, steps: int) -> None:
        for _ in range(times):
            self.commands.put_nowait((command, aside))
        self.go_on(steps)

    @rule(command=st.sampled_from(["accept", "send", "wait"]), aside=st.booleans(), steps=ticks)
    def handler_does(self, command: str, aside: bool, steps: int) -> None:
        self.commands.put_nowait((command, aside))
        self.go_on(steps)

    @precondition(fated("application"))
    @rule(command=st.sampled_from(["close", "raise", "reject"]), aside=st.booleans(), steps=ticks)
    def handler_ends(self, command: str, aside: bool, steps: int) -> None:
        self.ended_by(command)
        self.commands.put_nowait((command, aside))
        self.go_on(steps)

    @override
    def let_go(self) -> None:
        super().let_go()
        self.commands.put_nowait(("drain", False))
        self.commands.put_nowait(("return", False))

    @override
    def check(self) -> None:
        if self.clean:
            assert sorted(self.handled) == self.fed
        self.clean = False  # several tasks may take in any order
        super().check()


MACHINES: list[Any] = [Listener, Stream, Socket]


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.kind)
def test_any_interleaving_keeps_the_contract(machine: type[Machine]) -> None:
    run_state_machine_as_test(machine, settings=QUICK)


@pytest.mark.fuzz
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.kind)
def test_many_more_interleavings_keep_it_too(machine: type[Machine]) -> None:
    run_state_machine_as_test(machine, settings=LONG)
