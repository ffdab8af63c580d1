"""Dependencies of decorated handlers: found by name, ordered once, made for each connection."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from wsgen_runtime._options import Dependencies, Dependency, GuardFunction
from wsgen_runtime._providers import Guard, Handshake, Provider, is_plain
from wsgen_runtime._signature import UNKNOWN, Function, Signature, read_signature
from wsgen_runtime._websocket import WebSocket

Values: TypeAlias = dict[str, Any]
"""What a connection has: parameters of the path, then dependencies as they are made."""

_BY_NAME: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
_ANYTHING: Final = (inspect.Parameter.empty, UNKNOWN, Any, object)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the application, and what it is given by name."""

    function: Function
    socket: str | None
    names: tuple[str, ...]
    positional: tuple[str, ...] = ()
    in_thread: bool = False

    def arguments(
        self, socket: WebSocket, values: Mapping[str, Any], **more: object
    ) -> tuple[list[Any], Values]:
        """What the function is called with, by position and by name."""
        given = {name: values[name] for name in self.names}
        if self.socket is not None:
            given[self.socket] = socket
        given |= more
        return [given.pop(name) for name in self.positional if name in given], given

    async def __call__(self, socket: WebSocket, values: Mapping[str, Any], **more: object) -> Any:
        """Call the function, and wait if it is async."""
        args, given = self.arguments(socket, values, **more)
        if self.in_thread:
            return await asyncio.to_thread(self.function, *args, **given)
        result = self.function(*args, **given)
        return await result if inspect.isawaitable(result) else result


@dataclass(frozen=True, slots=True)
class Provision:
    """One dependency of a handler, in the order of making."""

    name: str
    provider: Provider[Any]
    call: Call


@dataclass(slots=True)
class Injector:
    """Plans what a handler is given; what cannot work is collected in `problems`."""

    where: str
    path_types: Mapping[str, type]
    dependencies: Mapping[str, Dependency]
    namespace: Mapping[str, object]
    problems: list[str] = field(default_factory=list)
    plan: list[Provision] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def signature(self, function: Function, *, skip: int = 0) -> Signature:
        """What a function asks for."""
        return read_signature(function, self.namespace, skip=skip)

    def call(
        self, signature: Signature, *, given: Sequence[str] = (), in_thread: bool = False
    ) -> Call:
        """How to call a function; names in `given` are the caller's, dependencies are planned."""
        names: list[str] = []
        for name in (*signature.required, *signature.optional):
            if name in given:
                continue
            if name in self.path_types:
                self._check_type(signature, name)
                names.append(name)
            elif name in self.dependencies:
                self._provide(name)
                names.append(name)
            elif name in signature.required:
                self.problems.append(
                    f"{self.where}: `{signature.name}` wants `{name}`, which is neither the socket,"
                    " a parameter of the path, nor a dependency"
                )
        function = signature.function
        if in_thread and not is_plain(function):
            self.problems.append(
                f"{self.where}: `{signature.name}`: sync_to_thread is for plain functions"
            )
        return Call(function, signature.socket, tuple(names), signature.positional, in_thread)

    def _check_type(self, signature: Signature, name: str) -> None:
        annotation = signature.annotations[name]
        known = self.path_types[name]
        if annotation in _ANYTHING or not isinstance(annotation, type):
            return
        if not issubclass(known, annotation):
            self.problems.append(
                f"{self.where}: `{signature.name}` takes `{name}` as {annotation.__name__},"
                f" but the path gives {known.__name__}"
            )

    def _provide(self, name: str) -> None:
        if any(each.name == name for each in self.plan):
            return
        if name in self._open:
            way = " → ".join([*self._open[self._open.index(name) :], name])
            self.problems.append(f"{self.where}: dependencies need each other: {way}")
            return
        self._open.append(name)
        dependency = self.dependencies[name]
        function = dependency.provider
        if not callable(function):
            function = _Constant(function)
        call = self.call(self.signature(function), in_thread=dependency.sync_to_thread)
        provider: Provider[Any] = Provider(
            function, in_thread=dependency.sync_to_thread, takes_socket=False
        )
        self._open.pop()
        self.plan.append(Provision(name, provider, call))


@dataclass(frozen=True, slots=True)
class _Constant:
    """A provider of one value."""

    value: Any

    def __call__(self) -> Any:
        return self.value


async def provide(handshake: Handshake, plan: Sequence[Provision]) -> Values:
    """Make every dependency of a connection, in order."""
    socket = handshake.socket
    values: Values = dict(socket.path_params)
    for each in plan:
        args, given = each.call.arguments(socket, values)
        values[each.name] = await each.provider(handshake, *args, **given)
    return values


def merged(layers: Sequence[Dependencies | None]) -> dict[str, Dependency]:
    """Dependencies of several layers; the inner, last one goes before."""
    found: dict[str, Dependency] = {}
    for layer in layers:
        for name, each in (layer or {}).items():
            found[name] = each if isinstance(each, Dependency) else Dependency(each)
    return found


def guard(function: GuardFunction, opt: Mapping[str, Any], problems: list[str]) -> Guard:
    """A guard that takes the socket, and if it wants the handler's `opt`."""
    parameters = list(inspect.signature(function).parameters.values())
    positional = [each for each in parameters if each.kind not in _BY_NAME]
    wanted = [each for each in parameters if each.default is each.empty and each in positional]
    by_name = [each for each in parameters if each.kind is each.KEYWORD_ONLY]
    if not positional or len(wanted) > 2 or any(each.default is each.empty for each in by_name):
        name = getattr(function, "__qualname__", function)
        problems.append(f"guard `{name}`: a guard takes the socket, and `opt` if it wants")
    second = positional[1] if len(positional) > 1 else None
    if second is None or not (second in wanted or second.name == "opt"):
        return Guard(function)
    return Guard(function, opt)
