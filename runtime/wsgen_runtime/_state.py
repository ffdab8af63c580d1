"""The states of a WebSocket connection: a pure machine, without a line of I/O.

Two rules:

1. Every change of phase goes through `step`; what the table does not allow is refused. Messages of
   an open connection change nothing: a look at `phase` lets them through.
2. Nothing is sent after our own close, and nothing at all after the client's disconnect.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal


class WebSocketState(Enum):
    """What one side of the connection is in, as the application sees it."""

    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"


class _Member(Enum):
    """Members are single: their identity is hash enough, and Enum's own costs a call."""

    __hash__ = object.__hash__


class Phase(_Member):
    """Where a connection stands."""

    INITIAL = "the connect event has not come yet"
    CONNECTING = "the client waits for an answer"
    OPEN = "messages travel"
    CLOSED = "we closed or refused"
    GONE = "the client has left, or was lost"
    ENDED = "we closed, and the client has left since"


class Event(_Member):
    """What may happen, by the names of ASGI."""

    CONNECT = "websocket.connect"
    RECEIVE = "websocket.receive"
    DISCONNECT = "websocket.disconnect"
    ACCEPT = "websocket.accept"
    SEND = "websocket.send"
    CLOSE = "websocket.close"


# Under names of the module: looking a member up in its class is slow before Python 3.12.
INITIAL: Final = Phase.INITIAL
CONNECTING: Final = Phase.CONNECTING
OPEN: Final = Phase.OPEN
CONNECT: Final = Event.CONNECT
DISCONNECT: Final = Event.DISCONNECT
ACCEPT: Final = Event.ACCEPT
CLOSE: Final = Event.CLOSE

TRANSITIONS: Final[Mapping[tuple[Phase, Event], Phase]] = {
    (Phase.INITIAL, Event.CONNECT): Phase.CONNECTING,
    (Phase.INITIAL, Event.DISCONNECT): Phase.GONE,
    (Phase.CONNECTING, Event.ACCEPT): Phase.OPEN,
    (Phase.CONNECTING, Event.CLOSE): Phase.CLOSED,
    (Phase.CONNECTING, Event.DISCONNECT): Phase.GONE,
    (Phase.OPEN, Event.RECEIVE): Phase.OPEN,
    (Phase.OPEN, Event.SEND): Phase.OPEN,
    (Phase.OPEN, Event.CLOSE): Phase.CLOSED,
    (Phase.OPEN, Event.DISCONNECT): Phase.GONE,
    (Phase.CLOSED, Event.RECEIVE): Phase.CLOSED,
    (Phase.CLOSED, Event.DISCONNECT): Phase.ENDED,
    (Phase.GONE, Event.DISCONNECT): Phase.GONE,
    (Phase.ENDED, Event.DISCONNECT): Phase.ENDED,
}

_OURS: Final = {
    Phase.INITIAL: WebSocketState.CONNECTING,
    Phase.CONNECTING: WebSocketState.CONNECTING,
    Phase.OPEN: WebSocketState.CONNECTED,
    Phase.CLOSED: WebSocketState.DISCONNECTED,
    Phase.GONE: WebSocketState.DISCONNECTED,
    Phase.ENDED: WebSocketState.DISCONNECTED,
}
_THEIRS: Final = {
    **_OURS,
    Phase.CONNECTING: WebSocketState.CONNECTED,
    Phase.CLOSED: WebSocketState.CONNECTED,
}


class IllegalEvent(Exception):
    """The event may not happen in this phase."""

    def __init__(self, phase: Phase, event: Event) -> None:
        super().__init__(f"{event.value} while {phase.value}")
        self.phase = phase
        self.event = event


class Machine:
    """The state of one connection.

    Attributes:
        phase: where it stands.
        code: the close code of whoever ended it first; None while it lasts.
        reason: the reason that came with it.
        by: who ended it first.
    """

    __slots__ = ("by", "code", "phase", "reason")

    def __init__(self) -> None:
        self.phase = INITIAL
        self.code: int | None = None
        self.reason = ""
        self.by: Literal["client", "server"] | None = None

    def step(self, event: Event) -> None:
        """Take an event.

        Raises:
            IllegalEvent: it may not happen now; nothing has changed.
        """
        following = TRANSITIONS.get((self.phase, event))
        if following is None:
            raise IllegalEvent(self.phase, event)
        self.phase = following

    def close(self, code: int, reason: str) -> None:
        """Our close or refusal."""
        self.step(CLOSE)
        self.code, self.reason, self.by = code, reason, "server"

    def disconnect(self, code: int | None, reason: str | None) -> None:
        """The client's disconnect; the first word about the end stands."""
        self.step(DISCONNECT)
        if self.by is None:
            self.code = 1005 if code is None else code
            self.reason = reason or ""
            self.by = "client"

    @property
    def connection_state(self) -> WebSocketState:
        """Our side of the connection."""
        return _OURS[self.phase]

    @property
    def client_state(self) -> WebSocketState:
        """The client's side."""
        return _THEIRS[self.phase]
