"""Which web pages may connect.

Browsers send the origin of the page with every WebSocket handshake and leave the decision to the
server (RFC 6455, section 10.2); the same-origin policy does not cover it. A request without
`Origin` does not come from a page. What is malformed is refused; nothing is compared by a part of
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from wsgen_runtime._request import ASGIConnection, split_host
from wsgen_runtime._terms import Origins
from wsgen_runtime.exceptions import ConfigurationError

_ORIGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,31})://([^/?#@\s]{1,300})")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ONE_PORT: Final = frozenset({None, 80, 443})
"""What counts as one port: TLS often ends in front of the server, which then sees no `https`."""

_Origin: TypeAlias = tuple[str, str, int | None]


def admits(origins: Origins) -> Callable[[ASGIConnection], bool]:
    """A function that says whether the page that opens a connection may do so.

    For `same` it must have the host and port of `Host`, where no port, 80 and 443 are one. For a
    list, scheme, host and port must be those of an entry, where a scheme's default port may be
    left out; `null` is an entry like any other. Several `Origin` or `Host` headers, joined by a
    comma, are malformed.
    """
    if origins == "any":
        return lambda _: True
    if origins == "same":
        return _admits_same
    listed = (origins,) if isinstance(origins, str) else origins
    pages = frozenset(filter(None, map(_parse, listed)))

    def admits_listed(connection: ASGIConnection) -> bool:
        origin = _origin(connection)
        return origin is None or (origin == "null" and "null" in listed) or _parse(origin) in pages

    return admits_listed


def check_origins(origins: Origins) -> None:
    """See that every entry of a list can be an origin.

    Raises:
        ConfigurationError: an entry is none, such as `example.com` or `https://*.example.com/`.
    """
    if isinstance(origins, str):
        wrong = [each for each in (origins,) if each not in {"same", "any"}]
    else:
        wrong = [each for each in origins if each != "null" and _parse(each) is None]
    if wrong:
        raise ConfigurationError(
            [
                f"`{each}` is no origin: write `same`, `any`, or a list of origins such as "
                "`https://app.example.com`"
                for each in wrong
            ]
        )


def _origin(connection: ASGIConnection) -> str | None:
    raw = connection.raw_header(b"origin")
    return None if raw is None else raw.decode("latin-1")


def _admits_same(connection: ASGIConnection) -> bool:
    origin = connection.raw_header(b"origin")
    return origin is None or _is_same(origin, connection.raw_header(b"host") or b"")


@lru_cache(maxsize=16)  # an application has few pages
def _is_same(origin: bytes, host: bytes) -> bool:
    here = split_host(host.decode("latin-1"))
    scheme, _, authority = origin.decode("latin-1").partition("://")
    page = split_host(authority)
    if here is None or page is None or scheme.lower() not in {"http", "https"}:
        return False
    (name, port), (own_name, own_port) = page, here
    same_port = port == own_port or (port in _ONE_PORT and own_port in _ONE_PORT)
    return name == own_name and same_port


def _parse(origin: str) -> _Origin | None:
    """Scheme, host and port, None for the default port."""
    match = _ORIGIN.fullmatch(origin)
    address = match and split_host(match[2])
    if match is None or address is None:
        return None
    scheme = match[1].lower()
    host, port = address
    return scheme, host, None if port == _DEFAULT_PORTS.get(scheme) else port
