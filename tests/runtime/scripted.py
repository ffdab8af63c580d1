"""A scripted ASGI server: feeds events to an application, and writes down what it sends.

In: `C` connect, `R("x")` text, `Rb(b"x")` binary, `D(code, "reason")`
disconnect. Out: `A` accept, `S("x")`, `Sb(b"x")` send, `X(code, "reason")` close,
`Denied(status, "reason")` an HTTP answer. So a test reads

    assert await run(app, C, R("foo"), D(1000)) == [A, S("foo")]

or, step by step, `async with Talk(app, C) as talk: await talk.count(1); talk.feed(R("foo"))`.
`sent(n)` in a script holds what follows back until n events were sent. Nothing here sleeps, and
every wait has an end. Whatever an application may not do by ASGI fails the test by itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from tests.runtime.notation import A, Accept, C, D, Denied, Order, R, Rb, S, Sb, Sent, X

from wsgen_runtime._asgi import ASGIApp, Message, Scope

__all__ = [
    "DAPHNE",
    "PLAIN",
    "A",
    "C",
    "ClientGone",
    "D",
    "Denied",
    "R",
    "Rb",
    "S",
    "Sb",
    "Sent",
    "Server",
    "Talk",
    "X",
    "make_scope",
    "run",
    "sent",
]

SECONDS = 2.0
"""How long anything may take before a test fails."""


@dataclass(frozen=True)
class _Sent:
    number: int


def sent(number: int) -> _Sent:
    """Hold back what follows in a script until `number` events were sent."""
    return _Sent(number)


Step: TypeAlias = Message | _Sent


class ClientGone(Exception):
    """A server's own class for a send that comes too late."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """What a server does, where servers differ.

    Attributes:
        denial: whether it has the extension `websocket.http.response`.
        late_send: what a send raises when the client has left; None: nothing.
        takes_code: which codes its close takes; it raises for others.
        at_end: what `receive()` does after the disconnect.
        loses_cancelled: whether a cancelled `receive()` takes the next message with it.
    """

    denial: bool = True
    late_send: type[Exception] | None = OSError
    takes_code: Callable[[int], bool] = lambda _: True
    at_end: Literal["hang", "repeat", "raise"] = "hang"
    loses_cancelled: bool = True


PLAIN = Server()
DAPHNE = Server(
    denial=False, late_send=None, takes_code=lambda code: code == 1000 or 3000 <= code <= 4999
)


def make_scope(
    path: str = "/",
    *,
    query: str = "",
    headers: Sequence[tuple[str, str]] = (),
    subprotocols: Sequence[str] = (),
    denial: bool = True,
    **more: Any,
) -> Scope:
    """A connection scope; `more` replaces or adds keys."""
    scope: Scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"testserver")]
        + [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "subprotocols": list(subprotocols),
        "extensions": {"websocket.http.response": {}} if denial else {},
        "state": {},
    }
    scope.update(more)
    return scope


class Talk:
    """One connection to an application, step by step.

    Attributes:
        sent: what the application has sent, in the notation above.
        receives: how often it has called `receive()`.
        order: what it has done wrong, as long as the block lasts.
    """

    def __init__(
        self,
        app: ASGIApp,
        *script: Step,
        server: Server = PLAIN,
        seconds: float = SECONDS,
        scope: Scope | None = None,
        **opening: Any,
    ) -> None:
        self.sent: list[Sent] = []
        self.receives = 0
        self.order = Order(denial=server.denial)
        self.scope = make_scope(denial=server.denial, **opening) if scope is None else scope
        self.seconds = seconds
        self._app = app
        self._server = server
        self._script: deque[Step] = deque(script)
        self._hung_up = False
        self._receiving = False
        self._cancelled = False
        self._blocked = False
        self._forgiven = False
        self._last: Message | None = None
        self._waiters: dict[asyncio.Future[None], Callable[[], bool]] = {}
        self._task: asyncio.Task[None] | None = None
        self._others: set[asyncio.Task[Any]] = set()

    # The test's side

    def feed(self, *steps: Step) -> None:
        """Give the application more to receive."""
        self._script.extend(steps)
        self._changed()

    def hang_up(self, event: Message) -> None:
        """The client leaves at once: sends fail from now on, whatever was received."""
        self._hung_up = True
        self.feed(event)

    def block_sends(self, blocked: bool = True) -> None:
        """Let sends wait, as if the client did not read."""
        self._blocked = blocked
        self._changed()

    async def count(self, number: int) -> None:
        """Wait until `number` events were sent."""
        await self.until(lambda: len(self.sent) >= number, f"{number} events sent")

    async def idle(self) -> None:
        """Wait until the application has received everything and waits for more."""
        await self.until(lambda: self.is_idle, "everything received")

    @property
    def is_idle(self) -> bool:
        """Whether the application has received everything and waits for more."""
        return self._receiving and not self._script

    async def ended(self) -> None:
        """Wait until the application has returned; raises what it raised."""
        assert self._task is not None
        await self.until(self._task.done, "the application has returned")
        await self._task

    def forgive(self) -> None:
        """What the application raised has been seen: leaving the block does not raise it again."""
        self._forgiven = True

    async def until(self, condition: Callable[[], bool], what: str = "a condition") -> None:
        """Wait until something holds; it is looked at whenever an event travels."""
        try:
            async with asyncio.timeout(self.seconds):
                await self._wait(condition)
        except TimeoutError:
            raise AssertionError(f"not in time: {what}; {self._report()}") from None

    @property
    def done(self) -> bool:
        """Whether the application has returned."""
        return self._task is not None and self._task.done()

    @property
    def left(self) -> bool:
        """Whether the client has left, as far as the application can know."""
        return self._hung_up or self.order.gone

    def cancel(self) -> None:
        """Cancel the application's task, as servers do at shutdown."""
        assert self._task is not None
        self._task.cancel()

    async def __aenter__(self) -> Self:
        self._others = asyncio.all_tasks()
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(lambda _: self._changed())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._task is not None
        try:
            if error is None and not self._forgiven:
                await self.ended()
        except Exception as raised:
            if self.order.mistakes:  # they explain more than what followed from them
                raise AssertionError(self._mistakes()) from raised
            raise
        finally:
            if not self._task.done():
                self._task.cancel()
                await asyncio.wait((self._task,), timeout=self.seconds)
        if error is None:
            self.check()

    def check(self) -> None:
        """Fail if the application did what it may not, or left something running."""
        left = asyncio.all_tasks() - self._others
        left = {task for task in left if task is not asyncio.current_task()}
        self.order.mistakes += (f"still running: {task!r}" for task in left)
        assert not self.order.mistakes, self._mistakes()

    def _mistakes(self) -> str:
        return "\n".join([*self.order.mistakes, self._report()])

    def _report(self) -> str:
        return f"sent {self.sent!r}, to be received {list(self._script)!r}"

    # The server's side

    async def _run(self) -> None:
        await self._app(self.scope, self._receive, self._send)

    async def _receive(self) -> Message:
        self.receives += 1
        if self._receiving:
            self.order.mistakes.append("two receive() at once")
        if self._cancelled:
            self.order.mistakes.append("receive() after a cancelled one: messages get lost")
        if self._last is not None:
            return await self._after_the_end(self._last)
        self._receiving = True
        self._changed()
        try:
            await self._wait(self._released)
        except asyncio.CancelledError:
            self._cancelled = True
            if self._server.loses_cancelled and self._script:
                self._script.popleft()
            raise
        finally:
            self._receiving = False
        event = self._script.popleft()
        assert not isinstance(event, _Sent)
        self._delivered(event)
        return dict(event)

    def _released(self) -> bool:
        while self._script and isinstance(step := self._script[0], _Sent):
            if len(self.sent) < step.number:
                return False
            self._script.popleft()
        return bool(self._script)

    def _delivered(self, event: Message) -> None:
        if event["type"] == "websocket.connect":
            self.order.phase = "connecting"
        elif event["type"] == "websocket.disconnect":
            self.order.gone = True
            self._last = event
        self._changed()

    async def _after_the_end(self, last: Message) -> Message:
        if self._server.at_end == "raise":
            raise RuntimeError("receive() after the end")
        if self._server.at_end == "hang":
            await asyncio.get_running_loop().create_future()
        return dict(last)

    async def _send(self, event: Message) -> None:
        before = self.order.phase
        self.order.check(event)
        self._changed()
        if self._blocked:
            await self._wait(lambda: not self._blocked)
        if self._hung_up or self.order.gone:
            if self._server.late_send is not None:
                self.order.phase = before  # it was not sent
                raise self._server.late_send("the client has left")
            return
        if event["type"] == "websocket.close" and not self._server.takes_code(event["code"]):
            self.order.phase = before
            raise ValueError(f"no close code for this server: {event['code']}")
        self._write_down(event)
        self._changed()

    def _write_down(self, event: Message) -> None:
        match dict(event):
            case {"type": "websocket.accept", "subprotocol": name, "headers": headers}:
                self.sent.append(Accept(name, tuple(headers)))
            case {"type": "websocket.send", "text": text}:
                self.sent.append(S(text))
            case {"type": "websocket.send", "bytes": data}:
                self.sent.append(Sb(data))
            case {"type": "websocket.close", "code": code, "reason": reason}:
                self.sent.append(X(code, reason))
            case {"type": "websocket.http.response.start", "status": status}:
                self.sent.append(Denied(status, None))
            case {"type": "websocket.http.response.body", "body": body}:
                last = self.sent.pop()
                assert isinstance(last, Denied)
                self.sent.append(Denied(last.status, body.decode()))

    # Waiting without sleeping

    async def _wait(self, condition: Callable[[], bool]) -> None:
        while not condition():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters[waiter] = condition
            try:
                await waiter
            finally:
                del self._waiters[waiter]

    def _changed(self) -> None:
        for waiter, condition in self._waiters.items():
            if not waiter.done() and condition():
                waiter.set_result(None)


async def run(app: ASGIApp, *script: Step, **more: Any) -> list[Sent]:
    """Play a whole script; what the application has sent when it has returned.

    `more` are the arguments of `Talk` and `make_scope`. What the application raises is raised.
    """
    async with Talk(app, *script, **more) as talk:
        pass
    return talk.sent
