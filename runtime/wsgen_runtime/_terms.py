"""What holds for a connection besides the protocol: limits, and how it is refused."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Literal, TypeAlias

OnReject: TypeAlias = Literal["deny", "close"]
OnInvalid: TypeAlias = Literal["close", "reply", "ignore"]
Origins: TypeAlias = Literal["same", "any"] | Sequence[str]
"""Pages of the same host and port, of any, or of these: `https://app.example.com`."""
Mode: TypeAlias = Literal["text", "binary"]

DEFAULT_MAX_MESSAGE: Final = 1024 * 1024
DEFAULT_TIMEOUT: Final = 10.0
VERIFY: Final = "wsgen.verify"
"""The ASGI extension by which `wsgen_runtime.testing` has outgoing messages decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a connection; None leaves a bound to the next layer, in the end to the default.

    Attributes:
        max_message: bytes of a message from the client, text counted as UTF-8 (1 MiB); more
            closes with 1009.
        rate: messages a second from the client, with a burst of one second's worth (unbounded);
            more closes with 1008.
        idle_timeout: seconds without a message from the client (unbounded); then 1001. It does
            not apply to streams.
        handshake_timeout: seconds for guards and providers (10); then 1013.
        close_timeout: seconds for closing (10).
    """

    max_message: int | None = None
    rate: float | None = None
    idle_timeout: float | None = None
    handshake_timeout: float | None = None
    close_timeout: float | None = None

    def __post_init__(self) -> None:
        """Refuse what bounds nothing.

        Raises:
            ValueError: a limit is not above 0.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not value > 0:
                raise ValueError(f"`{field.name}` has to be more than 0, and is {value!r}")

    def over(self, other: Limits) -> Limits:
        """These limits, and where they say nothing the other's."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in own.items() if value is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a socket has to know of its handler.

    Attributes:
        handler: its name, for logs.
        subprotocols: ours, the preferred one first.
        statuses: HTTP status by close code, for refusals.
        reasons: declared reasons by close code.
        verify: decode every outgoing message, as a client would.
    """

    handler: str = ""
    on_reject: OnReject = "deny"
    subprotocols: Sequence[str] = ()
    statuses: Mapping[int, int]
    reasons: Mapping[int, str]
    max_message: int = DEFAULT_MAX_MESSAGE
    rate: float | None = None
    idle_timeout: float | None = None
    handshake_timeout: float = DEFAULT_TIMEOUT
    close_timeout: float = DEFAULT_TIMEOUT
    verify: bool = False


NO_LIMITS: Final = Limits()
STANDARD: Final = Terms(statuses={}, reasons={})
"""What holds for a socket that no handler was given for."""


class TokenBucket:
    """A rate with a burst of one second's worth, and of one message at least."""

    __slots__ = ("_burst", "_rate", "_tokens", "_updated")

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(rate, 1.0)
        self._tokens = self._burst
        self._updated = time.monotonic()

    def take(self) -> bool:
        """Whether one more is within the rate."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._updated) * self._rate)
        self._updated = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def larger_than(data: str | bytes, limit: int) -> bool:
    """Whether `data` has more than `limit` bytes, text counted as UTF-8."""
    size = len(data)
    if size > limit:
        return True
    if not isinstance(data, str) or 4 * size <= limit or data.isascii():
        return False
    return len(data.encode("utf-8", "surrogatepass")) > limit
