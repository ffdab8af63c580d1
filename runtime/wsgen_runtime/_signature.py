"""What a decorated function asks for, read once, at registration.

A parameter is the socket, the message, a parameter of the path, or a dependency. Nothing else is
ever guessed: an unknown name is an error, never a query parameter.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, get_origin

from wsgen_runtime._websocket import WebSocket

Function: TypeAlias = Callable[..., Any]

UNKNOWN: Final = object()
"""The annotation of a name that only type checkers can see."""
NOTHING: Final = inspect.Parameter.empty
_SOCKET_NAMES: Final = ("websocket", "socket")


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's parameters by what they stand for.

    Attributes:
        socket: the name of the parameter that takes the socket.
        required: names that have to be given, the socket's and skipped ones left out.
        optional: the same for those that have a default.
        positional: which of all cannot be given by name, in order.
        annotations: of every parameter, and of `return`.
    """

    function: Function
    socket: str | None
    required: tuple[str, ...]
    optional: tuple[str, ...]
    positional: tuple[str, ...]
    annotations: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """How messages call the function."""
        target = unwrapped(self.function)
        return str(getattr(target, "__qualname__", type(target).__name__))


def unwrapped(function: Function) -> Function:
    """The function under `functools.partial`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def read_signature(
    function: Function, namespace: Mapping[str, object], *, skip: int = 0
) -> Signature:
    """Read a function's parameters; `skip` of them (such as `self`) are somebody else's."""
    parameters = list(inspect.signature(function).parameters.values())[skip:]
    annotations = {
        each.name: _evaluated(function, each.annotation, namespace) for each in parameters
    }
    returned = inspect.signature(function).return_annotation
    annotations["return"] = _evaluated(function, returned, namespace)
    socket = _socket(parameters, annotations)
    plain = [
        each
        for each in parameters
        if each.name != socket and each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}
    ]
    return Signature(
        function,
        socket,
        tuple(each.name for each in plain if each.default is NOTHING),
        tuple(each.name for each in plain if each.default is not NOTHING),
        tuple(each.name for each in parameters if each.kind is each.POSITIONAL_ONLY),
        annotations,
    )


def _socket(parameters: list[inspect.Parameter], annotations: Mapping[str, Any]) -> str | None:
    for each in parameters:
        annotation = annotations[each.name]
        kind = get_origin(annotation) or annotation
        if isinstance(kind, type) and issubclass(kind, WebSocket):
            return each.name
    names = [each.name for each in parameters]
    return next((name for name in _SOCKET_NAMES if name in names), None)


def _evaluated(function: Function, annotation: Any, namespace: Mapping[str, object]) -> Any:
    """An annotation as a type; text is looked up where the function was defined."""
    if not isinstance(annotation, str):
        return annotation
    target = inspect.unwrap(unwrapped(function))
    target = getattr(target, "__func__", target)
    scope = {**getattr(target, "__globals__", {}), **namespace}
    try:
        return eval(annotation, scope)  # noqa: S307  # the application's own source text
    except NameError:
        return UNKNOWN
