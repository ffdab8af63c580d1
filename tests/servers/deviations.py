"""Where a server has an outcome of its own, whatever an application does.

A test that meets a deviation wants exactly its outcome: when a server is mended, the test fails,
and the deviation is to be removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CLOSE: Final = 8
"""The opcode of a close frame."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """An outcome that is a server's own doing.

    Attributes:
        outcome: what a test sees there; any other outcome fails, the right one too.
        effect: what that means for an application, for the docs.
        because: what the server does.
    """

    outcome: object
    effect: str
    because: str


_LOST_IS_1005: Final = Deviation(
    [1005, 1005],
    "A lost connection is 1005, not 1006: take both for lost.",
    "the server gives the code for a close frame without one",
)
_SILENT_FIN: Final = Deviation(
    [None, None, None],
    "Who sends broken frames sees the connection end without a close frame.",
    "the server drops the connection",
)
_SANSIO: Final = {
    "connection lost": _LOST_IS_1005,
    "quiet log": Deviation(
        ["ASGI callable returned without completing handshake."],
        "One harmless line in the log after each refusal.",
        "the server logs it although the refusal was sent",
    ),
}
_WEBSOCKETS: Final = {
    "header beyond ASCII": Deviation(
        (500, None),
        "A request with such a header is refused with HTTP 500, before the application.",
        "the `websockets` library of the same name reads headers as ASCII",
    ),
    "client that never answers a close": Deviation(
        (CLOSE, 4001, False),
        "A handler whose client never answers a close is held up for `close_timeout`.",
        "its `close` waits for the answer of the client, also behind 32 messages that nobody reads",
    ),
    "beyond the server's own limit": Deviation(
        (CLOSE, 1009, False),
        "The handler of a client that sends too much and does not stop ends seconds later.",
        "the server waits for the client to hang up before it tells the application",
    ),
}
_WSPROTO: Final = {
    "connection lost": _LOST_IS_1005,
    "bytes that are no frames": _SILENT_FIN,
}
_GRANIAN: Final = {
    "accept headers": Deviation(
        None,
        "Headers of `accept` do not arrive: send cookies and session ids otherwise.",
        "the server drops them",
    ),
    "client's close": Deviation(
        [4005, ""],
        "The handler sees the client's code, and no reason.",
        "the server's disconnect event has none",
    ),
    "connection lost": _LOST_IS_1005,
    "pings": Deviation(
        False,
        "Nobody is pinged: use `idle_timeout`, or pings of the proxy, against silent clients.",
        "the server has no option for it",
    ),
    "bytes that are no frames": Deviation(
        [0, 0, 0],
        "Who sends broken frames is closed without a code.",
        "the server's close frame is empty",
    ),
    "beyond the server's own limit": Deviation(
        (CLOSE, 0, True),
        "A message beyond the server's own limit closes without a code.",
        "the server's close frame is empty; its limits cannot be set",
    ),
    "SIGTERM, idle": Deviation(
        ([1006] * 3, [1] * 3, True),
        "Clients see no close frame at SIGTERM; handlers are torn down.",
        "the server stops sending before the application is told",
    ),
    "SIGTERM, busy": Deviation(
        ([1006] * 2, [1] * 2, True),
        "Clients of busy handlers see no close frame at SIGTERM; handlers are torn down.",
        "the server stops sending before the application is told",
    ),
}
_HYPERCORN: Final = {
    "client's close": Deviation(
        [1006, ""],
        "The handler never sees the client's code or reason: it is always 1006.",
        "the server tells every end alike (hypercorn#127)",
    ),
    "client's close without a code": Deviation(
        [1006, ""],
        "A close without a code is 1006.",
        "the server tells every end alike (hypercorn#127)",
    ),
    "bytes that are no frames": _SILENT_FIN,
}

_REFUSES_CODES: Final = (
    "the server takes 1000 and 3000-4999 only; the runtime sends 4900 and the last two digits"
)
_DROPS_REASONS: Final = "the server drops reasons"
_NO_DENIAL: Final = "the server lacks the extension `websocket.http.response`"
_ONLY_403: Final = "A refusal is HTTP 403 without a body, whatever its code."
_DAPHNE: Final = {
    "no common subprotocol": Deviation((403, ""), _ONLY_403, _NO_DENIAL),
    "refusal statuses": Deviation(
        dict.fromkeys((1002, 1008, 1011, 1013, 3000, 4001, 4003, 4004, 4400, 4429, 4999), 403),
        _ONLY_403,
        _NO_DENIAL,
    ),
    "refusal body": Deviation(("", None, None), _ONLY_403, _NO_DENIAL),
    "declared refusal": Deviation((403, ""), _ONLY_403, _NO_DENIAL),
    "raising before accept": Deviation((403, ""), _ONLY_403, _NO_DENIAL),
    "returning before accept": Deviation((403, ""), _ONLY_403, _NO_DENIAL),
    "unknown path": Deviation([(403, "")] * 2, _ONLY_403, _NO_DENIAL),
    "refusal by close": Deviation((4001, ""), "Code only.", _DROPS_REASONS),
    "accept headers": Deviation(
        None,
        "Headers of `accept` do not arrive: send cookies and session ids otherwise.",
        "the server drops them",
    ),
    "path of the mount": Deviation(
        "/evil/generated/clock",
        "A client can set `root_path`, and with it what `url_for` gives: let the proxy remove "
        "the header `Daphne-Root-Path`.",
        "the server takes it from that header",
    ),
    "empty messages": Deviation(
        ["end"], "Empty messages of the server do not arrive.", "the server drops them"
    ),
    "too big": Deviation([(4909, "")] * 2, "1009 is 4909.", _REFUSES_CODES),
    "beyond the server's own limit": Deviation(
        (0, 0, True),
        "A message beyond the server's own limit ends the connection without a close frame.",
        "the server drops the connection",
    ),
    "rate": Deviation((4908, ""), "1008 is 4908.", _REFUSES_CODES),
    "idle": Deviation((4901, ""), "1001 is 4901.", _REFUSES_CODES),
    "invalid data": Deviation([4907] * 3, "1007 is 4907.", _REFUSES_CODES),
    "wrong frame": Deviation(4903, "1003 is 4903.", _REFUSES_CODES),
    "close codes": Deviation(
        {1000: 1000, 1001: 4901, 1007: 4907, 1009: 4909, 1011: 4911, 1012: 4912}
        | {code: code for code in (3000, 4001, 4999)},
        "Codes from 1001 to 1014 arrive as 4901 to 4914.",
        _REFUSES_CODES,
    ),
    "close reasons": Deviation([""] * 3, "Reasons do not arrive.", _DROPS_REASONS),
    "exceptions": Deviation(((4911, ""), (4911, "")), "1011 is 4911.", _REFUSES_CODES),
    "exceptions leak nothing": Deviation(
        (CLOSE, (4911).to_bytes(2)), "1011 is 4911.", _REFUSES_CODES
    ),
    "exceptions with a code": Deviation((4123, ""), "Code only.", _DROPS_REASONS),
    "client's close": Deviation(
        [4005, ""],
        "The handler sees the client's code, and no reason.",
        "the server's disconnect event has none",
    ),
    "kicking": Deviation([(4010, "")] * 2, "Code only.", _DROPS_REASONS),
    "bytes that are no frames": _SILENT_FIN,
    "SIGTERM, idle": Deviation(
        ([1006] * 3, [0] * 3, True),
        "Nothing runs at SIGTERM: no close frame, no teardown.",
        "the server ends at once, and tells the application nothing",
    ),
    "SIGTERM, busy": Deviation(
        ([1006] * 2, [0] * 2, True),
        "Nothing runs at SIGTERM: no close frame, no teardown.",
        "the server ends at once, and tells the application nothing",
    ),
}

DEVIATIONS: Final[Mapping[str, Mapping[str, Deviation]]] = {
    "uvicorn-websockets-sansio": _SANSIO,
    "uvicorn-websockets": _WEBSOCKETS,
    "uvicorn-wsproto": _WSPROTO,
    "granian": _GRANIAN,
    "hypercorn": _HYPERCORN,
    "daphne": _DAPHNE,
}
