"""The same scripted events to both frameworks, and what they answer, without accidents of form.

The accidents: keys that are None, the order and the case of headers, and what a connection does
after the client has left, which ASGI gives no meaning (each such event is counted as `late`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.differential.frameworks import App, Framework
from tests.runtime.notation import A, C, D, R, Rb, S, Sb, Sent, X
from tests.runtime.scripted import make_scope

from wsgen_runtime._asgi import Message

__all__ = ["A", "C", "Case", "D", "Played", "R", "Rb", "S", "Sb", "X", "after", "play"]

SECONDS = 5.0


@dataclass(frozen=True)
class after:  # a word of the notation
    """Hold back what follows until so many events were sent."""

    number: int


Build: TypeAlias = Callable[[Framework, list[Any]], list[Any] | App]
"""Makes the handlers of a case, or an application; what they see is added to the list."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One behaviour.

    Attributes:
        item: its number among the known behaviours of Litestar, such as `A5`.
    """

    name: str
    item: str
    build: Build
    script: Sequence[Message | after]
    opening: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Played:
    """What came of a case in one framework.

    Attributes:
        sent: before the client's disconnect was received.
        late: how many events were sent after it.
        seen: what the handlers saw.
        raised: the class of what left the application.
    """

    sent: list[Sent] = field(default_factory=list[Sent])
    late: int = 0
    seen: list[Any] = field(default_factory=list[Any])
    raised: str | None = None


async def play(framework: Framework, case: Case) -> Played:
    """Play a case."""
    played = Played()
    made = case.build(framework, played.seen)
    app: App = framework.app(made) if isinstance(made, list) else made
    opening = {"denial": False, **case.opening}
    scope = make_scope(**opening)
    scope["headers"] = [*scope["headers"]]
    server = _Server(played, case.script)
    try:
        async with asyncio.timeout(SECONDS):
            await app(scope, server.receive, server.send)
    except TimeoutError:
        played.raised = "hangs"
    except Exception as error:
        played.raised = type(error).__name__
    return played


class _Server:
    def __init__(self, played: Played, script: Sequence[Message | after]) -> None:
        self._played = played
        self._script = deque(script)
        self._gone: Message | None = None
        self._moved = asyncio.Event()

    async def receive(self) -> Message:
        while self._script and isinstance(step := self._script[0], after):
            if len(self._played.sent) < step.number:
                self._moved.clear()
                await self._moved.wait()
                continue
            self._script.popleft()
        if self._gone is not None:
            return dict(self._gone)
        if not self._script:
            await asyncio.get_running_loop().create_future()
        event = self._script.popleft()
        assert not isinstance(event, after)
        if event["type"] == "websocket.disconnect":
            self._gone = event
        return dict(event)

    async def send(self, event: Message) -> None:
        if self._gone is not None:
            self._played.late += 1
            raise OSError("the client has left")
        self._played.sent.append(normal(event))
        self._moved.set()


def normal(event: Message) -> Sent:
    """An event without accidents of form."""
    match {key: value for key, value in event.items() if value is not None}:
        case {"type": "websocket.accept", **more}:
            pairs = [(name.lower(), value) for name, value in more.get("headers", ())]
            return A(more.get("subprotocol"), sorted(pairs))
        case {"type": "websocket.send", "text": text}:
            return S(text)
        case {"type": "websocket.send", "bytes": data}:
            return Sb(data)
        case {"type": "websocket.close", **more}:
            return X(more.get("code", 1000), more.get("reason", ""))
        case _:
            raise AssertionError(f"not an event of a WebSocket: {event!r}")
