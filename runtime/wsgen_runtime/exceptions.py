"""What the runtime raises.

Exception
├── WebSocketException        ends the connection with a close code, or refuses it
│   ├── BadParameter          a parameter of the opening request is missing or wrong (4400 / 400)
│   ├── TopicGap              messages of a topic may be missing here (1013)
│   └── TopicsUnavailable     the broker of the topics is gone (1013)
├── WebSocketDisconnect       the connection has ended; says how, and by whom
├── ProtocolMisuse            the application did what the state of the socket does not allow
├── WrongFrame                text came where binary was awaited, or the other way round (1003)
├── InvalidMessage            what came is not a message of the contract (1007)
├── SerializationError        a value cannot be sent as JSON or MessagePack
└── ConfigurationError        handlers, paths or options that cannot work: raised at start
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from wsgen_runtime.close_codes import (
    WS_1011_INTERNAL_ERROR,
    WS_1013_TRY_AGAIN_LATER,
    WS_4400_BAD_REQUEST,
)

__all__ = [
    "BadParameter",
    "ConfigurationError",
    "ErrorCode",
    "InvalidMessage",
    "ProtocolMisuse",
    "SerializationError",
    "TopicGap",
    "TopicsUnavailable",
    "WebSocketDisconnect",
    "WebSocketException",
    "WrongFrame",
]

ErrorCode: TypeAlias = Literal[
    "malformed", "invalid_message", "unknown_type", "wrong_frame", "rate_limited"
]
"""Why a message was refused, as the built-in error message says it."""


class WebSocketException(Exception):
    """Ends the connection with a close code; before `accept`, refuses it.

    Attributes:
        code: close code, 1000–4999 as RFC 6455 allows.
        detail: the reason that the client is told, cut at 123 bytes.
        status: HTTP status of a refusal; None: by the code.
    """

    code: int = WS_1011_INTERNAL_ERROR
    detail: str = ""
    status: int | None = None

    def __init__(self, detail: str | None = None, *, code: int | None = None) -> None:
        if detail is not None:
            self.detail = detail
        if code is not None:
            self.code = code
        super().__init__(self.detail)


class BadParameter(WebSocketException):
    """A parameter of the opening request is missing or wrong; its value is not repeated."""

    code = WS_4400_BAD_REQUEST
    status = 400


class TopicGap(WebSocketException):
    """Messages of a topic may be missing here; whoever iterates may go on behind the gap."""

    code = WS_1013_TRY_AGAIN_LATER
    detail = "messages were missed"


class TopicsUnavailable(WebSocketException):
    """The broker of the topics is gone; it is tried again."""

    code = WS_1013_TRY_AGAIN_LATER
    detail = "topics are unavailable"


class WebSocketDisconnect(Exception):  # the name of the reference
    """The connection has ended.

    Attributes:
        code: the close code; 1005 where the client gave none, 1006 where it was lost.
        reason: the reason, or "".
        by: who closed it.
    """

    def __init__(
        self, code: int = 1005, reason: str = "", *, by: Literal["client", "server"] = "client"
    ) -> None:
        # Whatever a client may say is escaped, since tracebacks end up in logs.
        super().__init__(f"closed by the {by} with {code}" + (f": {reason!r}" if reason else ""))
        self.code = code
        self.reason = reason
        self.by = by


class ProtocolMisuse(RuntimeError):
    """The application did what the state of the socket does not allow."""


class WrongFrame(Exception):
    """A frame of the other kind came."""


class InvalidMessage(Exception):
    """What the client sent is not a message of the contract.

    Attributes:
        code: what kind of mistake it is.
        path: where, such as `$.text`.
        detail: what was expected, in words; never the payload's.
        tag: the message's tag where it is known, for the close reason.
        root: the path of the message proper, which the tag stands for in the close reason.
    """

    def __init__(
        self, code: ErrorCode, detail: str, *, path: str = "$", tag: str | None = None
    ) -> None:
        super().__init__(f"{path}: {detail}")
        self.code: ErrorCode = code
        self.detail = detail
        self.path = path
        self.tag = tag
        self.root = "$"

    @property
    def reason(self) -> str:
        """A close reason, such as `say.text: Expected `str``."""
        place = self.path.removeprefix(self.root).removeprefix("$")
        where = (self.tag or "") + place if self.tag else place.removeprefix(".")
        return f"{where}: {self.detail}" if where else self.detail


class SerializationError(ValueError):
    """A value cannot be sent: JSON or MessagePack has no form for it."""


class ConfigurationError(Exception):
    """What was registered cannot work; the text lists all that is wrong.

    Attributes:
        problems: one sentence each.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
