"""Close codes (RFC 6455, section 7.4, and the IANA registry), and what may be sent with them."""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_REASON",
    "WS_1000_NORMAL_CLOSURE",
    "WS_1001_GOING_AWAY",
    "WS_1002_PROTOCOL_ERROR",
    "WS_1003_UNSUPPORTED_DATA",
    "WS_1005_NO_STATUS_RECEIVED",
    "WS_1006_ABNORMAL_CLOSURE",
    "WS_1007_INVALID_FRAME_PAYLOAD_DATA",
    "WS_1008_POLICY_VIOLATION",
    "WS_1009_MESSAGE_TOO_BIG",
    "WS_1010_MANDATORY_EXTENSION",
    "WS_1011_INTERNAL_ERROR",
    "WS_1012_SERVICE_RESTART",
    "WS_1013_TRY_AGAIN_LATER",
    "WS_4001_UNAUTHORIZED",
    "WS_4003_FORBIDDEN",
    "WS_4004_NOT_FOUND",
    "WS_4400_BAD_REQUEST",
    "WS_4404_NOT_FOUND",
    "check_code",
    "cut_reason",
    "fallback_code",
    "http_status",
]

WS_1000_NORMAL_CLOSURE: Final = 1000
WS_1001_GOING_AWAY: Final = 1001
WS_1002_PROTOCOL_ERROR: Final = 1002
WS_1003_UNSUPPORTED_DATA: Final = 1003
WS_1005_NO_STATUS_RECEIVED: Final = 1005
"""Never sent: stands for a close frame without a code."""
WS_1006_ABNORMAL_CLOSURE: Final = 1006
"""Never sent: stands for a connection that ended without a close frame."""
WS_1007_INVALID_FRAME_PAYLOAD_DATA: Final = 1007
WS_1008_POLICY_VIOLATION: Final = 1008
WS_1009_MESSAGE_TOO_BIG: Final = 1009
WS_1010_MANDATORY_EXTENSION: Final = 1010
WS_1011_INTERNAL_ERROR: Final = 1011
WS_1012_SERVICE_RESTART: Final = 1012
WS_1013_TRY_AGAIN_LATER: Final = 1013
WS_4001_UNAUTHORIZED: Final = 4001
WS_4003_FORBIDDEN: Final = 4003
WS_4004_NOT_FOUND: Final = 4004
WS_4400_BAD_REQUEST: Final = 4400
WS_4404_NOT_FOUND: Final = 4404

MAX_REASON: Final = 123
"""Bytes of a reason: a control frame holds 125, two of them the code (RFC 6455, section 5.5)."""

_SENDABLE: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})
_STATUS: Final = {
    1002: 400,
    1007: 400,
    1011: 500,
    1012: 503,
    1013: 503,
    3000: 401,
    4001: 401,
    4004: 404,
    4029: 429,
    4400: 400,
    4401: 401,
    4404: 404,
    4429: 429,
}
"""All others, such as 1008, 3003, 4003 and 4403, are 403."""


def check_code(code: int) -> int:
    """`code` as a plain int.

    Raises:
        ValueError: no endpoint may send it (RFC 6455, section 7.4).
    """
    if not isinstance(code, int) or isinstance(code, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"a close code is a whole number, not {code!r}")
    code = int(code)  # of an IntEnum
    if code in _SENDABLE or 3000 <= code <= 4999:
        return code
    raise ValueError(f"close code {code} may not be sent: use 1000-1003, 1007-1014 or 3000-4999")


def cut_reason(reason: str | None) -> str:
    """`reason` in at most 123 bytes of UTF-8, cut between two characters."""
    if not reason:
        return ""
    data = reason.encode("utf-8", "replace")
    if len(data) <= MAX_REASON:
        return data.decode()
    return data[:MAX_REASON].decode("utf-8", "ignore")


def fallback_code(code: int) -> int:
    """What to try where a server refuses `code`: 4900 and its last two digits."""
    return 4900 + code % 100


def http_status(code: int) -> int:
    """The HTTP status of a connection that is refused with `code`."""
    return _STATUS.get(code, 403)
