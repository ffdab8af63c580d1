"""What may be said of a decorated handler, typed once for all decorators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypedDict, cast, get_args

from wsgen_runtime._ending import ExceptionHandlers
from wsgen_runtime._endpoint import ConnectionLifespan, Middleware
from wsgen_runtime._origin import check_origins
from wsgen_runtime._terms import Limits, Mode, OnInvalid, OnReject, Origins
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.exceptions import ConfigurationError

AnyCallable: TypeAlias = Callable[..., Any]
GuardFunction: TypeAlias = Callable[..., Awaitable[None] | None]
"""Takes the socket, and if it wants a second argument the handler's `opt`; raises to refuse."""
Hook: TypeAlias = Callable[..., Awaitable[object] | object]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A value for each connection: made by a provider, or the same for all.

    Attributes:
        provider: sync, async, a generator of either kind that yields once, a context manager, or
            a plain value. It may take the socket, parameters of the path and other dependencies.
        sync_to_thread: run a sync provider in a worker thread, because it blocks.
    """

    provider: Any
    sync_to_thread: bool = False


Dependencies: TypeAlias = Mapping[str, Dependency | AnyCallable]


class HandlerOptions(TypedDict, total=False):
    """Options of every decorator.

    Attributes:
        dependencies: providers by name; an inner layer's go before an outer one's.
        exception_handlers: by class of exception.
        guards: run before everything else of the handler.
        middleware: from ASGI application to ASGI application, the outer one first.
        name: for `url_for` and logs.
        opt: anything, for guards and middleware.
        signature_namespace: names for annotations that the function's module lacks at run time.
        websocket_class: what to make instead of a `WebSocket`.
        connection_lifespan: context managers around the conversation.
        origins: pages that may connect: `same` (default), `any`, or a list.
        subprotocols: ours, the preferred one first.
        limits: bounds of a connection.
        on_reject: `deny` by HTTP (default), or accept and `close`, so that a browser sees the code.
    """

    dependencies: Dependencies | None
    exception_handlers: ExceptionHandlers | None
    guards: Sequence[GuardFunction] | None
    middleware: Sequence[Middleware] | None
    name: str | None
    opt: dict[str, Any] | None
    signature_namespace: dict[str, Any] | None
    websocket_class: type[WebSocket] | None
    connection_lifespan: Sequence[ConnectionLifespan] | None
    origins: Origins | None
    subprotocols: Sequence[str]
    limits: Limits | None
    on_reject: OnReject | None


class ListenerOptions(HandlerOptions, total=False):
    """Options of listeners.

    Attributes:
        on_accept: called when the connection was accepted.
        on_disconnect: called when it has ended.
        connection_accept_handler: accepts instead of us.
        receive_mode: which frames carry messages: by default binary for `bytes`, else text.
        send_mode: which frames carry what is not `str` or `bytes`.
        on_invalid: what an invalid message does: `close` (1007, default), `reply`, `ignore`.
        sync_to_thread: run a sync function in a worker thread, because it blocks.
        cancel_on_disconnect: cancel a running call when the client leaves.
    """

    on_accept: Hook | None
    on_disconnect: Hook | None
    connection_accept_handler: Hook | None
    receive_mode: Mode | None
    send_mode: Mode
    on_invalid: OnInvalid
    sync_to_thread: bool
    cancel_on_disconnect: bool


class StreamOptions(HandlerOptions, total=False):
    """Options of streams.

    Attributes:
        mode: which frames carry what is not `bytes`.
        listen_for_disconnect: notice at once when the client leaves; what it sends is dropped.
            Without it the generator may receive by itself.
    """

    mode: Mode
    listen_for_disconnect: bool


_CHOICES: Final[Mapping[str, tuple[object, ...]]] = {
    "on_reject": get_args(OnReject),
    "on_invalid": get_args(OnInvalid),
    "receive_mode": get_args(Mode),
    "send_mode": get_args(Mode),
    "mode": get_args(Mode),
}


def value_problems(options: Mapping[str, object]) -> list[str]:
    """What is wrong with the values of options, one sentence each."""
    problems: list[str] = []
    for name, choices in _CHOICES.items():
        value = options.get(name)
        if value is not None and value not in choices:
            problems.append(f"`{name}` is one of {', '.join(map(repr, choices))}, not {value!r}")
    origins = options.get("origins")
    if origins is not None:
        try:
            check_origins(cast("Origins", origins))
        except ConfigurationError as error:
            problems += error.problems
    return problems


class EveryOption(ListenerOptions, StreamOptions, total=False):
    """What a handler of some kind may be told; each kind checks which are its own."""
