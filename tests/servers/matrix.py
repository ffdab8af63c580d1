"""What is checked on every server, and the mark for the test that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import pytest

F = TypeVar("F", bound=Callable[..., Any])


def check(name: str, *, essential: bool = False) -> Callable[[F], F]:
    """Mark a test as the one for a line of `CHECKS`.

    Parameters:
        essential: run it on every server whenever all tests are run, and not just with
            `-m servers`.
    """

    def mark(test: F) -> F:
        test.check, test.essential = name, essential  # type: ignore[attr-defined]
        marked: F = pytest.mark.slow(test if essential else pytest.mark.servers(test))
        return marked

    return mark


CHECKS: Final[Mapping[str, str]] = {
    "accepting": "A connection is accepted, and messages travel",
    "request": "Client, headers, cookies and query of the opening request are readable",
    "header beyond ASCII": "A header with bytes beyond ASCII is readable",
    "subprotocols": "The first subprotocol of ours that the client offers is chosen",
    "no common subprotocol": "None in common: refused with HTTP 400",
    "accept headers": "`accept(headers=…)` reaches the client",
    "refusal statuses": "A refusal has the HTTP status of its close code",
    "refusal body": "A refusal has its reason as body",
    "declared refusal": "A refusal has the status that its close code declares",
    "refusal by close": "With `on_reject: close` a refused client sees code and reason",
    "raising before accept": "An exception before `accept` is HTTP 500, and nothing of it leaks",
    "returning before accept": "Returning without `accept` is HTTP 500",
    "teardown of a refused connection": "Dependencies of a refused connection are torn down",
    "foreign origin": "A page of a foreign origin is refused with HTTP 403",
    "unknown path": "An unknown path is HTTP 404",
    "HTTP requests": "Plain HTTP is answered: 404, or 426 on the path of a WebSocket",
    "several paths": "A handler answers on each of its paths",
    "mounted at a path": "Mounted at a path (`root_path`), routes are the same",
    "text and binary": "Text and binary messages arrive as they were sent",
    "empty messages": "Empty messages arrive",
    "a mebibyte": "Messages of 1 MiB arrive, in both directions",
    "too big": "A message over `max_message` closes with 1009",
    "beyond the server's own limit": "A message of 17 MiB closes with 1009, before it is read",
    "fragments and pings": "Fragments are put together, and pings answered",
    "order of sends": "What many tasks send arrives in the order of each",
    "receives that are given up": "Receives given up by time-outs lose no message",
    "rate": "More messages than `rate` close with 1008",
    "idle": "Silence for `idle_timeout` closes with 1001",
    "invalid data": "Data that does not fit closes with 1007",
    "wrong frame": "A frame of the wrong kind closes with 1003",
    "a thousand connections": "1,000 connections at once exchange messages",
    "stream": "A stream is sent to its end, and closed with 1000",
    "silent stream": "A silent stream ends within a second of its client, however that leaves",
    "flooding stream": "A flooding stream ends within a second of its client",
    "close codes": "The client sees the close code",
    "close reasons": "The client sees the reason, cut at 123 bytes",
    "own close is remembered": "The handler remembers its own code and reason",
    "returning": "Returning closes with 1000",
    "exceptions": "An exception closes with 1011",
    "exceptions leak nothing": "Nothing of an exception is on the wire",
    "exceptions with a code": "An exception with a code closes with it",
    "client's close": "The handler sees the client's code and reason",
    "client's close without a code": "A close without code is 1005",
    "connection lost": "A lost connection is noticed within a second, as 1006",
    "sending after the end": "Sending after the end raises, and nothing is sent",
    "torn down once": "Every connection is torn down once, however it ends",
    "kicking": "Another task closes a connection at once",
    "client that never answers a close": "A client that never answers a close holds nothing up",
    "messages before a close": "Messages in front of a close are handled all the same",
    "bytes that are no frames": "Broken UTF-8 closes with 1007, broken frames with 1002",
    "path of the mount": "No client says where the application is mounted",
    "pings": "Silent clients are pinged, if the command line asks for it",
    "quiet log": "Refusals, closes and lost clients leave no error in the server's log",
    "SIGTERM, idle": "SIGTERM closes idle connections with 1012 and tears them down",
    "SIGTERM, busy": "SIGTERM ends busy handlers within the grace time, closed and torn down",
}
