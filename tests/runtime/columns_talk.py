"""One connection to an application over a fake server: what that takes, and what it tells."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.runtime.columns import FIN, LOST, Column, Fin, ProtocolError, Seen
from tests.runtime.notation import Denied, X
from tests.runtime.scripted import Server, Step, Talk
from typing_extensions import override

from wsgen_runtime._asgi import ASGIApp, Message


class ColumnTalk(Talk):
    """One connection to an application, over such a server.

    Attributes:
        application: what serves it.
        wire: what the client sees.
    """

    def __init__(self, app: ASGIApp, *script: Step, column: Column, **opening: Any) -> None:
        seconds = opening.pop("seconds", 60.0)  # of a clock that stands still
        super().__init__(
            app,
            *script,
            server=Server(denial=column.denial),
            seconds=seconds,
            scope=column.scope(**opening),
        )
        self.application: Any = app
        self.column = column
        self.wire: list[Seen] = []
        self._held: Denied | None = None
        self._dead = False
        self._more = 1

    def stop(self) -> None:
        """SIGTERM; who has ended already does not notice."""
        if self.done or self.ended_by_us or self.left:
            return
        match self.column.stop:
            case "1012":
                self._last_word(X(1012, ""))
                self.hang_up({"type": "websocket.disconnect", "code": 1012, "verbatim": True})
            case "1005":
                self.feed({"type": "websocket.disconnect", "code": 1005, "verbatim": True})
            case "1006":
                self._last_word(FIN)
                self.hang_up(LOST)
            case _:
                self._dead = True
                self._last_word(FIN)
                self.cancel()

    def cut_off(self) -> None:
        """The client is out of reach, and only a send could tell."""
        self._hung_up = True
        self._changed()

    def _last_word(self, event: Seen) -> None:
        if self.decided:
            self.wire.append(event)

    @property
    def task(self) -> asyncio.Task[None]:
        """The task of the application."""
        assert self._task is not None
        return self._task

    @property
    def decided(self) -> bool:
        """Whether the client has an answer to its opening request."""
        return bool(self.wire)

    @property
    def ended_by_us(self) -> bool:
        """Whether the client sees an end that it did not make."""
        return any(isinstance(each, X | Denied | Fin) for each in self.wire)

    @override
    async def _run(self) -> None:
        status = self.column.raised
        try:
            await super()._run()
            status = self.column.returned
        finally:
            if self._held is not None and not self._hung_up:
                self.wire.append(self._held)
            elif not (self.left or self.ended_by_us):
                self._abandoned(status)

    def _abandoned(self, status: int | None) -> None:
        """The callable has ended, and has left the rest to the server."""
        if self.decided or status is None:
            self.wire.append(FIN)
        else:
            self.wire.append(Denied(status, ""))

    @override
    async def _receive(self) -> Message:
        if self._receiving and self.column.one_receive:
            self.order.mistakes.append("two receive() at once")
            raise RuntimeError("a receive() is under way")
        try:
            return self.column.told(await super()._receive())
        finally:
            self._changed()

    @override
    async def _after_the_end(self, last: Message) -> Message:
        if self.column.at_end == "hang" or self._more <= 0:
            await asyncio.get_running_loop().create_future()
        if self.column.at_end == "one more":
            self._more -= 1
        return dict(last)

    @override
    async def _send(self, event: Message) -> None:
        before = self.order.phase
        self.order.check(event)
        self._changed()
        if self._blocked and self.column.presses_back and event["type"] != "websocket.accept":
            await self._wait(lambda: not self._blocked or self._hung_up)
        if self.column.close_waits and self.decided and event["type"] == "websocket.close":
            await self._wait(lambda: not self._receiving or self._hung_up)
        try:
            self._take(event)
        except Exception:
            self.order.phase = before  # it was not sent
            raise
        finally:
            self._changed()

    def _take(self, event: Message) -> None:
        kind: str = event["type"]
        if self._dead or self.left:
            _raise(self.column.late_send)
        elif self.ended_by_us and not kind.startswith("websocket.http"):
            closing = kind == "websocket.close"
            _raise(self.column.second_close if closing else self.column.send_after_close)
        elif kind == "websocket.close" and not self.decided:
            self._refused(event)
        elif kind == "websocket.close":
            self._close(event)
        elif kind.startswith("websocket.http"):
            self._deny(event)
        else:
            self._held = None
            self._write_down(event)
            self.wire += self.column.shows(self.sent[-1])

    def _refused(self, event: Message) -> None:
        self._write_down(event)
        answer = Denied(403, "")
        if self.column.refuses_on_return:
            self._held = answer
        else:
            self.wire.append(answer)
        self._told_at_end(self.column.after_refusal)

    def _deny(self, event: Message) -> None:
        column, start = self.column, event["type"].endswith("start")
        if not column.denial:
            return  # the client waits for ever
        key = "headers" if start else "body"
        if key not in event and key in column.denial_needs:
            _raise(column.denial_needs[key])
        if event.get("more_body") and not column.many_bodies:
            raise RuntimeError("one body only")
        self._write_down({"headers": [], "body": b"", **event})
        if not start:
            last = self.sent[-1]
            assert isinstance(last, Denied)
            self.wire.append(last)
            self._told_at_end(column.after_denial)

    def _close(self, event: Message) -> None:
        code, reason = event["code"], event.get("reason") or ""
        outcome = self.column.code_outcome(code)
        if outcome == "stays open":
            raise Exception(f"close code {code} is not taken")  # as it does
        too_long = len(reason.encode()) > 123
        if outcome == "dies" or (too_long and self.column.long_reason == "dies"):
            self._dead = True
            self.wire.append(FIN)
            raise ProtocolError("not a close frame")
        self._write_down({"reason": "", **event})
        if self.column.long_reason == "dropped":
            reason = ""
        elif self.column.long_reason == "cut":
            reason = reason.encode()[:123].decode("utf-8", "ignore")
        taken = 1000 if outcome == "becomes 1000" else code
        self.wire.append(X(taken, reason))
        after = self.column.after_close
        self._told_at_end(code if after == "own" else after)

    def _told_at_end(self, code: int | None) -> None:
        """Whatever the client would still say, the application is told of this end."""
        frames = [each for each in self._script if not _is_disconnect(each)]
        self._script.clear()
        if code is not None:
            self._script.extend(frames)
            self._script.append({"type": "websocket.disconnect", "code": code, "verbatim": True})


def _is_disconnect(step: Step) -> bool:
    return isinstance(step, dict) and step["type"] == "websocket.disconnect"


def _raise(error: type[Exception] | None) -> None:
    if error is not None:
        raise error("not now")
