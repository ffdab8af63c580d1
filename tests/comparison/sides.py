"""One side of the comparison: a framework, and how the tiny API is reached in it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.comparison import in_chanx, in_fastapi, in_litestar, in_wsgen
from tests.comparison.driver import Denied, R, Visit
from tests.comparison.table import CHANX, FASTAPI, LITESTAR, WSGEN
from tests.comparison.world import World

from wsgen_runtime._asgi import ASGIApp, Message


@dataclass(frozen=True)
class Side:
    """A framework.

    Attributes:
        talk: the tiny API, as well as the framework can do it.
        envelope: whether a message has its fields in a `payload` of its own.
    """

    talk: Callable[[World], ASGIApp]
    envelope: bool = False

    def say(self, text: str) -> Message:
        """The client says something."""
        return self.message("say", text=text)

    def message(self, tag: str, *, padding: str = "", **fields: object) -> Message:
        """A message of the client; `padding` is a field that nobody knows."""
        body = {"action": tag, "payload": fields} if self.envelope else {"type": tag, **fields}
        return R(json.dumps(body | {"padding": padding} if padding else body))


SIDES: Final[Mapping[str, Side]] = {
    WSGEN: Side(in_wsgen.talk),
    LITESTAR: Side(in_litestar.talk),
    FASTAPI: Side(in_fastapi.talk),
    CHANX: Side(in_chanx.talk, envelope=True),
}

Probe = Callable[[Side], Awaitable[str]]
PROBES: dict[tuple[str, str], Probe] = {}
"""By row and framework, what finds out what happens, and says it in the words of the table."""


def shows(row: str, *names: str) -> Callable[[Probe], Probe]:
    """Let a probe fill the cells of a row for some frameworks, or for all of them."""

    def register(probe: Probe) -> Probe:
        for name in names or SIDES:
            assert (row, name) not in PROBES
            PROBES[row, name] = probe
        return probe

    return register


def outcome(visit: Visit) -> str:
    """What a client sees of a connection that went wrong."""
    assert visit.late == []
    if visit.error is not None:
        assert visit.close is None
        return "the exception goes to the server"
    match visit.sent:
        case [Denied(status)]:
            return f"HTTP {status}"
        case [*_] if (close := visit.close) is not None:
            if not visit.accepted:
                return f"closes with {close.code} before accepting"
            return f"closes with {close.code}"
        case [_, *_] if visit.texts and visit.accepted:
            return "answers with an error, goes on"
    return "nothing"
