"""The answer to an opening request: which subprotocol, which headers, which refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from wsgen_runtime._asgi import WebSocketMessage

HeaderPairs: TypeAlias = Sequence[tuple[str | bytes, str | bytes]]
HeaderSource: TypeAlias = HeaderPairs | Mapping[str, str]

_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BROKEN: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]|\A[ \t]|[ \t]\Z")
"""What no value may hold (RFC 9110, section 5.5); some servers drop the connection for it."""


class NoCommonSubprotocol(Exception):
    """The client offers subprotocols, and none of them is ours."""


def choose_subprotocol(own: str | Sequence[str] | None, offered: Sequence[str]) -> str | None:
    """The first subprotocol of ours that the client offers (RFC 6455, section 4.2.2).

    Raises:
        ValueError: `own` is one name that the client does not offer.
        NoCommonSubprotocol: the client offers some, none of `own` among them.
    """
    if not own:
        return None
    if isinstance(own, str):
        if own not in offered:
            raise ValueError(f"the client does not offer the subprotocol {own!r}")
        return own
    found = common_subprotocol(own, offered)
    if found is None and offered:
        raise NoCommonSubprotocol
    return found


def common_subprotocol(own: Sequence[str], offered: Sequence[str]) -> str | None:
    """The first subprotocol of ours that the client offers, if any."""
    return next((each for each in own if each in offered), None)


def response_headers(headers: HeaderSource | None) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them: pairs of bytes, names in lower case.

    Raises:
        ValueError: a name or value cannot stand in a header, or is for us to set.
    """
    if not headers:
        return []
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    made: list[tuple[bytes, bytes]] = []
    for name, value in pairs:
        key = (name.encode("latin-1") if isinstance(name, str) else bytes(name)).lower()
        content = value.encode("latin-1") if isinstance(value, str) else bytes(value)
        if not _TOKEN.fullmatch(key):
            raise ValueError(f"not a header name: {name!r}")
        if _BROKEN.search(content):
            raise ValueError(f"the header {name!r} has a control character, or blanks around it")
        if key == b"sec-websocket-protocol":
            raise ValueError("give the subprotocol to accept(subprotocols=…)")
        made.append((key, content))
    return made


def denial(status: int, reason: str) -> tuple[WebSocketMessage, WebSocketMessage]:
    """A refusal as an HTTP response (ASGI, extension `websocket.http.response`).

    Servers differ in what they add by themselves: both headers are given, and one body.
    """
    body = reason.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    return start, {"type": "websocket.http.response.body", "body": body}
