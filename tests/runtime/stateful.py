"""What the machines of `test_stateful` have in common: a connection, a client, time, and the end.

A rule does something and lets the event loop go on by a few steps only, so that what follows may
come at any moment of it. Time stands still unless a rule lets it pass. At the end the client
leaves, everything is let go, and what must hold for every connection is looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.runtime.columns import COLUMNS, LOST, Column, Fin
from tests.runtime.columns_stage import check
from tests.runtime.columns_subjects import STYLES, Conduct, Kind, Peer, say
from tests.runtime.columns_talk import ColumnTalk
from tests.runtime.columns_time import StillLoop
from tests.runtime.notation import Accept, C, D, Denied, R, Rb, X
from typing_extensions import override

from wsgen_runtime import Limits, WebSocket, WebSocketDisconnect, WebSocketException
from wsgen_runtime.close_codes import http_status
from wsgen_runtime.exceptions import InvalidMessage, WrongFrame

BAD = {"malformed": R("{"), "unknown": R('{"type":"x"}'), "wrong kind": Rb(b"{}")}
BIG = R(f'{{"type":"say","text":"{"x" * 300}"}}')
UNUSABLE = (InvalidMessage, WrongFrame)

FATES = ["peace", "peace", "client", "application", "surroundings", "anything"]
"""What may go wrong in an example; in quiet ones messages get through."""

ticks = st.integers(0, 4)
many = st.integers(1, 4)


def fated(*fates: str) -> Callable[[Machine], bool]:
    """For a precondition: such things may happen in this example."""
    return lambda machine: machine.fate in {*fates, "anything"}


codes = st.sampled_from([1000, 1001, 4005, None])


class Gate:
    """Holds whoever waits at it until it is opened."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.open_for_good = False

    async def wait(self) -> None:
        if not self.open_for_good:
            await self._event.wait()

    def let_through(self) -> None:
        self._event.set()
        self._event = asyncio.Event()


class Steered(Conduct):
    """What a machine makes of a handler; `peer` is there once it talks."""

    def __init__(self, machine: Machine, **fails: Exception | None) -> None:
        super().__init__(**fails)
        self.machine = machine

    @override
    async def guard(self, socket: WebSocket) -> None:
        self.machine.socket = socket
        if self.machine.guard_fails:
            raise WebSocketException("members only", code=4403)

    @override
    async def provided(self, socket: WebSocket) -> None:
        if self.machine.provider_waits:
            await self.machine.gate.wait()

    @override
    async def accepted(self, peer: Peer) -> None:
        self.machine.peer = peer


class Machine(RuleBasedStateMachine):
    """A connection in the hands of hypothesis.

    Attributes:
        clean: whether nothing has happened that may keep a message from its handler.
        fed: numbers of the valid messages, in order.
        handled: those that a handler has had, in order.
        reasons: codes of what has happened that closes: it closes with no other.
    """

    kind: ClassVar[Kind]
    conduct_type: ClassVar[Callable[..., Steered]]
    talk: ColumnTalk
    column: Column
    conduct: Steered

    def __init__(self) -> None:
        super().__init__()
        self.loop = StillLoop()
        self.gate = Gate()
        self.socket: WebSocket | None = None
        self.peer: Peer | None = None
        self.fed: list[int] = []
        self.handled: list[int] = []
        self.spawned: list[asyncio.Task[Any]] = []
        self.clean = True
        self.reasons: set[int] = set()
        self.gone = False
        self.forced = False
        self.blocked = False
        self.opened = False

    def do(self, work: Coroutine[Any, Any, object]) -> None:
        self.loop.run_until_complete(work)

    def go_on(self, steps: int) -> None:
        async def going() -> None:
            for _ in range(steps):
                await asyncio.sleep(0)

        self.do(going())

    @initialize(
        column=st.sampled_from([each.name for each in COLUMNS]),
        style=st.sampled_from(sorted(STYLES)),
        fate=st.sampled_from(FATES),
        failing=st.sampled_from(["outer in", "inner in", "accepted", "guard"]),
        failing_later=st.sets(st.sampled_from(["told", "outer out", "inner out"])),
        provider_waits=st.sampled_from([False, False, False, True]),
        handler=st.sampled_from([None, "swallow", "close", "again"]),
        idle=st.sampled_from([None, None, None, 30.0]),
        on_invalid=st.sampled_from(["close", "reply", "ignore"]),
        on_reject=st.sampled_from(["deny", "close"]),
        connected=st.sampled_from([True, True, False]),
    )
    def connect(
        self,
        column: str,
        style: str,
        fate: str,
        failing: str,
        failing_later: set[str],
        handler: str | None,
        connected: bool,
        **options: Any,
    ) -> None:
        self.column = next(each for each in COLUMNS if each.name == column)
        self.style, self.fate = style, fate
        self.provider_waits: bool = options.pop("provider_waits")
        fails = failing_later | ({failing} if fate == "anything" else set())
        self.guard_fails = "guard" in fails
        self.clean = failing not in fails
        self.swallows = handler == "swallow"
        self.failure = _FAILURES[handler]
        if "guard" in fails:
            self.reasons.add(4403)
        elif not self.clean:
            self.reasons |= self.failure
        if self.provider_waits and "inner out" in fails:  # it raises that where it is cancelled
            self.reasons |= self.failure
        self.on_invalid: str = options["on_invalid"]
        self.idle: float | None = options.pop("idle")
        errors = {step.replace(" ", "_"): LookupError(step) for step in fails}
        self.conduct = self.conduct_type(self, **errors)
        options["limits"] = Limits(max_message=250, idle_timeout=self.idle)
        if handler is not None:
            options["exception_handlers"] = {LookupError: self.exception_handler(handler)}
        if self.kind != "listener" and style == "decorated":
            del options["on_invalid"]
        app = STYLES[style](self.kind, self.conduct, **options)
        self.talk = ColumnTalk(app, *([C] if connected else []), column=self.column)
        self.do(self.talk.__aenter__())
        self.opened = True
        self.connected = connected

    def exception_handler(self, does: str) -> Any:
        async def handle(socket: WebSocket, error: Exception) -> None:
            if does == "close":
                await socket.close(4010)
            elif does == "again":
                raise WebSocketException("again", code=4011)

        return handle

    # The client

    @precondition(lambda self: not self.connected)
    @rule(steps=ticks)
    def client_connects(self, steps: int) -> None:
        self.connected = True
        self.talk.feed(C)
        self.go_on(steps)

    def say(self, times: int = 1) -> None:
        """The client sends valid messages."""
        for _ in range(times):
            number = len(self.fed)
            self.fed.append(number)
            self.talk.feed(say(str(number)))

    @precondition(lambda self: self.connected and not self.gone)
    @rule(frame=st.sampled_from([*sorted(BAD), "big"]), steps=ticks)
    def client_says_something_else(self, frame: str, steps: int) -> None:
        closes = self.kind == "listener" and self.on_invalid == "close"
        if self.fate == "peace" and (closes or frame == "big"):
            return
        self.clean = self.clean and frame != "big" and not closes
        if self.kind != "stream":
            self.reasons |= {1009} if frame == "big" else {1003, 1007} if closes else set()
        self.talk.feed(BAD.get(frame, BIG))
        self.go_on(steps)

    @precondition(lambda self: not self.gone and fated("client")(self))
    @rule(code=codes, steps=ticks)
    def client_leaves(self, code: int | None, steps: int) -> None:
        self.gone = True
        self.talk.feed(D() if code is None else D(code, "bye"))
        self.go_on(steps)

    @precondition(lambda self: not self.gone and fated("client")(self))
    @rule(steps=ticks)
    def client_is_lost(self, steps: int) -> None:
        self.gone, self.clean = True, False
        self.talk.hang_up(LOST)
        self.go_on(steps)

    # The surroundings

    @rule(what=st.sampled_from(["gate", "block", "unblock", "nothing"]), steps=st.integers(0, 20))
    def things_go_on(self, what: str, steps: int) -> None:
        if what == "gate":
            self.gate.let_through()
        elif what != "nothing":
            self.blocked = self.blocked or what == "block"
            self.talk.block_sends(what == "block")
        self.go_on(steps)

    @rule(seconds=st.sampled_from([0.5, 6.0, 31.0]), steps=st.integers(1, 10))
    def time_passes(self, seconds: float, steps: int) -> None:
        if self.idle is not None:
            self.clean = False
            self.reasons.add(1001)
        if self.provider_waits:
            self.clean = False
            self.reasons.add(1013)
        self.loop.advance(seconds)
        self.go_on(steps)

    @precondition(lambda self: not self.forced and fated("surroundings")(self))
    @rule(how=st.sampled_from(["cancel", "stop", "shutdown"]), steps=ticks)
    def it_has_to_end(self, how: str, steps: int) -> None:
        self.forced, self.clean = True, False
        self.reasons.add(1012)
        if how == "cancel":
            self.talk.cancel()
        elif how == "stop":
            self.gone = True
            self.talk.stop()
        else:
            self.spawn(self.talk.application.close())
        self.go_on(steps)

    # Other tasks of the application

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        async def creating() -> None:
            self.spawned.append(asyncio.create_task(_minding_the_end(work)))

        self.do(creating())

    @precondition(lambda self: self.peer is not None)
    @rule(code=st.sampled_from([None, 1000, 1012, 4000]), steps=ticks)
    def another_task_sends_or_closes(self, code: int | None, steps: int) -> None:
        assert self.peer is not None
        if code is None or not fated("application")(self):
            self.spawn(self.peer.send("news"))
        else:
            self.ends(code)
            self.spawn(self.peer.connection.close(code, "é" * 100))
        self.go_on(steps)

    def ends(self, *codes: int) -> None:
        """Something will end the connection, unless it ends before."""
        self.clean = False
        self.reasons.update(codes)

    def ended_by(self, plan: str) -> None:
        """A handler will do this."""
        self.ends(*(self.failure if plan == "raise" else {_PLANS[plan]}))

    # What holds

    @invariant()
    def every_event_was_legal(self) -> None:
        if self.opened:
            assert not self.talk.order.mistakes, self.talk.order.mistakes

    @invariant()
    def no_message_is_lost_or_handled_twice(self) -> None:
        assert sorted(self.handled) == self.fed[: len(self.handled)]

    def let_go(self) -> None:
        """Whatever waits for the machine does no longer."""
        self.gate.open_for_good = True
        self.gate.let_through()
        self.talk.block_sends(False)

    @override
    def teardown(self) -> None:
        try:
            if self.opened:
                self.do(self.finish())
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.go_on(5)
            self.loop.close()

    async def finish(self) -> None:
        self.let_go()
        if not self.connected:
            self.talk.feed(C)
        if not self.gone:
            self.say(3)
            self.talk.feed(D(1000))
        with suppress(asyncio.CancelledError):
            await self.talk.ended()
        self.talk.forgive()
        if self.spawned:
            await asyncio.wait(self.spawned, timeout=60)
            assert all(task.done() for task in self.spawned), "a task waits after the end"
        for _ in range(3):
            await asyncio.sleep(0)  # generators that were left are closed
        await self.talk.__aexit__(None, None, None)
        check(self.talk, self.conduct)
        self.check()
        for task in self.spawned:
            task.result()

    def check(self) -> None:
        """What holds at the end."""
        self.check_close()
        if self.clean:
            assert self.handled == self.fed
        told = self.conduct.steps.count("told")
        if self.kind == "listener" or self.style == "generated":
            assert self.socket is not None or told == 0
            accepted = self.socket is not None and self.socket.link.accepted
            assert told == accepted, (self.conduct.steps, self.talk.wire)
            assert told or self.conduct.steps.count("accepted") == 0
        else:
            assert told == 0
        if not any(isinstance(each, Accept) for each in self.talk.sent):
            assert self.handled == [] or self.talk.left  # some servers swallow a late accept

    def check_close(self) -> None:
        """It was closed or refused for a reason that there was."""
        if self.kind != "listener":
            self.reasons |= {1000, 1011} if self.kind == "websocket" else {1000}
        for each in self.talk.wire:
            if isinstance(each, Fin):
                assert self.forced or self.blocked, "the server had to end it"
            elif isinstance(each, X):
                allowed = [self.column.shows(X(code))[0] for code in self.reasons]
                assert X(each.code) in allowed, (each, self.reasons)
            elif isinstance(each, Denied):
                statuses: set[int | None] = {http_status(code) for code in self.reasons}
                if self.forced or self.blocked:  # we could not answer: the server did
                    statuses |= {self.column.raised, self.column.returned}
                assert each.status in statuses or not self.column.denial, (each, self.reasons)


_FAILURES: dict[str | None, set[int]] = {
    None: {1011},
    "swallow": {1000, 1011},
    "close": {4010},
    "again": {4011},
}
_PLANS = {"reject": 4123, "close": 4001, "return": 1000}


async def _minding_the_end(work: Coroutine[Any, Any, object]) -> None:
    with suppress(WebSocketDisconnect):
        await work
