"""Counting what happens: the protocol of whoever watches, and counters in memory.

An observer is given to an application, `create_app(observer=…)` or `WebSocketApp(observer=…)`, and
told of every connection and message. Ready ones: `Counters` here, `wsgen_runtime.prometheus` and
`wsgen_runtime.opentelemetry`. Nothing here imports a library of metrics.
"""

# ruff: noqa: ARG002 - methods that do nothing use none of what they are told
from __future__ import annotations

from collections import Counter
from typing import Literal, Protocol

from typing_extensions import override

__all__ = ["Counters", "Observer", "code_label"]


class Observer(Protocol):
    """Told what happens to the connections of an application; each method does nothing by itself.

    Calls come from the event loop and hold it up, so a method counts and returns. What one raises
    is logged, the first time, and does no harm to the connection. `handler` is the handler's name
    in every call, and "" where no handler serves the path.
    """

    # Each `return` says to type checkers that a subclass need not define the method.

    def opened(self, *, handler: str) -> None:
        """A connection was accepted."""
        return

    def closed(
        self, *, handler: str, code: int, by: Literal["client", "server"], seconds: float
    ) -> None:
        """An accepted connection has ended, and everything of it is taken down.

        Parameters:
            code: the close code; 1005 where the client gave none, 1006 where it was lost.
            by: who closed first.
            seconds: since it was accepted.
        """
        return

    def refused(self, *, handler: str, code: int, status: int | None) -> None:
        """A connection was refused.

        Parameters:
            code: the close code that the refusal stands for.
            status: the HTTP status sent; None where the server cannot choose one, or where the
                handler accepts in order to close.
        """
        return

    def received(self, *, handler: str, size: int) -> None:
        """A message came, of whatever kind or validity; `size` in bytes, text as UTF-8."""
        return

    def sent(self, *, handler: str, size: int) -> None:
        """The server took a message; `size` in bytes, text as UTF-8."""
        return

    def invalid(self, *, handler: str, code: str) -> None:
        """A message was not valid.

        Parameters:
            code: `malformed`, `invalid_message`, `unknown_type` or `wrong_frame`.
        """
        return

    def dropped(self, *, handler: str, reason: str) -> None:
        """A message was dropped, and the connection goes on.

        Parameters:
            reason: `invalid` (`on_invalid` is `ignore`), `rate_limited`, or `streaming`: nobody
                listens to the client of a stream. With topics, what never reached a subscriber:
                `slow room` (its queue was full), `invalid room` (a broker brought it).
        """
        return

    def gap(self, *, handler: str, topic: str) -> None:
        """A subscriber may have missed messages of a topic, since the broker was gone."""
        return

    def failed(self, *, handler: str, error: BaseException) -> None:
        """Something failed that should not; there is one log record for each."""
        return


def code_label(code: int, by: Literal["client", "server"]) -> str:
    """A close code as a label: one of few, whatever clients make up.

    A client may close with any of 2,000 codes, and each value of a label is a time series for
    ever. So its codes from 3000 on are one label for each thousand, ours stand as they are.
    """
    if by == "server" or 1000 <= code <= 1015:
        return str(code)
    return f"{code // 1000}xxx" if 3000 <= code <= 4999 else "other"


class Counters(Observer):
    """Totals in memory, for tests and for an application that shows them by itself.

    Attributes:
        open: connections that are open now, by handler.
        accepted: connections that were accepted, by handler.
        ended: accepted connections that have ended, by handler and close code.
        refusals: refused connections, by handler and close code.
        seconds: how long ended connections had lasted, by handler.
        messages_in: messages that came, by handler.
        messages_out: messages sent, by handler.
        bytes_in: their bytes.
        bytes_out: their bytes.
        mistakes: messages that were not valid, by handler and code.
        drops: messages that were dropped, by handler and reason.
        gaps: where messages of a topic may be missing, by handler and topic.
        failures: by handler and class of exception.
    """

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.ended: Counter[tuple[str, int]] = Counter()
        self.refusals: Counter[tuple[str, int]] = Counter()
        self.seconds: dict[str, float] = {}
        self.messages_in: Counter[str] = Counter()
        self.messages_out: Counter[str] = Counter()
        self.bytes_in: Counter[str] = Counter()
        self.bytes_out: Counter[str] = Counter()
        self.mistakes: Counter[tuple[str, str]] = Counter()
        self.drops: Counter[tuple[str, str]] = Counter()
        self.gaps: Counter[tuple[str, str]] = Counter()
        self.failures: Counter[tuple[str, str]] = Counter()

    @override
    def opened(self, *, handler: str) -> None:
        """Count a connection."""
        self.open[handler] += 1
        self.accepted[handler] += 1

    @override
    def closed(
        self, *, handler: str, code: int, by: Literal["client", "server"], seconds: float
    ) -> None:
        """Count its end."""
        del by
        self.open[handler] -= 1
        self.ended[handler, code] += 1
        self.seconds[handler] = self.seconds.get(handler, 0.0) + seconds

    @override
    def refused(self, *, handler: str, code: int, status: int | None) -> None:
        """Count a refusal."""
        del status
        self.refusals[handler, code] += 1

    @override
    def received(self, *, handler: str, size: int) -> None:
        """Count a message of the client."""
        self.messages_in[handler] += 1
        self.bytes_in[handler] += size

    @override
    def sent(self, *, handler: str, size: int) -> None:
        """Count a message to the client."""
        self.messages_out[handler] += 1
        self.bytes_out[handler] += size

    @override
    def invalid(self, *, handler: str, code: str) -> None:
        """Count a message that was not valid."""
        self.mistakes[handler, code] += 1

    @override
    def dropped(self, *, handler: str, reason: str) -> None:
        """Count a message that was dropped."""
        self.drops[handler, reason] += 1

    @override
    def gap(self, *, handler: str, topic: str) -> None:
        """Count a gap."""
        self.gaps[handler, topic] += 1

    @override
    def failed(self, *, handler: str, error: BaseException) -> None:
        """Count a failure."""
        self.failures[handler, type(error).__name__] += 1
