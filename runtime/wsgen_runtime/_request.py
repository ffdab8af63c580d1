"""The opening request of a connection: what a handler may ask of it, read when it is asked.

A connection that looks at nothing pays for nothing: the constructor stores three references, and
each attribute is computed on first use and kept. Servers differ in what they put into a scope
(ASGI, "WebSocket Connection Scope"), so that every key but `type` may be missing here. Nothing in
this file raises because of what a client sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Self, TypeVar, overload
from urllib.parse import quote, unquote_plus

from typing_extensions import override

from wsgen_runtime._asgi import Scope

__all__ = [
    "URL",
    "ASGIConnection",
    "Cookies",
    "Headers",
    "QueryParams",
    "TextMapping",
    "split_host",
]

MAX_PARAMETERS: Final = 1000
"""Query parameters, and cookies, that are looked at; the rest is ignored."""

_HOST: Final = re.compile(
    r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,255}))(?::([0-9]{1,5}))?"
)
_SECURE: Final = {"ws": "ws", "http": "ws", "wss": "wss", "https": "wss"}
_IN_QUERY: Final = "%!$&'()*+,;=:@/?-._~"
_IN_PATH: Final = "!$&'()*+,;=:@/"

S = TypeVar("S")
T = TypeVar("T")


class Lazy(Generic[S, T]):
    """An attribute that is computed on first use and then stands in the instance.

    `functools.cached_property` takes a lock for each first use up to Python 3.11, which costs
    more than most of what is computed here.
    """

    def __init__(self, compute: Callable[[S], T]) -> None:
        self._compute = compute
        self._name = ""
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type[S], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[S]) -> Self: ...
    @overload
    def __get__(self, instance: S, owner: type[S]) -> T: ...
    def __get__(self, instance: S | None, owner: type[S]) -> Self | T:
        if instance is None:
            return self
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value


class TextMapping(Mapping[str, str]):
    """A mapping of texts that cannot be changed."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str, /) -> str:
        return self._values[name]

    @override
    def __contains__(self, name: object, /) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"


class QueryParams(TextMapping):
    """The parameters of a query string (WHATWG URL, "application/x-www-form-urlencoded parsing").

    The last of several parameters with one name counts; `getlist` has them all. `+` is a space, an
    incomplete `%` escape stands for itself, and what is not UTF-8 becomes U+FFFD. Only the first
    1000 parameters are read.
    """

    __slots__ = ("_text",)

    def __init__(self, query: bytes = b"") -> None:
        try:
            text = query.decode()
        except UnicodeDecodeError:
            text = query.decode("utf-8", "replace")
        if len(text) > MAX_PARAMETERS and text.count("&") >= MAX_PARAMETERS:
            text = "&".join(text.split("&", MAX_PARAMETERS)[:MAX_PARAMETERS])
        self._text = text
        values: dict[str, str] = {}
        if "%" in text or "+" in text:
            values.update(self._pairs())
        elif text:  # most queries have nothing to decode
            for part in text.split("&"):
                name, _, value = part.partition("=")
                if part:
                    values[name] = value
        self._values = values

    def getlist(self, name: str, /) -> list[str]:
        """Every value of `name`, in order; empty where there is none."""
        if name not in self._values:
            return []
        return [value for each, value in self._pairs() if each == name]

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for part in self._text.split("&"):
            name, _, value = part.partition("=")
            if part:
                yield _unquote(name), _unquote(value)


class Cookies(TextMapping):
    """The cookies of a request (RFC 6265, section 4.2).

    Of several cookies with one name the first counts: clients put the one with the longest path
    first (section 5.4). One pair of quotes around a value is removed; there are no escapes in it.
    Cookies without a name are ignored. Only the first 1000 are read.
    """

    __slots__ = ()

    def __init__(self, header: str = "") -> None:
        values: dict[str, str] = {}
        for part in header.split(";", MAX_PARAMETERS)[:MAX_PARAMETERS]:
            name, found, value = part.partition("=")
            name = name.strip(" \t")
            if found and name and name not in values:
                value = value.strip(" \t")
                if len(value) > 1 and value[0] == value[-1] == '"':
                    value = value[1:-1]
                values[name] = value
        super().__init__(values)


class Headers(Mapping[str, str]):
    """The headers of a request, by name in any case (RFC 9110, section 5.1).

    Several headers of one name are joined by ", ", cookies by "; " (RFC 9113, section 8.2.3);
    `getlist` has them apart. Bytes are read as Latin-1, so that every byte has a character.
    """

    __slots__ = ("_index", "_raw")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        pairs = raw if isinstance(raw, (list, tuple)) else list(raw)
        self._raw: Sequence[tuple[bytes, bytes]] = pairs
        index = dict(pairs)
        # Servers send lower-cased names, mostly once each: then nothing is left to do. Checked as
        # a whole.
        if len(index) != len(pairs) or not b"".join(index).islower():
            index = _joined(pairs)
        self._index: dict[bytes, bytes] = index

    def __getitem__(self, name: str, /) -> str:
        return self._index[_header_name(name)].decode("latin-1")

    @override
    def __contains__(self, name: object, /) -> bool:
        return isinstance(name, str) and _header_name(name) in self._index

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._index)

    def __len__(self) -> int:
        return len(self._index)

    def raw(self, name: bytes, /) -> bytes | None:
        """The bytes of a header by its lower-cased name, as they came."""
        return self._index.get(name)

    def getlist(self, name: str, /) -> list[str]:
        """Every value of `name`, in order; empty where there is none."""
        key = _header_name(name)
        if key not in self._index:
            return []
        return [value.decode("latin-1") for each, value in self._raw if each.lower() == key]

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class URL:
    """Where a request went, as far as one can tell.

    `host` and `port` come from the `Host` header, which a client may choose freely: good for
    making links, never for deciding who may do what. `path` is the one that is routed on.

    Attributes:
        scheme: `ws` or `wss`.
        host: a name or an address; without brackets, if it is one of IPv6.
        port: None where it is the scheme's default.
        path: not quoted.
        query: as the client sent it, without the `?`.
    """

    scheme: str
    host: str
    port: int | None = None
    path: str = "/"
    query: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port: `wss://example.com:8443`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port is None else f":{self.port}")

    def __str__(self) -> str:
        query = "?" + quote(self.query, _IN_QUERY, errors="replace") if self.query else ""
        return self.origin + quote(self.path, _IN_PATH, errors="replace") + query


class ASGIConnection:
    """The opening request of a connection, over what an ASGI server calls the application with."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @Lazy
    def headers(self) -> Headers:
        """The headers, by name in any case."""
        return Headers(self.scope.get("headers") or ())

    def raw_header(self, name: bytes) -> bytes | None:
        """The bytes of a header by its lower-cased name, as they came: less work than `headers`."""
        pairs: Iterable[tuple[bytes, bytes]] = self.scope.get("headers") or ()
        if not isinstance(pairs, (list, tuple)):  # perhaps good for one reading only
            return self.headers.raw(name)
        found = [value for each, value in pairs if each.lower() == name]
        return b", ".join(found) if found else None

    @Lazy
    def query_params(self) -> QueryParams:
        """The parameters of the query string; the last of one name counts."""
        query = self.scope.get("query_string")
        return QueryParams(query) if query else _NO_QUERY

    @Lazy
    def cookies(self) -> Cookies:
        """The cookies; the first of one name counts."""
        header = self.headers.get("cookie")
        return Cookies(header) if header else _NO_COOKIES

    @property
    def path_params(self) -> Mapping[str, object]:
        """The parameters of the path, converted as its template says."""
        found: Mapping[str, object] | None = self.scope.get("path_params")
        return {} if found is None else found

    @property
    def path(self) -> str:
        """The path, not quoted, with `root_path` in front of it or not: servers differ."""
        return str(self.scope.get("path") or "/")

    @property
    def root_path(self) -> str:
        """Where the application is mounted; empty at the root."""
        return str(self.scope.get("root_path") or "")

    @Lazy
    def base_url(self) -> URL:
        """Where the application is mounted, with scheme, host and port of the request."""
        scheme = _SECURE.get(str(self.scope.get("scheme") or "ws"), "ws")
        address = split_host(self.headers.get("host", "")) or self.server or ("localhost", None)
        host, port = address
        if port == (443 if scheme == "wss" else 80):
            port = None
        root = self.root_path.strip("/")
        return URL(scheme, host, port, f"/{root}" if root else "/")

    @Lazy
    def url(self) -> URL:
        """Where the request went; its host is the client's word only."""
        base = self.base_url
        path = self.path
        root = base.path
        if root != "/" and path != root and not path.startswith(f"{root}/"):
            path = root + path
        query = self.scope.get("query_string") or b""
        return URL(base.scheme, base.host, base.port, path, query.decode("utf-8", "replace"))

    @Lazy
    def client(self) -> tuple[str, int] | None:
        """Host and port of the peer; None where the server does not say, as on a Unix socket."""
        return _address(self.scope.get("client"))

    @Lazy
    def server(self) -> tuple[str, int] | None:
        """Host and port that the server listens on; None where it does not say."""
        return _address(self.scope.get("server"))

    @property
    def state(self) -> MutableMapping[str, Any]:
        """What the lifespan left for connections, and a place for this one's own things."""
        found: MutableMapping[str, Any] | None = self.scope.get("state")
        if found is None:
            found = {}
            self.scope["state"] = found
        return found

    @Lazy
    def subprotocols(self) -> tuple[str, ...]:
        """The subprotocols that the client offers, in its order."""
        return tuple(self.scope.get("subprotocols") or ())

    @property
    def extensions(self) -> Mapping[str, object]:
        """The ASGI extensions of the server, such as `websocket.http.response`."""
        found: Mapping[str, object] | None = self.scope.get("extensions")
        return {} if found is None else found


_NO_QUERY: Final = QueryParams()
_NO_COOKIES: Final = Cookies()


def split_host(text: str) -> tuple[str, int | None] | None:
    """Host, lower-cased and without brackets, and port of an authority such as a `Host` header.

    Returns:
        None where it is malformed: empty, with user information, or with a port over 65535.
    """
    match = _HOST.fullmatch(text)
    if match is None:
        return None
    address, name, digits = match.groups()
    port = None if digits is None else int(digits)
    if (port is not None and port > 65535) or (address is not None and ":" not in address):
        return None
    return (address or name).lower(), port


def _header_name(name: str) -> bytes:
    return name.encode("latin-1", "backslashreplace").lower()


def _joined(pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    index: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        index.setdefault(name.lower(), []).append(value)
    return {
        name: (b"; " if name == b"cookie" else b", ").join(values) for name, values in index.items()
    }


def _unquote(text: str) -> str:
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def _address(value: object) -> tuple[str, int] | None:
    match value:
        case (str(host), int(port)):
            return host, port
        case (str(host), str(port)) if port.isdecimal():
            return host, int(port)
        case _:
            return None
