"""Dependencies: how each kind of provider makes its value, and how that is taken down again.

The kind is decided once, at start, by the kind of function, never by looking at the value.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import types
import typing
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

from wsgen_runtime._ending import report
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.exceptions import ConfigurationError

T = TypeVar("T")

Provided: TypeAlias = (
    T
    | Awaitable[T]
    | Iterator[T]
    | AsyncIterator[T]
    | AbstractContextManager[T]
    | AbstractAsyncContextManager[T]
)
"""What a provider may return: the value, or what gives it and takes it down again."""
Checked: TypeAlias = Awaitable[None] | None
"""What a guard returns: nothing, at once or later."""

Teardown: TypeAlias = Callable[[BaseException | None], Awaitable[None]]


class Handshake:
    """The opening of a connection: its socket, and the teardowns of what was provided for it."""

    __slots__ = ("_handler", "_teardowns", "socket")

    def __init__(self, socket: WebSocket, handler: str) -> None:
        self.socket = socket
        self._handler = handler
        self._teardowns: list[Teardown] = []

    def later(self, teardown: Teardown) -> None:
        """Run a teardown when the connection ends; the last one given runs first."""
        self._teardowns.append(teardown)

    async def finish(self, error: BaseException | None) -> None:
        """Run every teardown, one after another; what they raise is logged."""
        cancelled: asyncio.CancelledError | None = None
        while self._teardowns:
            teardown = self._teardowns.pop()
            try:
                await teardown(error)
            except asyncio.CancelledError as late:
                if late is not error:
                    cancelled = late
            except Exception as failure:
                if failure is not error:
                    report(self.socket, self._handler, failure, what="teardown")
        if cancelled is not None:
            raise cancelled

    def proceed(self) -> None:
        """Go on with the opening.

        Raises:
            WebSocketDisconnect: a guard or provider has refused the connection by closing it.
        """
        if self.socket.link.over:
            raise self.socket.link.ended()


def _check_callable(function: object, what: str) -> None:
    if not callable(function):
        raise ConfigurationError([f"a {what} is a function, not {function!r}"])


class Provider(Generic[T]):
    """A provider of the application, of whatever kind."""

    def __init__(
        self,
        function: Callable[..., object],
        /,
        *,
        in_thread: bool = False,
        takes_socket: bool = True,
    ) -> None:
        _check_callable(function, "provider")
        self._takes_socket = takes_socket
        self._function: Callable[..., Any]
        self._make: Maker
        self._function, self._make = (function, _in_thread) if in_thread else _prepared(function)

    @property
    def waits(self) -> bool:
        """Whether making the value may take time."""
        return self._make not in {_sync, _context}

    async def __call__(self, handshake: Handshake, /, *args: object, **needs: object) -> T:
        """The value for a connection; its teardown is left to the handshake."""
        if self._takes_socket:
            args = (handshake.socket, *args)
        made: T = await self._make(handshake, functools.partial(self._function, *args, **needs))
        handshake.proceed()
        return made


class Guard:
    """A guard of the application: it refuses by raising."""

    def __init__(self, function: Callable[..., object], /, *more: object) -> None:
        _check_callable(function, "guard")
        self._function = function
        self._more = more
        self.waits = inspect.iscoroutinefunction(_target(function))

    async def __call__(self, handshake: Handshake, /, **needs: object) -> None:
        """Check a connection; whatever looks like a refusal is one."""
        result: Any = self._function(handshake.socket, *self._more, **needs)
        if result is not None and inspect.isawaitable(result):
            result = await result  # also of a plain function: else it would admit everybody
        if result is False:
            raise TypeError("a guard refuses by raising; this one returned False")
        handshake.proceed()


Maker: TypeAlias = Callable[[Handshake, Callable[[], Any]], Awaitable[Any]]


def _target(function: Callable[..., object]) -> Callable[..., object]:
    """The function proper: under `partial`, or the `__call__` of an instance."""
    while isinstance(function, functools.partial):
        function = function.func
    if isinstance(
        function, (types.FunctionType, types.MethodType, type, types.BuiltinFunctionType)
    ):
        return function
    call: Callable[..., object] = type(function).__call__
    return call


def _prepared(function: Callable[..., Any]) -> tuple[Callable[..., Any], Maker]:
    """What to call for a provider of this kind of function, and how."""
    target = _target(function)
    if inspect.iscoroutinefunction(target):
        return function, _async
    for layer in _layers(target):
        manager = _MANAGERS.get(_code(layer))
        if manager is not None:
            return function, manager
        if inspect.isasyncgenfunction(layer):
            return contextlib.asynccontextmanager(function), _async_context
        if inspect.isgeneratorfunction(layer):
            return contextlib.contextmanager(function), _context
    return function, _by_annotation(target)


def _layers(function: Callable[..., object]) -> Iterator[Callable[..., object]]:
    """A function, and what it says that it wraps: a decorator gives what it is given."""
    layer: Callable[..., object] | None = function
    while layer is not None:
        yield layer
        layer = getattr(layer, "__wrapped__", None)


def _code(function: object) -> object:
    return getattr(function, "__code__", None)


def is_plain(function: Callable[..., Any]) -> bool:
    """Whether a function just returns, so that a thread can run it."""
    return _prepared(function)[1] is _sync


def _by_annotation(target: Callable[..., object]) -> Maker:
    """A plain function may say that it returns something to wait for, or to enter."""
    try:
        annotation = typing.get_type_hints(target).get("return")
    except (NameError, TypeError, AttributeError):  # names that type checkers alone can see
        annotation = None
    origin = typing.get_origin(annotation) or annotation
    for bases, maker in _RETURNED:
        if origin in bases:
            return maker
    return _sync


async def _sync(handshake: Handshake, call: Callable[[], Any]) -> Any:
    del handshake
    value = call()
    if isinstance(value, types.CoroutineType):
        value.close()
        problem = f"{call!r} returns a coroutine and is no async function: make it one"
        raise ConfigurationError([problem])
    return value


async def _async(handshake: Handshake, call: Callable[[], Any]) -> Any:
    del handshake
    return await call()


async def _in_thread(handshake: Handshake, call: Callable[[], Any]) -> Any:
    del handshake
    return await asyncio.to_thread(call)


async def _context(handshake: Handshake, call: Callable[[], Any]) -> Any:
    manager: AbstractContextManager[Any] = call()
    value = manager.__enter__()

    async def teardown(error: BaseException | None) -> None:
        trace = error.__traceback__ if error else None
        manager.__exit__(type(error) if error else None, error, trace)

    handshake.later(teardown)
    return value


async def _async_context(handshake: Handshake, call: Callable[[], Any]) -> Any:
    manager: AbstractAsyncContextManager[Any] = call()
    value = await manager.__aenter__()

    async def teardown(error: BaseException | None) -> None:
        trace = error.__traceback__ if error else None
        await manager.__aexit__(type(error) if error else None, error, trace)

    handshake.later(teardown)
    return value


_RETURNED: Final[Sequence[tuple[Collection[object], Maker]]] = (
    ((AbstractAsyncContextManager,), _async_context),
    ((AbstractContextManager,), _context),
    ((Awaitable, Coroutine, asyncio.Future, asyncio.Task), _async),
)
_MANAGERS: Final[Mapping[object, Maker]] = {
    _code(contextlib.contextmanager(cast("Any", _layers))): _context,
    _code(contextlib.asynccontextmanager(cast("Any", _layers))): _async_context,
}
"""By the code that every function has which `contextlib` has made of a generator function."""
