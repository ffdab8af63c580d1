"""How a connection ends: which close code an exception stands for, and what is logged of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

import msgspec

from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.close_codes import check_code
from wsgen_runtime.exceptions import (
    InvalidMessage,
    WebSocketDisconnect,
    WebSocketException,
    WrongFrame,
)

ExceptionHandler: TypeAlias = Callable[[WebSocket, Exception], Awaitable[object] | object]
ExceptionHandlers: TypeAlias = Mapping[type[Exception], ExceptionHandler]

log: Final = logging.getLogger("wsgen_runtime")


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection ended.

    Attributes:
        code: the close code; 1005 where the client gave none, 1006 where it was lost.
        reason: what came with it.
        by: who closed first.
        error: the exception that ended it, if it was one.
    """

    code: int
    reason: str
    by: Literal["client", "server"]
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an exception does to the connection."""

    code: int
    reason: str = ""
    status: int | None = None
    unexpected: bool = False


def unwrapped(error: BaseException) -> BaseException:
    """An exception group of one, or of nothing but disconnects, is its (first) member."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    members = [unwrapped(each) for each in group.exceptions]
    if len(members) == 1 or all(isinstance(each, WebSocketDisconnect) for each in members):
        return members[0]
    return group


def verdict(error: BaseException) -> Verdict:
    """The close code for an exception that nobody handled."""
    match error:
        case WebSocketException(code=code, detail=detail, status=status):
            return _sendable(code, detail, status)
        case WebSocketDisconnect(code=code, reason=reason):
            return Verdict(code if _may_be_sent(code) else 1000, reason)
        case WrongFrame():
            return Verdict(1003, str(error))
        case InvalidMessage(reason=reason):
            return Verdict(1007, reason)
        case _:
            return Verdict(1011, unexpected=True)


def _sendable(code: int, detail: str, status: int | None) -> Verdict:
    if _may_be_sent(code):
        refusal = status is not None and 400 <= status <= 599  # no other status says no
        return Verdict(code, detail, status if refusal else None)
    return Verdict(1011, unexpected=True)


def _may_be_sent(code: int) -> bool:
    try:
        check_code(code)
    except ValueError:
        return False
    return True


def find_handler(layers: Sequence[ExceptionHandlers], error: Exception) -> ExceptionHandler | None:
    """The handler for an exception: the inner layer first, then the nearest class."""
    for layer in layers:
        for base in type(error).__mro__:
            function = layer.get(base) if issubclass(base, Exception) else None
            if function is not None:
                return function
    return None


def note(
    socket: WebSocket, handler: str, text: str, *args: object, level: int = logging.WARNING
) -> None:
    """One log record about a connection, with the handler's name and the connection's id.

    Parameters:
        args: put into `text` by `%`; `%r` for what a client controls, so that it is escaped.
    """
    extra = {"handler": handler, "connection": socket.connection_id}
    log.log(level, f"%s {text} [%s]", handler, *args, socket.connection_id, extra=extra)


def report(socket: WebSocket, handler: str, error: BaseException, *, what: str = "handler") -> None:
    """One log record for a failure, with the handler's name and the connection's id."""
    log.error(
        "%s: %s failed [%s]",
        handler,
        what,
        socket.connection_id,
        exc_info=error,
        extra={"handler": handler, "connection": socket.connection_id},
    )
    if socket.link.watch is not None:
        socket.link.watch.failed(error)
