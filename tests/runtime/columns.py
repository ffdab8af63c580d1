"""Fake servers, one for each that was measured: what it does where servers differ.

A `Column` is the data, a `ColumnTalk` (of `columns_talk`) plays it. `talk.sent` is what the server
took from the application, `talk.wire` what a client sees of it: not always the same.
`column.shows(A, X(1011))` is what a client sees where an application does that, by the server's
own deviations.

Scripts are those of the scripted server. There, `D(4005, "why")` is a close frame of the client,
`D()` one without a code, and `D(1006)` a connection that broke; what an application is told of
it is the server's affair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tests.runtime.notation import Accept, D, Denied, S, Sb, X
from tests.runtime.scripted import make_scope

from wsgen_runtime._asgi import Message, Scope

SENDABLE = {1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)}
RESERVED = {1005, 1006, 1015}
LOST = D(1006)
"""The connection broke: no close frame came."""


class ClientDisconnected(OSError):
    """One server's own class for a send that comes too late."""


class ProtocolError(Exception):
    """A library refuses a frame; the connection is dropped without one."""


class UnexpectedMessageError(Exception):
    """One server's class for an event out of order."""


class Disconnected(Exception):
    """Another one's."""


@dataclass(frozen=True)
class Fin:
    """The server dropped the connection without a close frame."""


FIN = Fin()
Seen: TypeAlias = Accept | S | Sb | X | Denied | Fin
AtEnd: TypeAlias = Literal["again", "one more", "hang"]
OddCode: TypeAlias = Literal["dies", "sent", "becomes 1000", "stays open"]
Stop: TypeAlias = Literal["1012", "1005", "1006", "killed"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """How a server deviates; the defaults are what most do.

    Attributes:
        lacks: keys of the scope that are not there; `spec_version` is one below `asgi`.
        denial: whether it has the extension for refusals by HTTP; else their events are ignored.
        denial_needs: what is raised where a key of a refusal is missing.
        many_bodies: whether the body of a refusal may come in pieces.
        refuses_on_return: a close before accept counts only when the callable has returned.
        after_refusal, after_denial: the code that `receive()` gives then; None: it hangs.
        raised, returned: HTTP status where the callable ends before accept; None: no answer.
        keeps_headers: whether headers of an accept are sent.
        keeps_code, keeps_reason: whether an application is told those of the client's close.
        no_code, lost_code: what it is told where the client gave none, or was lost.
        after_close: what `receive()` gives after our own close; "own": our code.
        late_send: raised by a send when the client has left.
        send_after_close, second_close: raised after our own close.
        close_waits: whether our own close waits as long as a `receive()` does.
        at_end: `receive()` after the disconnect.
        odd_code, reserved_code: what a close with a code that may not be sent does.
        standard_codes: whether 1001 to 1014 are taken.
        long_reason: what a reason over 123 bytes does.
        none_keys: whether the other key of a frame is there, with None.
        drops_empty: whether empty messages are dropped.
        one_receive: whether a second `receive()` at once is refused.
        presses_back: whether a send waits for a client that does not read.
        stop: what an application sees of SIGTERM.
    """

    name: str
    spec_version: str = "2.4"
    client: Any = ("127.0.0.1", 50000)
    lacks: frozenset[str] = frozenset()
    denial: bool = True
    denial_needs: dict[str, type[Exception]] = field(default_factory=dict[str, type[Exception]])
    many_bodies: bool = True
    refuses_on_return: bool = False
    after_refusal: int | None = 1006
    after_denial: int | None = None
    raised: int | None = 500
    returned: int | None = 500
    keeps_headers: bool = True
    keeps_code: bool = True
    keeps_reason: bool = True
    no_code: int | None = 1005
    lost_code: int = 1006
    after_close: int | Literal["own"] = 1006
    late_send: type[Exception] | None = None
    send_after_close: type[Exception] | None = RuntimeError
    second_close: type[Exception] | None = None
    close_waits: bool = False
    at_end: AtEnd = "hang"
    odd_code: OddCode = "sent"
    reserved_code: OddCode = "becomes 1000"
    standard_codes: bool = True
    long_reason: Literal["dies", "cut", "sent", "dropped"] = "cut"
    none_keys: bool = False
    drops_empty: bool = False
    one_receive: bool = False
    presses_back: bool = True
    stop: Stop = "1012"

    def scope(self, path: str = "/", **opening: Any) -> Scope:
        """A scope as this server makes it."""
        scope = make_scope(path, denial=self.denial, **opening)
        scope["asgi"]["spec_version"] = self.spec_version
        scope["client"] = self.client
        for key in self.lacks:
            (scope["asgi"] if key == "spec_version" else scope).pop(key)
        return scope

    def code_outcome(self, code: int) -> OddCode:
        """What a close with this code does."""
        if code in SENDABLE:
            return "sent" if self.standard_codes or code == 1000 or code >= 3000 else "stays open"
        return self.reserved_code if code in RESERVED else self.odd_code

    def told(self, event: Message) -> Message:
        """An event as the application receives it."""
        event = dict(event)
        if event["type"] == "websocket.receive" and self.none_keys:
            return {"text": None, "bytes": None, **event}
        if event["type"] == "websocket.disconnect" and not event.pop("verbatim", False):
            reason = event.pop("reason", None)
            code = event.get("code")
            event["code"] = (
                self.no_code
                if code is None
                else self.lost_code
                if code == 1006
                else code
                if self.keeps_code
                else 1006
            )
            if self.keeps_reason:
                event["reason"] = reason or ""
        return event

    def shows(self, *events: Seen) -> list[Seen]:
        """What a client sees of what an application means, all of which it may do."""
        return [seen for each in events if (seen := self._shows(each)) is not None]

    def _shows(self, event: Seen) -> Seen | None:
        match event:
            case Accept(name, _) if not self.keeps_headers:
                return Accept(name)
            case S("") | Sb(b"") if self.drops_empty:
                return None
            case X(code, reason):
                taken = code if self.code_outcome(code) == "sent" else 4900 + code % 100
                return X(taken, "" if self.long_reason == "dropped" else reason)
            case Denied() if not self.denial:
                return Denied(403, "")
            case _:
                return event


WEBSOCKETS = Column(
    name="uvicorn websockets",
    denial_needs={"body": KeyError},
    after_denial=1006,
    after_close=1005,
    late_send=RuntimeError,
    second_close=RuntimeError,
    at_end="again",
    odd_code="dies",
    reserved_code="dies",
    long_reason="dies",
    one_receive=True,
)
SANSIO = Column(
    name="uvicorn websockets-sansio",
    denial_needs={"body": KeyError},
    after_denial=1006,
    lost_code=1005,
    after_close="own",
    late_send=ClientDisconnected,
    second_close=RuntimeError,
    at_end="one more",
    odd_code="dies",
    reserved_code="dies",
    long_reason="dies",
)
WSPROTO = Column(
    name="uvicorn wsproto",
    denial_needs={"headers": KeyError},
    after_denial=1006,
    lost_code=1005,
    after_close="own",
    late_send=ClientDisconnected,
    second_close=RuntimeError,
    at_end="one more",
)
GRANIAN = Column(
    name="granian",
    spec_version="2.3",
    client=("127.0.0.1", "50000"),
    denial_needs={"headers": RuntimeError},
    many_bodies=False,
    refuses_on_return=True,
    after_refusal=1005,
    raised=403,
    returned=403,
    keeps_headers=False,
    keeps_reason=False,
    lost_code=1005,
    after_close=1005,
    send_after_close=None,
    close_waits=True,
    at_end="again",
    reserved_code="sent",
    long_reason="sent",
    stop="1005",
)
HYPERCORN = Column(
    name="hypercorn",
    spec_version="2.3",
    denial_needs={"headers": KeyError},
    after_refusal=None,
    keeps_code=False,
    keeps_reason=False,
    no_code=1006,
    after_close=1000,
    send_after_close=UnexpectedMessageError,
    none_keys=True,
    stop="1006",
)
DAPHNE = Column(
    name="daphne",
    client=["127.0.0.1", 50000],
    lacks=frozenset({"extensions", "scheme", "http_version", "state", "spec_version"}),
    denial=False,
    returned=None,
    keeps_headers=False,
    keeps_reason=False,
    no_code=None,
    send_after_close=Disconnected,
    odd_code="stays open",
    reserved_code="stays open",
    standard_codes=False,
    long_reason="dropped",
    drops_empty=True,
    presses_back=False,
    stop="killed",
)
COLUMNS = [WEBSOCKETS, SANSIO, WSPROTO, GRANIAN, HYPERCORN, DAPHNE]
